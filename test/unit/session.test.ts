/** A session feeds the model that it shows, builds a wrong one again beside it, and says how far it is. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Session, type SessionListener } from '../../src/engine/session';
import type { RowsUpdate, RunInfo } from '../../src/protocol/rows';
import type { RecordingReader } from '../../src/recording/source';
import { encodeTable } from './model/support/story';
import { FakeRun } from './support/fakeRun';

const startMs = 1000;

describe('a session', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** Sleeps, the first of them at startMs, one a ms; and what comes too late, one every second. */
  function lateRun(readMs: number): { run: FakeRun; comesLate: () => void } {
    const lines = Array.from({ length: 100 }, (_, at) => `${String(startMs + at)} 101 . sleep`).join('\n');
    const { encoder, records } = encodeTable(`0 101 . image command="python3 main.py"\n${lines}`);
    const late = encodeTable(Array.from({ length: 200 }, (_, at) => `${String(10 + at)} 101 . sleep`).join('\n')).records;
    const run = new FakeRun(records, encoder, readMs);
    return { run, comesLate: () => run.records.push(late.shift()!) };
  }

  const listenerOf = (over: Partial<SessionListener>): SessionListener => ({
    rows: () => undefined, changed: () => undefined, findings: () => undefined, failed: (error) => expect.fail(String(error)), ...over,
  });

  it('builds a late model again now and then while the run goes on, and always at its end', async () => {
    const { run, comesLate } = lateRun(30);
    const updates: RowsUpdate[] = [];
    const session = new Session(run.open(), run.clock, listenerOf({ rows: (update) => updates.push(update) }), run.openAgain);
    await run.pass(120, comesLate);
    // Reading it all takes at least 3 s.
    const opened = run.opened.length;
    expect(opened).toBeGreaterThan(1);
    expect(opened).toBeLessThanOrEqual(4);
    expect(run.unclosed).toBeLessThanOrEqual(2);
    expect(updates.at(-1)?.info.state).toBe('running');
    comesLate();
    run.live = false;
    await run.pass(20);
    expect(updates.at(-1)?.info).toMatchObject({ state: 'ended', events: run.records.length });
    expect(updates.at(-1)?.info.indexing).toBeUndefined();
    expect(run.opened.length).toBeGreaterThan(opened);
    session.dispose();
    expect(run.unclosed).toBe(0);
  });

  it('gives the report of a run that has just ended as it will be read tomorrow', async () => {
    const { run, comesLate } = lateRun(1);
    const updates: RowsUpdate[] = [];
    const session = new Session(run.open(), run.clock, listenerOf({ rows: (update) => updates.push(update) }), run.openAgain);
    await run.pass(2);
    // The first is put in its place at once, the next one when the run is over.
    comesLate();
    await run.pass(2);
    comesLate();
    await run.pass(2);
    run.live = false;
    while (updates.at(-1)?.info.state !== 'ended') await run.pass(0.004);
    expect(updates.at(-1)?.info.indexing, 'its model is still to be built again').toBeDefined();
    const asked = session.report(true);
    await run.pass(5);
    const tomorrow = new Session(run.open(run.inOrder()), run.clock, listenerOf({}), run.openAgain);
    await run.pass(5);
    expect(await asked).toEqual(await tomorrow.report(true));
    session.dispose();
    tomorrow.dispose();
  });

  it('gives no report of what is closed before it stands', async () => {
    const { run, comesLate } = lateRun(1);
    const session = new Session(run.open(), run.clock, listenerOf({}), () => new Promise(() => undefined));
    await run.pass(2);
    comesLate();
    await run.pass(2);
    run.live = false;
    await run.pass(2);
    const asked = expect(session.report(false)).rejects.toMatchObject({ code: 'engine-stopped' });
    session.dispose();
    await asked;
  });

  it('shows what comes meanwhile', async () => {
    const { run, comesLate } = lateRun(5);
    const next = Array.from({ length: 400 }, (_, at) => `${String(startMs + 200 + 10 * at)} 101 . sleep`).join('\n');
    const news = encodeTable(next).records;
    const changes: number[] = [];
    const session = new Session(run.open(), run.clock, listenerOf({ changed: () => changes.push(run.clock.milliseconds()) }), run.openAgain);
    await run.pass(2);
    comesLate();
    changes.length = 0;
    const began = run.clock.milliseconds();
    for (let at = 0; run.opened.length < 2 || run.unclosed > 1; at++) {
      expect(at).toBeLessThan(news.length);
      run.records.push(news[at]!);
      await run.pass(0.1);
    }
    session.dispose();
    const took = run.clock.milliseconds() - began;
    // To build it takes half a second of work, a third of the time.
    expect(took).toBeGreaterThan(1000);
    const gaps = [...changes, run.clock.milliseconds()].map((now, at) => now - (changes[at - 1] ?? began));
    expect(Math.max(...gaps)).toBeLessThan(600);
  });

  it('does not build a recording at rest again and again, where a record stands too late in it', async () => {
    const { encoder, records } = encodeTable('0 101 . image command="python3 main.py"\n20 101 . sleep\n30 101 . sleep');
    for (const [kind, times] of [['folder', 2], ['file', 1]] as const) {
      const run = new FakeRun([records[0]!, records[2]!, records[1]!], encoder, 1);
      run.live = false;
      run.inOrder = () => run.records;
      run.source = { kind, path: '/somewhere' };
      const updates: RowsUpdate[] = [];
      const session = new Session(run.open(), run.clock, listenerOf({ rows: (update) => updates.push(update) }), run.openAgain);
      await run.pass(5);
      session.dispose();
      expect([kind, run.opened.length]).toEqual([kind, times]);
      expect(updates.at(-1)?.info.state).toBe('ended');
    }
  });

  it('shows what it has where it cannot be opened again, and is whole then', async () => {
    const { run, comesLate } = lateRun(1);
    const updates: RowsUpdate[] = [];
    let tries = 0;
    const session = new Session(run.open(), run.clock, listenerOf({ rows: (update) => updates.push(update) }), () => {
      tries++;
      return Promise.reject(new Error('it is gone'));
    });
    await run.pass(2);
    comesLate();
    await run.pass(30);
    run.live = false;
    await run.pass(20);
    const before = tries;
    await run.pass(30);
    expect(tries).toBe(before);
    expect(updates.at(-1)?.info).toMatchObject({ state: 'ended', events: run.records.length });
    session.dispose();
  });

  it('closes a second reader that it gets when it has ended', async () => {
    const { run, comesLate } = lateRun(1);
    let give: (reader: RecordingReader) => void = () => undefined;
    const session = new Session(run.open(), run.clock, listenerOf({}), () => new Promise((resolve) => (give = resolve)));
    await run.pass(2);
    comesLate();
    await run.pass(2);
    session.dispose();
    give(run.open());
    await run.pass(1);
    expect([run.opened.length, run.unclosed]).toEqual([2, 0]);
  });

  it('says how much of a recording is read, and reads no further once it is cancelled', async () => {
    const lines = Array.from({ length: 1000 }, (_, at) => `${String(startMs + at)} 101 . sleep`).join('\n');
    const { encoder, records } = encodeTable(`0 101 . image command="python3 main.py"\n${lines}`);
    const read = async (cancelAt: number): Promise<{ shares: number[]; last: RunInfo; changes: number[] }> => {
      const run = new FakeRun([...records], encoder, 3);
      run.live = false;
      const reader = run.open();
      const next = reader.read.bind(reader);
      let given = 0;
      reader.read = () => {
        const batches = next();
        given += batches.length;
        reader.progress = batches.length === 0 ? null : given / records.length;
        return batches;
      };
      reader.progress = 0;
      const infos: RunInfo[] = [];
      const changes: number[] = [];
      const listener: SessionListener = { rows: ({ info }) => infos.push(info), changed: () => changes.push(run.now), failed: (error) => expect.fail(String(error)) };
      const session = new Session(reader, run.clock, listener, run.openAgain);
      // A turn is a ms: for the first 500 after the first rows it waits for a tile that nobody asks for.
      for (let turn = 0; turn < 1000; turn++) {
        if (turn === cancelAt) session.cancelIndexing();
        await vi.advanceTimersToNextTimerAsync();
        run.now++;
      }
      session.dispose();
      return { shares: infos.map((info) => info.indexing?.share ?? 1), last: infos.at(-1)!, changes };
    };
    const whole = await read(-1);
    expect(whole.shares.length).toBeGreaterThan(5);
    expect(whole.shares).toEqual([...whole.shares].sort((a, b) => a - b));
    expect([whole.last.indexing, whole.last.events]).toEqual([undefined, records.length]);
    expect(Math.min(...whole.changes.slice(1).map((now, at) => now - whole.changes[at]!))).toBeGreaterThanOrEqual(16);
    const cut = await read(50);
    expect(cut.last.indexing?.cancelled).toBe(true);
    expect(cut.last.indexing?.share).toBeCloseTo(cut.last.events / records.length);
    expect(cut.last.indexing?.share).toBeLessThan(0.5);
    expect(cut.last.state).toBe('ended');
  });

  it('sends the first rows as soon as there are any, however lately it said that there are none', async () => {
    const { encoder, records } = encodeTable('0 101 . image command="python3 main.py"');
    const run = new FakeRun([...records], encoder, 1);
    run.live = false;
    const reader = run.open();
    Object.assign(reader, { waiting: true, progress: 0 });
    const opened = run.now;
    const next = reader.read.bind(reader);
    let gaveAt = Infinity;
    reader.read = () => {
      if (run.now - opened < 40) return [];
      gaveAt = Math.min(gaveAt, run.now);
      reader.progress = 0.5;
      return next();
    };
    const sent: [count: number, at: number][] = [];
    const session = new Session(reader, run.clock, listenerOf({ rows: ({ rows }) => sent.push([rows.length, run.now]) }), run.openAgain);
    while (!sent.some(([count]) => count > 0)) await run.pass(0.004);
    expect(sent[0]![0]).toBe(0);
    expect(sent).toHaveLength(2);
    expect(sent[1]![1] - gaveAt).toBeLessThan(20);
    session.dispose();
  });

  it('says once what broke the reading, also where the rows break by it too', async () => {
    const { encoder } = encodeTable('0 101 . image command="python3 main.py"');
    const run = new FakeRun([], encoder, 1);
    const reader = run.open();
    reader.read = () => {
      throw new Error('the disk is gone');
    };
    Object.defineProperty(reader, 'lostEvents', {
      get: () => {
        throw new Error('so is this');
      },
    });
    const failures: unknown[] = [];
    const listener: SessionListener = { rows: () => undefined, changed: () => undefined, failed: (error) => failures.push(error) };
    const session = new Session(reader, run.clock, listener, run.openAgain);
    await vi.advanceTimersByTimeAsync(5000);
    session.dispose();
    expect(failures).toEqual([new Error('the disk is gone')]);
  });
});

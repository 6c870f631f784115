/** A live run's model is built again when a record came too late; that may take a tenth of the engine's time and no more. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Session, type SessionListener } from '../../src/engine/session';
import type { RecordBatch } from '../../src/recording/batch';
import type { RowsUpdate, RunInfo } from '../../src/protocol/rows';
import type { RecordingReader } from '../../src/recording/source';
import { batchOf, type EncodedRecord } from './model/support/encode';
import { encodeTable } from './model/support/story';

const startMs = 1000;

/** Gives one record a read, which takes so long; what was given before comes again after `rewind`, then what is new. */
class SlowReader {
  readonly names;
  readonly owners;
  readonly base = { low: 0, high: 0 };
  readonly manifest = { exit: null, complete: false, command: [], directory: '', startedAt: '' };
  live = true;
  progress: number | null = null;
  readonly intervalMs = 16;
  readonly lostEvents = 0;
  readonly droppedBytes = 0;
  readonly problems = [];
  rewinds = 0;
  private at = 0;

  constructor(
    private readonly clock: { now: number },
    readonly readMs: number,
    readonly records: EncodedRecord[],
    { names, owners }: Pick<RecordingReader, 'names' | 'owners'>,
  ) {
    this.names = names;
    this.owners = owners;
  }

  read(): RecordBatch[] {
    const record = this.records[this.at];
    if (record === undefined) return [];
    this.at++;
    this.clock.now += this.readMs;
    return [batchOf([record])];
  }

  rewind(): void {
    this.rewinds++;
    this.at = 0;
    this.records.sort((a, b) => a.key - b.key);
  }

  dispose(): void {
    // Holds nothing.
  }
}

describe('a session', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('builds a late model again, and then not before ten times as long as that took', async () => {
    const lines = Array.from({ length: 100 }, (_, at) => `${String(startMs + at)} 101 . sleep`).join('\n');
    const { encoder, records } = encodeTable(`0 101 . image command="python3 main.py"\n${lines}`);
    const late = encodeTable(Array.from({ length: 200 }, (_, at) => `${String(10 + at)} 101 . sleep`).join('\n')).records;
    const clock = { now: 1_000_000 };
    const reader = new SlowReader(clock, 30, records, { names: encoder, owners: encoder.owners });
    const failures: unknown[] = [];
    const listener: SessionListener = { rows: () => undefined, changed: () => undefined, findings: () => undefined, failed: (error) => failures.push(error) };
    const time = { monotonic: () => BigInt(Math.round(clock.now)) * 1_000_000n, milliseconds: () => clock.now };
    const session = new Session(reader as unknown as RecordingReader, time, listener);
    const began = clock.now;
    // Every second, for two minutes, a record comes that is too late.
    for (let at = 0; clock.now - began < 120_000; ) {
      clock.now += 16;
      await vi.advanceTimersToNextTimerAsync();
      if (clock.now - began < 1000 * at) continue;
      reader.records.push(late[at++]!);
    }
    session.dispose();
    expect(failures).toEqual([]);
    // Reading it all takes at least 3 s.
    expect(reader.rewinds).toBeGreaterThan(0);
    expect(reader.rewinds).toBeLessThanOrEqual(4);
  });

  it('does not build a recording at rest again and again, where a record stands too late in it', async () => {
    const { encoder, records } = encodeTable('0 101 . image command="python3 main.py"\n20 101 . sleep\n30 101 . sleep');
    const clock = { now: 1_000_000 };
    const reader = new SlowReader(clock, 1, [records[0]!, records[2]!, records[1]!], { names: encoder, owners: encoder.owners });
    reader.live = false;
    reader.rewind = () => {
      reader.rewinds++;
    };
    const updates: RowsUpdate[] = [];
    const listener: SessionListener = { rows: (update) => updates.push(update), changed: () => undefined, failed: (error) => expect.fail(String(error)) };
    const session = new Session(reader as unknown as RecordingReader, { monotonic: () => 0n, milliseconds: () => clock.now }, listener);
    await vi.advanceTimersByTimeAsync(5000);
    session.dispose();
    expect(reader.rewinds).toBe(1);
    expect(updates.at(-1)?.info.state).toBe('ended');
  });

  it('says how much of a recording is read, and reads no further once it is cancelled', async () => {
    const lines = Array.from({ length: 1000 }, (_, at) => `${String(startMs + at)} 101 . sleep`).join('\n');
    const { encoder, records } = encodeTable(`0 101 . image command="python3 main.py"\n${lines}`);
    const read = async (cancelAt: number): Promise<{ shares: number[]; last: RunInfo; changes: number[] }> => {
      const clock = { now: 1_000_000 };
      const reader = new SlowReader(clock, 3, [...records], { names: encoder, owners: encoder.owners });
      reader.live = false;
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
      const listener: SessionListener = { rows: ({ info }) => infos.push(info), changed: () => changes.push(clock.now), failed: (error) => expect.fail(String(error)) };
      const session = new Session(reader as unknown as RecordingReader, { monotonic: () => 0n, milliseconds: () => clock.now }, listener);
      for (let turn = 0; turn < 400; turn++) {
        if (turn === cancelAt) session.cancelIndexing();
        await vi.advanceTimersToNextTimerAsync();
        clock.now++;
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

  it('says once what broke the reading, also where the rows break by it too', async () => {
    const { encoder } = encodeTable('0 101 . image command="python3 main.py"');
    const clock = { now: 1_000_000 };
    const reader = new SlowReader(clock, 1, [], { names: encoder, owners: encoder.owners });
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
    const session = new Session(reader as unknown as RecordingReader, { monotonic: () => 0n, milliseconds: () => clock.now }, listener);
    await vi.advanceTimersByTimeAsync(5000);
    session.dispose();
    expect(failures).toEqual([new Error('the disk is gone')]);
  });
});

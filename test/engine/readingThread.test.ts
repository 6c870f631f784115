/** The thread that reads for the engine: it gives what reading in one's own thread gives, and whatever ends, ends on both sides. */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as immediately, setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineClient } from '../../src/engine/client';
import { openRecording, packRecording } from '../../src/engine/files';
import { ReadingThread } from '../../src/engine/readingThread';
import type { RecordingSource } from '../../src/protocol/engine';
import type { RunInfo } from '../../src/protocol/rows';
import { headOf } from '../../src/protocol/rowsText';
import type { RecordingReader } from '../../src/recording/source';
import { MadeRun, manifestOf } from '../bench/recordings/madeRun';
import { RunFolder } from '../bench/recordings/runFolder';

const dist = join(import.meta.dirname, '../../dist');
const startedNs = 5e12;
const mostNames = 60;
const deadlineMs = 60_000;

let root: string;
let whole: string;
let reading: ReadingThread;
const file = (path: string): RecordingSource => ({ kind: 'file', path });

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'forkscope-reading-'));
  whole = join(root, 'whole.forkscope');
  const folder = new RunFolder(join(root, 'run'), manifestOf(startedNs));
  new MadeRun(folder, { events: 60_000, seed: 3, startedNs }).advance(Infinity);
  folder.close();
  await packRecording({ kind: 'folder', path: folder.path }, whole, folder.tell({ complete: true, exit: { code: 0, signal: null } }));
  reading = new ReadingThread(join(dist, 'reading.js'), (error) => {
    throw error;
  });
}, deadlineMs);
afterAll(() => {
  reading.dispose();
  rmSync(root, { recursive: true, force: true });
});

/** Everything that a reader says, from where it stands to the end. */
async function all(reader: RecordingReader): Promise<unknown> {
  const records: Buffer[] = [];
  const owners: number[] = [];
  const keys: number[] = [];
  for (const until = Date.now() + deadlineMs; Date.now() < until; ) {
    const batches = reader.read(4096);
    for (const batch of batches) {
      records.push(Buffer.from(batch.bytes));
      owners.push(...batch.owners);
      keys.push(...batch.keys);
    }
    if (batches.length === 0 && !reader.waiting && !reader.live) break;
    await immediately();
  }
  const ids = Array.from({ length: mostNames }, (_, id) => id);
  const names = reader.owners.map((owner) => ids.map((id) => [reader.names.text(owner, id), reader.names.site(owner, id)]));
  const { manifest, base, source, progress, live, completeFromNs, lostEvents, droppedBytes, problems } = reader;
  return {
    records: Buffer.concat(records).toString('latin1'), owners, keys, names, by: [...reader.owners], manifest, base, source, progress, live, completeFromNs, lostEvents, droppedBytes,
    problems: problems.map(({ code, message, values }) => ({ code, message, values })),
  };
}

async function readBy(open: (source: RecordingSource) => Promise<RecordingReader>, source: RecordingSource): Promise<unknown> {
  const reader = await open(source);
  try {
    return await all(reader);
  } finally {
    reader.dispose();
  }
}

/** Asks until it is so. */
async function becomes(what: string, condition: () => boolean): Promise<void> {
  for (const until = Date.now() + deadlineMs; !condition(); ) {
    await delay(5);
    if (Date.now() > until) throw new Error(`not within ${String(deadlineMs)} ms: ${what}`);
  }
}

describe('what it reads is what one would read oneself', { timeout: 2 * deadlineMs }, () => {
  it('of a whole file, of cut and of damaged ones, and of a folder', async () => {
    const bytes = readFileSync(whole);
    const sources: RecordingSource[] = [file(whole), { kind: 'folder', path: join(root, 'run') }];
    const written = (name: string, content: Buffer): void => {
      writeFileSync(join(root, name), content);
      sources.push(file(join(root, name)));
    };
    for (const share of [0.999, 0.5, 0.1]) written(`cut-${String(share)}`, bytes.subarray(0, Math.floor(bytes.length * share)));
    const damaged = Buffer.from(bytes);
    damaged.fill(0x55, bytes.length / 2, bytes.length / 2 + 100);
    written('damaged', damaged);
    const there = (source: RecordingSource): Promise<RecordingReader> => reading.open(source);
    const read = await Promise.all(sources.map((source) => readBy(there, source)));
    for (const [at, source] of sources.entries()) expect(read[at], source.path).toEqual(await readBy(openRecording, source));
    expect(read[5]).toMatchObject({ problems: [{ code: 'recording-corrupt' }] });
  });

  it('also from the start again, out of the middle', async () => {
    const reader = await reading.open(file(whole));
    for (let batches = 0; batches < 5; ) batches += reader.read(1000).length;
    reader.rewind();
    expect(reader.owners).toEqual([]);
    const again = await all(reader);
    reader.rewind();
    expect(await all(reader)).toEqual(again);
    reader.dispose();
    expect(again).toEqual(await readBy(openRecording, file(whole)));
  });

  it('and refuses what cannot be opened with the same error', async () => {
    for (const source of [file(join(root, 'absent')), file(root), { kind: 'folder', path: join(root, 'absent') } as const]) {
      const error: unknown = await openRecording(source).catch((thrown: unknown) => thrown);
      await expect(reading.open(source)).rejects.toEqual(error);
    }
  });
});

describe('what ends', { timeout: 2 * deadlineMs }, () => {
  it('is closed there when it is closed here, also in the middle', async () => {
    const copy = join(root, 'closed.forkscope');
    copyFileSync(whole, copy);
    const isOpen = (): boolean => readdirSync('/proc/self/fd').some((name) => linkOf(`/proc/self/fd/${name}`) === copy);
    const reader = await reading.open(file(copy));
    for (let batches = 0; batches < 2; ) batches += reader.read(1000).length;
    expect(isOpen()).toBe(true);
    reader.dispose();
    await becomes('the file is closed', () => !isOpen());
  });

  it('by a crash is told to who opens and to who started it', async () => {
    const path = join(root, 'crashing.js');
    writeFileSync(path, `require('node:worker_threads').parentPort.on('message', () => { throw new Error('a recording nobody thought of'); });`);
    const died: string[] = [];
    const crashing = new ReadingThread(path, (error) => {
      died.push(error.message);
    });
    await expect(crashing.open(file(whole))).rejects.toMatchObject({ code: 'engine-stopped' });
    expect(died).toEqual([expect.stringContaining('a recording nobody thought of')]);
    await expect(crashing.open(file(whole))).rejects.toMatchObject({ code: 'engine-stopped' });
  });

  it('by a crash or an exit in the middle takes the engine with it, so that it is started again as after one of its own', async () => {
    for (const end of ['process.exit(3)', `throw new Error('in the middle')`]) {
      const folder = mkdtempSync(join(root, 'engine-'));
      copyFileSync(join(dist, 'engine.js'), join(folder, 'engine.js'));
      writeFileSync(join(folder, 'reading.js'), `
        const { parentPort } = require('node:worker_threads');
        parentPort.on('message', ({ id, port }) => {
          port.on('message', () => { ${end}; });
          parentPort.postMessage({ ...${JSON.stringify(openedMessage)}, id });
        });`);
      const engine = new EngineClient(join(folder, 'engine.js'));
      const exits: (string | undefined)[] = [];
      engine.onExit(({ error }) => exits.push(error?.code));
      await engine.request('open', { source: file(whole) }).catch(() => undefined);
      await becomes('the engine has ended', () => exits.length > 0);
      expect(exits).toEqual(['engine-stopped']);
      engine.dispose();
    }
  });

  it('by Cancel keeps what was read; the engine goes on, and reads it whole when it is opened again', async () => {
    const engine = new EngineClient(join(dist, 'engine.js'));
    const infos = new Map<number, RunInfo[]>();
    engine.onRows(({ run, rows }) => infos.set(run, [...(infos.get(run) ?? []), 'body' in rows ? headOf(rows) : rows.info]));
    const last = (run: number): RunInfo | undefined => infos.get(run)?.at(-1);
    const first = await engine.request('open', { source: file(whole) });
    await engine.request('cancelIndexing', first);
    await becomes('it has ended', () => last(first.run)?.state === 'ended');
    const second = await engine.request('open', { source: file(whole) });
    await becomes('it is read', () => last(second.run)?.state === 'ended' && last(second.run)?.indexing === undefined);
    const events = last(second.run)!.events;
    expect(last(first.run)!.events).toBeLessThan(events);
    expect(last(first.run)!.indexing).toMatchObject({ cancelled: true });
    expect(last(first.run)!.indexing!.share).toBeLessThan(1);
    expect((await engine.request('report', { ...first, allWaits: false })).recording).toMatchObject({ events: last(first.run)!.events });
    await engine.request('close', first);
    expect((await engine.request('report', { ...second, allWaits: false })).recording).toMatchObject({ events });
    engine.dispose();
  });
});

/** What the thread says of a recording that it has opened, as JSON. */
const openedMessage = {
  base: { low: 0, high: 0 },
  source: { kind: 'file', path: '/somewhere' },
  news: {
    standing: { target: null, live: false, progress: 0, intervalMs: 1000, completeFromNs: 0, stale: false, lostEvents: 0, droppedBytes: 0 },
    manifest: { ...manifestOf(startedNs) },
    problems: null,
    owners: [],
    names: null,
  },
};

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // Closed meanwhile.
  }
}

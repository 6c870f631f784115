/** A run's folder through the real reader, in this thread and in the one that reads for the engine: while it grows, when it ends, and when it is packed and deleted under it. */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { statFields } from '../../../src/base/procStat';
import { openRecording as openHere, packRecording } from '../../../src/engine/files';
import { ReadingThread } from '../../../src/engine/readingThread';
import { RecordBatch } from '../../../src/recording/batch';
import type { RecordingSource } from '../../../src/protocol/engine';
import type { RecordingReader } from '../../../src/recording/source';
import { kinds, offsets } from '../../../src/protocol/layout';
import { ArenaWriter, ownerOf, recordOf, segmentHeader, textOf } from './arenaWriter';

let root: string;
let folder: string;
let reader: RecordingReader | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'forkscope-test-'));
  folder = join(root, 'run');
});
afterEach(() => {
  reader?.dispose();
  reader = undefined;
  rmSync(root, { recursive: true, force: true });
});

const thread = (number: number) => ({ process: 101, thread: number, birth: 10 });
const closes = (batch: RecordBatch): number[] =>
  [...batch.order].filter((at) => batch.kind(at) === kinds.close).map((at) => batch.u32(at, offsets.close.descriptor));
const close = (number: number, time = 100 + number): Buffer => recordOf('close', time, { descriptor: number });

/** A batch is valid until the next one is read. */
function copyOf({ count, bytes, owners, order, keys, base }: RecordBatch): RecordBatch {
  return new RecordBatch(count, bytes.slice(), owners.slice(), order, keys.slice(), base);
}

/** Reads until there is nothing new. */
function drain(from: RecordingReader, max = 65536, untilKey = Infinity): RecordBatch[] {
  const all: RecordBatch[] = [];
  for (let batches = from.read(max, untilKey); batches.length > 0 || from.waiting; batches = from.read(max, untilKey)) all.push(...batches.map(copyOf));
  return all;
}

/** Reads until the recording has ended. */
async function readToEnd(from: RecordingReader): Promise<RecordBatch[]> {
  const until = Date.now() + 20_000;
  const all: RecordBatch[] = [];
  for (;;) {
    const batches = drain(from);
    all.push(...batches);
    if (batches.length === 0 && !from.live) return all;
    if (Date.now() > until) throw new Error('the recording did not end within 20 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A living process to be the supervisor, and its end. */
function supervisor(): { identity: { pid: number; start: string }; end(): Promise<void> } {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const start = statFields(readFileSync(`/proc/${String(child.pid)}/stat`, 'latin1'))[19]!;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    identity: { pid: child.pid!, start },
    end: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

describe.each(['this thread', 'the thread that reads for the engine'])('in %s,', (where) => {
  let reading: ReadingThread | undefined;
  let openRecording: (source: RecordingSource) => Promise<RecordingReader> = openHere;
  beforeAll(() => {
    if (where === 'this thread') return;
    reading = new ReadingThread(join(import.meta.dirname, '../../../dist/reading.js'), (error) => expect.fail(error.message));
    openRecording = (source) => reading!.open(source);
  });
  afterAll(() => reading?.dispose());

  describe('a growing folder', () => {
    it('gives what was there in order, then what is new, in every batch size', async () => {
      const boss = supervisor();
      const writer = new ArenaWriter(folder);
      writer.manifest({ supervisor: boss.identity });
      const first = writer.claim();
      // Two chunks that overlap in time.
      writer.write(first, [ownerOf(thread(1)), ...[0, 2, 4, 6].map((n) => close(n))]);
      writer.write(first + 1, [ownerOf(thread(2)), ...[1, 3, 5].map((n) => close(n))]);
      reader = await openRecording({ kind: 'folder', path: folder });
      expect(drain(reader, 2).flatMap(closes)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(reader.live).toBe(true);
      expect(reader.read(10)).toEqual([]);
      writer.write(first, [close(7)]);
      const half = close(8);
      half.writeUInt16LE(0, 62);
      writer.write(first + 1, [half]);
      expect(drain(reader).flatMap(closes)).toEqual([7]);
      writer.writeAt(first + 1, 4, close(8));
      const second = writer.claim();
      writer.write(second, [ownerOf(thread(3)), close(9)]);
      expect(drain(reader).flatMap(closes).sort()).toEqual([8, 9]);
      reader.rewind();
      expect(drain(reader, 3).flatMap(closes)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      await boss.end();
      expect((await readToEnd(reader)).length).toBe(0);
      expect([reader.live, reader.manifest.complete]).toEqual([false, false]);
      writer.close();
    });

    it('gives none of what a look saw of later moments before it has looked again', async () => {
      const boss = supervisor();
      const writer = new ArenaWriter(folder);
      writer.manifest({ supervisor: boss.identity });
      const first = writer.claim();
      writer.write(first, [ownerOf(thread(1)), close(0, 100), close(3, 200)]);
      writer.write(first + 1, [ownerOf(thread(2)), close(1, 110)]);
      reader = await openRecording({ kind: 'folder', path: folder });
      const upTo = (key: number, max = 1): number[] => drain(reader!, max, key).flatMap(closes);
      // What it catches up with at first was looked for once too.
      expect(upTo(150)).toEqual([0, 1]);
      writer.write(first + 1, [close(2, 120)]);
      expect(upTo(250)).toEqual([2, 3]);
      writer.write(first, [close(5, 400)]);
      expect(upTo(350)).toEqual([]);
      writer.write(first + 1, [close(4, 390)]);
      expect(upTo(450)).toEqual([4, 5]);
      await boss.end();
      writer.close();
    });

    it('that is large and still grows is caught up with in several goes, and may be looked through in slices', async () => {
      const boss = supervisor();
      const writer = new ArenaWriter(folder);
      writer.manifest({ supervisor: boss.identity });
      let next = 0;
      const grow = (pieces: number): void => {
        for (let piece = 0; piece < pieces; piece++) {
          const first = writer.claim();
          for (let chunk = first; chunk < (Math.floor(first / 16) + 1) * 16; chunk++) writer.write(chunk, [ownerOf(thread(chunk)), ...Array.from({ length: 60 }, () => close(next++))]);
        }
      };
      grow(72);
      expect(next).toBeGreaterThan(65_536);
      reader = where === 'this thread' ? await openHere({ kind: 'folder', path: folder }, undefined, 0) : await openRecording({ kind: 'folder', path: folder });
      if (where === 'this thread') {
        expect(reader.read(10)).toEqual([]);
        expect(reader.waiting).toBe(true);
      }
      const got = drain(reader).flatMap(closes);
      expect(got).toEqual(Array.from({ length: next }, (_, number) => number));
      const before = next;
      grow(2);
      // Chunks that had room.
      writer.write(5, [close(next++)]);
      for (let turn = 0; turn < 3; turn++) got.push(...drain(reader).flatMap(closes));
      expect(got).toEqual(Array.from({ length: next }, (_, number) => number));
      expect(next).toBeGreaterThan(before);
      expect([reader.live, reader.progress]).toEqual([true, null]);
      await boss.end();
      expect(await readToEnd(reader)).toEqual([]);
      writer.close();
    });

    it('is looked through whole where nobody has looked for a while, also where very many chunks are open', async () => {
      const boss = supervisor();
      const writer = new ArenaWriter(folder);
      writer.manifest({ supervisor: boss.identity });
      const quiet: number[] = [];
      while (quiet.length < 2200) {
        const first = writer.claim();
        for (let chunk = first; chunk < (Math.floor(first / 16) + 1) * 16; chunk++) {
          writer.write(chunk, [ownerOf(thread(chunk)), close(0)]);
          quiet.push(chunk);
        }
      }
      reader = await openRecording({ kind: 'folder', path: folder });
      for (let poll = 0; poll < 12; poll++) drain(reader);
      const until = performance.now() + 150;
      while (performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const chunk of quiet.slice(0, 16)) writer.write(chunk, [close(chunk)]);
      // One look.
      let batches = reader.read(65536, 1e9);
      while (batches.length === 0 && reader.waiting) batches = reader.read(65536, 1e9);
      expect(batches.flatMap(closes).sort((a, b) => a - b)).toEqual(quiet.slice(0, 16));
      await boss.end();
      writer.close();
    });

    it('is followed through thousands of chunks in many segments while a writer appends', async () => {
      const boss = supervisor();
      const writer = new ArenaWriter(folder);
      writer.manifest({ supervisor: boss.identity });
      reader = await openRecording({ kind: 'folder', path: folder });
      const got: number[] = [];
      let next = 0;
      for (let piece = 0; piece < 80; piece++) {
        const first = writer.claim();
        for (let chunk = first; chunk < (Math.floor(first / 16) + 1) * 16; chunk++) {
          // Some stay half empty and grow later, some stay empty.
          const count = chunk % 5 === 0 ? 0 : chunk % 3 === 0 ? 20 : 63;
          if (count > 0) writer.write(chunk, [ownerOf(thread(chunk)), ...Array.from({ length: count }, () => close(next++))]);
          if (chunk % 3 === 0 && chunk > 40 && (chunk - 30) % 5 !== 0) writer.write(chunk - 30, [close(next++)]);
        }
        if (piece % 7 === 0) got.push(...drain(reader).flatMap(closes));
      }
      writer.manifest({ supervisor: boss.identity, complete: true, exit: { code: 0, signal: null } });
      got.push(...(await readToEnd(reader)).flatMap(closes));
      expect(got.length).toBe(next);
      expect(new Set(got).size).toBe(next);
      expect(reader.manifest.exit).toEqual({ code: 0, signal: null });
      expect(reader.intervalMs).toBeGreaterThanOrEqual(16);
      await boss.end();
      writer.close();
    });

    it('that is packed and deleted between two looks is read to its end, and again from its start', async () => {
      const boss = supervisor();
      const writer = new ArenaWriter(folder);
      const target = join(root, 'run.forkscope');
      writeFileSync(join(folder, 'target'), target);
      writer.manifest({ supervisor: boss.identity });
      const first = writer.claim();
      writer.write(first, [ownerOf(thread(1)), ...textOf(1, 'server.py'), close(0)]);
      reader = await openRecording({ kind: 'folder', path: folder });
      expect(drain(reader).flatMap(closes)).toEqual([0]);
      // A second segment that the reader has never opened.
      for (let piece = 1; piece < 66; piece++) writer.claim();
      writer.write(first, [close(1)]);
      writer.write(1030, [ownerOf(thread(2)), close(2)]);
      writer.manifest({ supervisor: boss.identity, complete: true, exit: { code: 3, signal: null } });
      await packRecording({ kind: 'folder', path: folder }, target);
      rmSync(folder, { recursive: true });
      await boss.end();
      expect((await readToEnd(reader)).flatMap(closes)).toEqual([1, 2]);
      expect(reader.manifest).toMatchObject({ complete: true, exit: { code: 3, signal: null } });
      expect(reader.source).toEqual({ kind: 'file', path: target });
      reader.rewind();
      expect(reader.live).toBe(false);
      expect(drain(reader, 2).flatMap(closes)).toEqual([0, 1, 2]);
      expect(reader.names.text(reader.owners[0]!, 1)).toBe('server.py');
      expect(reader.problems).toEqual([]);
      writer.close();
    });

    it('that is deleted by somebody says so and keeps what was read', async () => {
      const boss = supervisor();
      const writer = new ArenaWriter(folder);
      writer.manifest({ supervisor: boss.identity });
      const first = writer.claim();
      writer.write(first, [ownerOf(thread(1)), close(0)]);
      reader = await openRecording({ kind: 'folder', path: folder });
      drain(reader);
      rmSync(folder, { recursive: true });
      writer.write(first, [close(1)]);
      expect((await readToEnd(reader)).flatMap(closes)).toEqual([1]);
      expect(reader.problems.map(({ code }) => code)).toEqual(['recording-missing']);
      await boss.end();
      writer.close();
    });
  });

  describe('a segment that its writer appends to', () => {
    it('is read up to its last whole record', async () => {
      const boss = supervisor();
      new ArenaWriter(folder).manifest({ supervisor: boss.identity });
      const file = join(folder, 'kernel-000000.segment');
      const append = (...parts: Buffer[]): void => appendFileSync(file, Buffer.concat(parts));
      append(segmentHeader(0), ownerOf(thread(1)), close(0), close(1).subarray(0, 30));
      reader = await openRecording({ kind: 'folder', path: folder });
      expect(drain(reader).flatMap(closes)).toEqual([0]);
      append(close(1).subarray(30), close(2));
      expect(drain(reader).flatMap(closes)).toEqual([1, 2]);
      for (let number = 3; number < 63; number++) append(close(number));
      append(ownerOf(thread(1)), close(63));
      expect(drain(reader).flatMap(closes)).toEqual(Array.from({ length: 61 }, (_, index) => index + 3));
      await boss.end();
      reader.rewind();
      expect((await readToEnd(reader)).flatMap(closes).length).toBe(64);
    });
  });

  describe('a bad folder', () => {
    const code = async (): Promise<unknown> => {
      const error: unknown = await openRecording({ kind: 'folder', path: folder }).catch((thrown: unknown) => thrown);
      return (error as { code?: string }).code;
    };

    it('is refused with a typed error', async () => {
      expect(await code()).toBe('recording-missing');
      const writer = new ArenaWriter(folder);
      writer.manifest({ format: 99 });
      expect(await code()).toBe('recording-newer');
      writeFileSync(join(folder, 'run.json'), '{"form');
      expect(await code()).toBe('recording-corrupt');
    });

    it('with one bad segment gives the others', async () => {
      const writer = new ArenaWriter(folder);
      const first = writer.claim();
      writer.write(first, [ownerOf(thread(1)), close(0)]);
      writer.manifest({ complete: true });
      writeFileSync(join(folder, 'native-000000.segment'), segmentHeader(0, 7));
      writeFileSync(join(folder, 'node-000000.segment'), Buffer.alloc(5000, 'x'));
      writeFileSync(join(folder, 'node-000001.segment'), '');
      reader = await openRecording({ kind: 'folder', path: folder });
      expect((await readToEnd(reader)).flatMap(closes)).toEqual([0]);
      expect(reader.problems.map((problem) => problem.code).sort()).toEqual(['recording-corrupt', 'recording-newer']);
      expect(existsSync(folder)).toBe(true);
      writer.close();
    });
  });
});

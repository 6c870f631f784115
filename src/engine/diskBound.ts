/**
 * Keeps a run's folder below a size while it is recorded: its oldest segments are dropped, and what lives on is kept of them.
 *
 *     python 0 │ python 1 │ python 2 │ python 3 …        kernel 0 │ kernel 1 …
 *     ├──────── dropped ────────┤T                       T: the moment from which the recording is complete
 *              ▼
 *     kept n: how everything began that lives at T       survivors.ts
 *             the names that it and others refer to      keptNames.ts
 *             records of the dropped segments after T    a chunk that is filled slowly spans much time
 *
 * 1. The kept segments are written under new numbers, which nobody reads yet.
 * 2. The manifest is replaced: it names the kept segments, the dropped ones and T. That is the moment at which it is done.
 * 3. The dropped segments and the kept ones of before are deleted. Where this process ends before that, they are passed over.
 *
 * Segments into which somebody may still write stay (sealedSegments.ts), but what they hold of the time up to T is passed over
 * like the rest. All that is read is read in slices, so that the observer keeps its pace.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as immediately } from 'node:timers/promises';
import { Survivors, belatedNs } from '../model/survivors';
import { recordFlags } from '../protocol/events';
import { arenaBytes, chunkBytes, chunksPerPiece, chunksPerSegment, keptWriter, segmentFile, type Manifest } from '../protocol/files';
import { flagsOffset, kindOffset, layouts, recordBytes } from '../protocol/layout';
import type { Owner, TimeBase } from '../recording/batch';
import { Decoder } from '../recording/decoder';
import { completeFrom, withNumbers } from '../recording/dropped';
import { timeBaseOf } from '../recording/manifest';
import { NameTable } from '../recording/nameTable';
import { FolderChunks, OrderedReader } from '../recording/ordered';
import type { Segment, Segments } from '../recording/segments';
import { KeptNames } from './keptNames';
import { KeptSegments } from './keptSegments';
import { flagsAt, timeAt, visitChunk } from './rawChunks';
import { SealedSegments } from './sealedSegments';

const everyMs = 500;
/** How often it is tried again where nothing could be dropped. */
const retryMs = 5000;
/** A smaller bound could not hold what lives and what is being written. */
export const leastBytes = 16 << 20;
/** Below the bound by so much it begins: while it works, the run goes on writing. */
const reserveBytes = 4 << 20;
/** Then so much is dropped at once, since every reader has to begin anew. */
const dropShare = 1 / 8;
/** A record is stored a little after its time; where its segment is younger than it by more than this, it is lost to what is kept. */
const storedWithinNs = { common: 50e6, most: 2e9 } as const;
const batchRecords = 4096;

/** Kinds of calls, whose `end` follows their time. */
const endsAtEight: ReadonlySet<number> = new Set(Object.values(layouts).filter(({ fields }) => fields[0]?.name === 'end').map(({ code }) => code));

const segmentName = /^([a-z]+)-(\d{6,})\.segment$/;

export interface BoundSurroundings {
  /** Opens the folder's segments as the manifest says they are. */
  segments(folder: string, manifest: Manifest): Segments;
  isAlive(pid: number): boolean;
  /** Replaces the run's manifest, whole. */
  writeManifest(folder: string, manifest: Manifest): void;
}

interface File {
  readonly writer: string;
  readonly number: number;
  readonly path: string;
  readonly bytes: number;
}

/** A segment that nobody will write into, and when its successor began. */
interface Candidate extends File {
  readonly endNs: number;
}

export class DiskBound {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> = Promise.resolve();
  private over = false;
  private known = '';
  private retryAt = 0;
  private readonly base: TimeBase;
  private readonly sealed: SealedSegments;
  private readonly high: number;
  private readonly low: number;

  /**
   * @param maxBytes of the folder; less than `leastBytes` counts as that.
   * @param manifest the run's, which its supervisor changes and writes too.
   * @param failed what went wrong; the recording goes on growing then.
   */
  constructor(
    private readonly folder: string,
    maxBytes: number,
    private readonly manifest: Manifest,
    private readonly around: BoundSurroundings,
    private readonly failed: (error: unknown) => void,
  ) {
    const most = Math.max(maxBytes, leastBytes);
    this.high = most - reserveBytes;
    this.low = Math.min(this.high - reserveBytes / 2, most * (1 - dropShare));
    this.base = timeBaseOf(manifest);
    this.sealed = new SealedSegments(around.isAlive);
    this.schedule();
  }

  /** Resolves once nothing is under way any more. */
  async stop(): Promise<void> {
    this.over = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(): void {
    if (this.over) return;
    this.timer = setTimeout(() => {
      this.running = this.look()
        .catch((error: unknown) => {
          this.retryAt = performance.now() + retryMs;
          this.failed(error);
        })
        .then(() => this.schedule());
    }, everyMs);
  }

  private async look(): Promise<void> {
    const names = readdirSync(this.folder).filter((name) => segmentName.test(name));
    const known = names.sort().join(' ');
    const now = performance.now();
    if (known === this.known && now < this.retryAt) return;
    const files = names.flatMap((name) => fileOf(this.folder, name));
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes > this.high && (await this.drop(files, bytes))) return;
    // Between two looks a segment that is there grows by no more than its own size.
    this.known = known;
    this.retryAt = now + retryMs;
  }

  /** @returns whether anything was dropped. */
  private async drop(files: readonly File[], bytes: number): Promise<boolean> {
    const chosen: Candidate[] = [];
    let left = bytes;
    for (const candidate of this.candidates(files)) {
      if (left <= this.low) break;
      if (candidate.writer !== 'kernel' && !this.sealed.isSealed(candidate.path)) continue;
      chosen.push(candidate);
      left -= candidate.bytes;
      await immediately();
    }
    if (chosen.length === 0) return false;
    const before = completeFrom(this.manifest);
    const untilNs = Math.max(before, chosen[chosen.length - 1]!.endNs - storedWithinNs.common);
    const kept = await this.keep(chosen, untilNs);
    const old = this.manifest.dropped?.kept ?? { first: 0, count: 0 };
    const first = Math.max(old.first + old.count, ...files.filter(({ writer }) => writer === keptWriter).map(({ number }) => number + 1));
    const oldBytes = files.filter(({ writer }) => writer === keptWriter).reduce((sum, file) => sum + file.bytes, 0);
    kept.write(this.folder, first);
    const segments = { ...this.manifest.dropped?.segments };
    for (const { writer, number } of chosen) segments[writer] = withNumbers(segments[writer] ?? [], [number]);
    const unchanged = { droppedBytes: this.manifest.droppedBytes, dropped: this.manifest.dropped };
    this.manifest.droppedBytes += Math.max(0, chosen.reduce((sum, file) => sum + file.bytes, oldBytes) - kept.bytes);
    this.manifest.dropped = {
      completeFromNs: String(BigInt(this.manifest.startedNs) + BigInt(Math.floor(untilNs))),
      kept: { first, count: kept.count },
      segments,
    };
    try {
      this.around.writeManifest(this.folder, this.manifest);
    } catch (error) {
      Object.assign(this.manifest, unchanged);
      throw error;
    }
    for (const file of [...chosen, ...files.filter(({ writer }) => writer === keptWriter)]) {
      rmSync(file.path, { force: true });
      this.sealed.forget(file.path);
    }
    return true;
  }

  /** Segments that are wholly claimed, those first that ended first. */
  private candidates(files: readonly File[]): Candidate[] {
    const claimed = claimedSegments(this.folder);
    const candidates: Candidate[] = [];
    for (const writer of ['python', 'kernel']) {
      const own = files.filter((file) => file.writer === writer).sort((a, b) => a.number - b.number);
      own.forEach((file, index) => {
        const next = own[index + 1];
        if (next === undefined || (writer === 'python' && file.number >= claimed)) return;
        // Its successor may be dropped already, where this one could not be: all of it was before then.
        const endNs = next.number === file.number + 1 ? beginOf(next.path, this.base) : completeFrom(this.manifest);
        if (!Number.isNaN(endNs)) candidates.push({ ...file, endNs });
      });
    }
    return candidates.sort((a, b) => a.endNs - b.endNs);
  }

  /** What has to be kept of these segments, and of what was kept before. */
  private async keep(chosen: readonly Candidate[], untilNs: number): Promise<KeptSegments> {
    const segments = this.around.segments(this.folder, this.manifest);
    try {
      const goes = (segment: Segment): boolean =>
        segment.writer === keptWriter || chosen.some(({ writer, number }) => writer === segment.writer && number === segment.number);
      const going = segments.all.filter(goes);
      const involved = segments.all.filter((segment) => goes(segment) || beginOf(join(this.folder, segmentFile(segment.writer, segment.number)), this.base) <= untilNs + storedWithinNs.most);
      const survivors = new Survivors();
      const decoder = new Decoder(this.base, new NameTable(), completeFrom(this.manifest));
      const reader = new OrderedReader(new FolderChunks({ all: involved }, this.base), decoder);
      for (let batch = reader.read(batchRecords); batch !== null; batch = reader.read(batchRecords)) {
        for (const record of batch.order) if (batch.keys[record]! <= untilNs) survivors.take(batch, record, decoder.owners[batch.owners[record]!]!);
        await immediately();
      }
      return await this.collect(going, survivors, untilNs);
    } finally {
      segments.dispose();
    }
  }

  private async collect(going: readonly Segment[], survivors: Survivors, untilNs: number): Promise<KeptSegments> {
    const { base } = this;
    const kept = new KeptSegments(base);
    const names = new KeptNames(base);
    const records = survivors.records();
    const later: { owner: Owner; bytes: Uint8Array }[] = [];
    const chunks = new FolderChunks({ all: [...going] }, base);
    for (let chunk = chunks.next(), count = 1; chunk !== null; chunk = chunks.next(), count++) {
      visitChunk(chunk.bytes, base, (view, at, kind, owner) => {
        if (names.take(view, at, kind, owner)) return;
        const record = new Uint8Array(view.buffer, view.byteOffset + at, recordBytes);
        if (keyOf(record, kind, base) > untilNs) later.push({ owner, bytes: since(record, untilNs, base) });
      });
      if (count % 64 === 0) await immediately();
    }
    for (const { bytes } of [...records, ...later]) names.use(bytes[kindOffset]! + 256 * bytes[kindOffset + 1]!, bytes);
    for (const { owner, bytes } of names.kept(survivors.scopes(records), untilNs - belatedNs)) kept.add(owner, bytes);
    for (const { owner, bytes } of records) kept.add(owner, bytes);
    for (const { owner, bytes } of later) kept.add(owner, bytes);
    return kept;
  }
}

function fileOf(folder: string, name: string): File[] {
  const match = segmentName.exec(name);
  const path = join(folder, name);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (match === null || stat === undefined) return [];
  return [{ writer: match[1]!, number: Number(match[2]), path, bytes: stat.blocks * 512 }];
}

/** How many segments are claimed whole, from the first on. */
function claimedSegments(folder: string): number {
  const arena = readFileSync(join(folder, 'python.arena'));
  return arena.length < arenaBytes ? 0 : Math.floor(Number(arena.readBigUInt64LE(8)) / chunksPerSegment);
}

/** When the first record of a segment was stored, ns from the base; NaN where it has none. Chunks are claimed in order, but one may be kept in reserve. */
function beginOf(path: string, base: TimeBase): number {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(8);
    let begin = NaN;
    for (let chunk = 1, seen = 0; chunk < chunksPerSegment && seen < chunksPerPiece; chunk++) {
      if (readSync(descriptor, bytes, 0, bytes.length, chunk * chunkBytes) < bytes.length) break;
      const ns = timeAt(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, base);
      if (Number.isNaN(ns)) continue;
      seen++;
      begin = Number.isNaN(begin) ? ns : Math.min(begin, ns);
    }
    return begin;
  } finally {
    closeSync(descriptor);
  }
}

/** The moment at which the last of what a record tells became true: of a finished call its return. */
function keyOf(record: Uint8Array, kind: number, base: TimeBase): number {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const begins = (flagsAt(view, 0) & recordFlags.begin) !== 0;
  const end = endsAtEight.has(kind) && !begins ? timeAt(view, 8, base) : NaN;
  return Number.isNaN(end) ? timeAt(view, 0, base) : end;
}

/** A copy; of a call that began before `sinceNs` only its end: its begin is among what lived then. */
function since(record: Uint8Array, sinceNs: number, base: TimeBase): Uint8Array {
  const copy = record.slice();
  const view = new DataView(copy.buffer);
  if (timeAt(view, 0, base) <= sinceNs) view.setUint16(flagsOffset, flagsAt(view, 0) & ~recordFlags.inPlace, true);
  return copy;
}

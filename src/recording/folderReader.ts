/**
 * A run's folder as a RecordingReader, while it grows and after.
 *
 *     catch up ──► tail ──► finish ──► done
 *     in order     polls    a last look at everything
 *      └──┘ once more, of what came meanwhile, where that was much
 *
 * The run has ended when its manifest says so, when its supervisor is gone, or when the folder is. The supervisor packs
 * the folder and deletes it, maybe between two polls: the segments are open and stay readable, and what they don't
 * hold (a segment that was never opened) is read from the packed file.
 */
import { ForkscopeError } from '../base/errors';
import type { RecordingSource } from '../protocol/engine';
import { manifestFile, targetFile, type Manifest } from '../protocol/files';
import type { FolderAccess } from './access';
import type { Owner, RecordBatch, TimeBase } from './batch';
import { recordsPerChunk } from './chunkColumns';
import type { BatchColumns } from './columns';
import { Decoder } from './decoder';
import { completeFrom } from './dropped';
import { parseManifest, timeBaseOf, unknownProblems } from './manifest';
import { NameTable } from './nameTable';
import { FolderChunks, OrderedReader } from './ordered';
import type { PackedFile } from './packedFile';
import { Segments } from './segments';
import type { RecordingReader } from './source';
import { Tail } from './tail';

/** What the reader needs besides the folder's files. */
export interface FolderSurroundings {
  /** Is that very process (pid, start ticks) alive? */
  isAlive(process: { pid: number; start: string }): boolean;
  milliseconds(): number;
  /** Opens a packed file; null where there is none. Errors of a damaged one are thrown. */
  openPacked(path: string): { packed: PackedFile; close(): void } | null;
}

const manifestEveryMs = 200;
const idleMs = 1000;
/** What came while so many records were caught up with is caught up with too: a poll reads all that is new at once. */
const muchRecords = 65_536;
/** Drops are seconds apart. */
const mostAttempts = 100;

export class FolderReader implements RecordingReader {
  names: NameTable;
  waiting = false;
  target: string | null;
  stale = false;
  completeFromNs = -Infinity;
  readonly base: TimeBase;
  manifest: Manifest;
  private readonly segments: Segments;
  private readonly own: ForkscopeError[] = [];
  private decoder: Decoder;
  private state: 'catchUp' | 'tail' | 'done' = 'catchUp';
  private chunks: FolderChunks | null = null;
  private ordered: OrderedReader | null = null;
  /** Since catching up began, the last time. */
  private caughtUp = 0;
  private tail: Tail;
  /** Up to there everything was seen that counts as there: by the last look, or when catching up began. */
  private seenUntil = -Infinity;
  /** Nothing is known to be there: the next read looks. */
  private dry = true;
  private manifestAt = -Infinity;
  private packed: { packed: PackedFile; close(): void } | null = null;
  private ended = false;
  /** The run was over when its first record was read. */
  private atRest = false;

  /**
   * @param sliceMs where to find out what there is takes longer, a read gives nothing and is `waiting`: it is to be called again.
   * @throws ForkscopeError recording-missing, recording-corrupt, recording-newer.
   */
  constructor(
    private readonly folder: FolderAccess,
    private readonly around: FolderSurroundings,
    private readonly path: string,
    private readonly newNames: () => NameTable = () => new NameTable(),
    private readonly sliceMs = Infinity,
  ) {
    this.names = newNames();
    const text = folder.readText(manifestFile);
    if (text === null) throw new ForkscopeError('recording-missing', `There is no recording at ${path}.`, [path]);
    this.manifest = parseManifest(text, path);
    this.base = timeBaseOf(this.manifest);
    this.segments = new Segments(folder);
    this.target = folder.readText(targetFile);
    this.decoder = new Decoder(this.base, this.names);
    this.tail = new Tail(this.segments, this.decoder, around.milliseconds);
    this.begin();
  }

  get source(): RecordingSource {
    const packed = this.target !== null && this.folder.list() === null;
    return packed ? { kind: 'file', path: this.target! } : { kind: 'folder', path: this.path };
  }

  get owners(): readonly Owner[] {
    return this.decoder.owners;
  }

  get live(): boolean {
    return !this.ended;
  }

  get progress(): number | null {
    return this.state === 'catchUp' && this.atRest ? (this.ordered?.share ?? 0) : null;
  }

  get intervalMs(): number {
    return this.state === 'done' ? idleMs : this.tail.intervalMs;
  }

  get lostEvents(): number {
    return this.decoder.lostEvents;
  }

  get droppedBytes(): number {
    return this.packed?.packed.droppedBytes ?? 0;
  }

  get problems(): readonly ForkscopeError[] {
    const damaged = this.decoder.ownerlessRecords;
    const records = damaged === 0 ? [] : [new ForkscopeError('recording-corrupt', `${this.path} is damaged: ${String(damaged)} records without an owner were skipped, the rest is shown.`, [this.path])];
    return [...this.own, ...this.segments.problems, ...records, ...unknownProblems(this.path, this.decoder.unknownRecords), ...(this.packed?.packed.problems ?? [])];
  }

  read(maxRecords: number, untilKey = Infinity, into?: BatchColumns): RecordBatch[] {
    if (this.state === 'catchUp') {
      const batch = this.catchUp(maxRecords, untilKey, into);
      if (batch !== null) return [batch];
      if (this.waiting || this.isCatchingUp) return [];
    }
    const batch = this.state === 'tail' ? this.follow(maxRecords, untilKey, into) : this.take(maxRecords, untilKey, into);
    if (batch === null && this.state === 'done') this.release();
    if (this.state === 'done' && this.decoder.pending === 0) this.ended = true;
    return batch === null ? [] : [batch];
  }

  /**
   * One look serves all reads up to the same moment. What it saw of later moments is given by none before the next look: what is
   * held back is complete only once it has been looked for as late as that.
   */
  private follow(max: number, untilKey: number, into?: BatchColumns): RecordBatch | null {
    const known = this.take(max, Math.min(untilKey, this.seenUntil), into);
    if (known !== null) return known;
    if (!this.dry && untilKey <= this.seenUntil) {
      this.dry = true;
      return null;
    }
    this.poll();
    this.seenUntil = untilKey;
    const batch = this.take(max, untilKey, into);
    this.dry = batch === null;
    return batch;
  }

  /** Once the run is over nothing can come any more that would have to stand before. */
  private take(max: number, untilKey: number, into?: BatchColumns): RecordBatch | null {
    return this.decoder.take(max, this.state === 'done' || this.atRest ? Infinity : untilKey, into);
  }

  rewind(): void {
    this.names = this.newNames();
    this.begin();
  }

  /** From the first record on, of what is there now. */
  private begin(): void {
    // What was kept of dropped segments may have been packed and deleted unseen.
    if (this.folder.list() === null && this.stale) this.openPacked();
    if (this.packed === null) this.findSegments();
    else this.segments.setDropped(this.manifest.dropped);
    this.stale = false;
    this.state = 'catchUp';
    this.chunks = this.ordered = null;
    this.waiting = false;
    this.dry = true;
    this.completeFromNs = completeFrom(this.manifest);
    this.decoder = new Decoder(this.base, this.names, this.completeFromNs);
    this.tail = new Tail(this.segments, this.decoder, this.around.milliseconds);
    this.atRest = this.ended || this.manifest.complete || !this.isSupervised();
  }

  private isSupervised(): boolean {
    return this.manifest.supervisor === null || this.around.isAlive(this.manifest.supervisor);
  }

  /** Opens what the manifest says is there; where something is dropped meanwhile, once more. Open segments stay readable. */
  private findSegments(): void {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      this.segments.setDropped(this.manifest.dropped);
      this.segments.refresh(false);
      if (!this.readManifest() || !this.stale) return;
      this.stale = false;
    }
  }

  /**
   * Takes in the manifest as it is now, and whether something was dropped since it was last read.
   * @returns false where there is none.
   */
  private readManifest(): boolean {
    const text = this.folder.readText(manifestFile);
    if (text === null) return false;
    try {
      this.setManifest(parseManifest(text, this.path));
    } catch (error) {
      if (error instanceof ForkscopeError && !this.own.some((known) => known.message === error.message)) this.own.push(error);
    }
    return true;
  }

  private setManifest(manifest: Manifest): void {
    if (manifest.dropped?.completeFromNs !== this.manifest.dropped?.completeFromNs) this.stale = true;
    this.manifest = manifest;
  }

  dispose(): void {
    this.segments.dispose();
    this.packed?.close();
  }

  private get isCatchingUp(): boolean {
    return this.state === 'catchUp';
  }

  private catchUp(maxRecords: number, untilKey: number, into?: BatchColumns): RecordBatch | null {
    this.waiting = false;
    this.ordered ??= this.findChunks(untilKey);
    if (this.ordered === null) {
      this.waiting = true;
      return null;
    }
    const batch = this.ordered.read(maxRecords, this.seenUntil, into);
    if (batch !== null) {
      this.caughtUp += batch.count;
      return batch;
    }
    this.ordered = this.chunks = null;
    if (this.atRest || this.ended || this.caughtUp < muchRecords) this.state = this.ended ? 'done' : 'tail';
    return null;
  }

  /** What is there and was not read yet, in order. Null where it is still being looked for. */
  private findChunks(untilKey: number): OrderedReader | null {
    if (this.chunks === null) {
      // Later records may have been seen in one chunk and not in another, which was looked at before.
      this.seenUntil = this.atRest ? Infinity : untilKey;
      this.caughtUp = 0;
      if (this.packed !== null) return new OrderedReader(this.packed.packed.chunks(), this.decoder);
      this.segments.refresh(false);
      this.chunks = new FolderChunks(this.segments, this.base, (writer, chunk) => this.decoder.taken(writer, chunk) >= recordsPerChunk);
    }
    const until = this.around.milliseconds() + this.sliceMs;
    while (this.chunks.look()) if (this.around.milliseconds() >= until) return null;
    return new OrderedReader(this.chunks, this.decoder);
  }

  private poll(): void {
    const over = this.isOver();
    const there = this.tail.poll(over);
    if (!over) return;
    // The folder may have been deleted before that last look: then only the packed file is sure to hold everything.
    if (!there || this.folder.readText(manifestFile) === null) this.finishFromPacked();
    this.state = 'done';
  }

  /** Looks at the manifest now and then. */
  private isOver(): boolean {
    const now = this.around.milliseconds();
    if (now - this.manifestAt < manifestEveryMs) return false;
    this.manifestAt = now;
    // Asked first: a supervisor that ends between the two questions has written its manifest by then.
    const alive = this.isSupervised();
    if (!this.readManifest()) return true;
    this.target ??= this.folder.readText(targetFile);
    return this.manifest.complete || !alive;
  }

  private finishFromPacked(): void {
    if (!this.openPacked()) {
      if (!this.manifest.complete) {
        this.own.push(new ForkscopeError('recording-missing', `${this.path} was deleted while it was read: what had been read is shown.`, [this.path]));
      }
      return;
    }
    const chunks = this.packed!.packed.chunks();
    // The decoder passes over what it has.
    for (let chunk = chunks.next(); chunk !== null; chunk = chunks.next()) this.decoder.push(chunk.writer, chunk.number, chunk.bytes);
  }

  /** After the end: once the packed file stands, the deleted folder's disk space is let go. */
  private release(): void {
    if (this.packed !== null || !this.ended) return;
    const now = this.around.milliseconds();
    if (now - this.manifestAt < idleMs) return;
    this.manifestAt = now;
    if (this.folder.list() === null && this.openPacked()) this.segments.dispose();
  }

  private openPacked(): boolean {
    if (this.packed !== null) return true;
    if (this.target === null) return false;
    try {
      this.packed = this.around.openPacked(this.target);
    } catch (error) {
      if (error instanceof ForkscopeError) this.own.push(error);
      else throw error;
    }
    if (this.packed !== null && this.packed.packed.manifest.startedNs !== this.manifest.startedNs) {
      this.packed.close(); // Another run's: its path was used again.
      this.packed = null;
    }
    if (this.packed !== null) this.setManifest(this.packed.packed.manifest);
    return this.packed !== null;
  }
}

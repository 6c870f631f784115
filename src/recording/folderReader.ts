/**
 * A run's folder as a RecordingReader, while it grows and after.
 *
 *     catch up ──► tail ──► finish ──► done
 *     in order     polls    a last look at everything
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
/** Drops are seconds apart. */
const mostAttempts = 100;

export class FolderReader implements RecordingReader {
  names: NameTable;
  readonly waiting = false;
  target: string | null;
  stale = false;
  completeFromNs = -Infinity;
  readonly base: TimeBase;
  manifest: Manifest;
  private readonly segments: Segments;
  private readonly own: ForkscopeError[] = [];
  private decoder: Decoder;
  private state: 'catchUp' | 'tail' | 'done' = 'catchUp';
  private ordered: OrderedReader | null = null;
  private tail: Tail;
  private manifestAt = -Infinity;
  private packed: { packed: PackedFile; close(): void } | null = null;
  private ended = false;
  /** The run was over when its first record was read. */
  private atRest = false;

  /** @throws ForkscopeError recording-missing, recording-corrupt, recording-newer. */
  constructor(
    private readonly folder: FolderAccess,
    private readonly around: FolderSurroundings,
    private readonly path: string,
    private readonly newNames: () => NameTable = () => new NameTable(),
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
    }
    let batch = this.take(maxRecords, untilKey, into);
    if (batch === null && this.state === 'tail') {
      this.poll();
      batch = this.take(maxRecords, untilKey, into);
    } else if (batch === null && this.state === 'done') this.release();
    if (this.state === 'done' && this.decoder.pending === 0) this.ended = true;
    return batch === null ? [] : [batch];
  }

  /** Once the run is over nothing can come any more that would have to stand before. */
  private take(max: number, untilKey: number, into?: BatchColumns): RecordBatch | null {
    return this.decoder.take(max, this.state === 'done' || this.atRest ? Infinity : untilKey, into);
  }

  rewind(): void {
    this.names = this.newNames();
    this.begin();
    this.ordered = null;
    this.state = 'catchUp';
  }

  /** From the first record on, of what is there now. */
  private begin(): void {
    // What was kept of dropped segments may have been packed and deleted unseen.
    if (this.folder.list() === null && this.stale) this.openPacked();
    if (this.packed === null) this.findSegments();
    else this.segments.setDropped(this.manifest.dropped);
    this.stale = false;
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

  private catchUp(maxRecords: number, untilKey: number, into?: BatchColumns): RecordBatch | null {
    if (this.ordered === null) {
      if (this.packed === null) this.segments.refresh(false);
      const chunks = this.packed?.packed.chunks() ?? new FolderChunks(this.segments, this.base);
      this.ordered = new OrderedReader(chunks, this.decoder);
    }
    const batch = this.ordered.read(maxRecords, this.atRest ? Infinity : untilKey, into);
    if (batch === null) {
      this.ordered = null;
      this.state = this.ended ? 'done' : 'tail';
    }
    return batch;
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

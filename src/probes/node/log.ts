/**
 * How a record of Node's reaches the log. Node maps no files, so each thread appends to a segment of its own
 * (node-NNNNNN.segment, its number is whoever's makes the file first), from a buffer that holds what the file does not:
 *
 *     file    header │ owner │ 63 records │ owner │ …│ open
 *     buffer                                          │ open │ record │ record       the open one is written again when it is completed
 *
 * What keeps an event loop for ever is told by what came last before, so a record is written at once where that costs little: flushing may
 * take a fixed share of the time. What is left then is written before the loop sleeps, or five milliseconds later.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { recordFlags, writers } from '../../protocol/events';
import { chunkBytes, chunksPerPiece, chunksPerSegment, claimersOffset, segmentBytes, segmentFile, segmentFormat, segmentMagic } from '../../protocol/files';
import { flagsOffset, kindOffset, kinds, offsets, recordBytes } from '../../protocol/layout';
import { Budget } from './budget';
import { now } from './clock';

const bufferBytes = 64 * 1024;
const lateMs = 5;
/** Another process may take any number first. */
const mostNumbers = 100_000;

/** Who writes: the numbers that stand in front of every chunk. */
export interface Owner {
  /** ns; the same in all threads of a process. */
  readonly birth: number;
  readonly process: number;
  /** The native id. */
  readonly thread: number;
  readonly parent: number;
}

export class Log {
  private readonly bytes = new Uint8Array(bufferBytes);
  private readonly words = new Uint32Array(this.bytes.buffer);
  readonly view = new DataView(this.bytes.buffer);
  private used = 0;
  /** Where in the file the buffer's first byte goes. */
  private position = segmentBytes;
  private descriptor = -1;
  private segment = -1;
  private lost = 0;
  private off = false;
  private timer = false;
  /** Where the record stands that may still change; -1 where there is none, or it is no longer here. */
  private open = -1;
  private readonly budget = new Budget(0.03, 2e6);
  private readonly later = setTimeout;

  constructor(
    private readonly folder: string,
    private readonly owner: Owner,
  ) {}

  /** The place of a record of zeros but for its time, to be followed by `commit`. -1 where none can be kept. */
  begin(ns: number): number {
    if (this.off) return -1;
    if (this.used + 4 * recordBytes > bufferBytes) this.flush();
    if (this.place() >= segmentBytes && !this.nextSegment(ns)) {
      this.lost++;
      return -1;
    }
    if (this.place() % chunkBytes === 0) this.head(ns);
    return this.blank(ns);
  }

  commit(kind: number, flags = 0): void {
    this.view.setUint16(this.used + flagsOffset, flags, true);
    this.view.setUint16(this.used + kindOffset, kind, true);
    this.used += recordBytes;
    this.open = -1;
  }

  /** The same of a call that has begun: `complete` ends it where it stands, while nothing else was written. */
  commitOpen(kind: number, flags: number): void {
    this.commit(kind, flags | recordFlags.begin | recordFlags.inPlace);
    this.open = this.used - recordBytes;
  }

  /** The place of the open record, or -1: it is committed then by `completed`. */
  get openAt(): number {
    return this.open;
  }

  completed(): void {
    this.view.setUint16(this.open + flagsOffset, this.view.getUint16(this.open + flagsOffset, true) & ~recordFlags.begin, true);
    this.open = -1;
  }

  time(at: number, ns: number): void {
    this.words[at >> 2] = ns % 4294967296;
    this.words[(at >> 2) + 1] = ns / 4294967296;
  }

  /** Writes what there is, if that costs little now. */
  flushIfCheap(): void {
    if (this.used === 0 || (this.used === recordBytes && this.open === 0)) return;
    const begin = now();
    if (!this.budget.allows(begin)) return;
    this.flush();
    this.budget.spent(now() - begin);
  }

  /** Before the loop sleeps: sees that what there is gets written soon. */
  flushSoon(): void {
    this.flushIfCheap();
    if (this.used === 0 || this.timer || (this.used === recordBytes && this.open === 0)) return;
    this.timer = true;
    this.later(() => {
      this.timer = false;
      this.flush();
    }, lateMs).unref();
  }

  /** Writes what there is. The open record stays: it is written again. */
  flush(): void {
    if (this.used === 0 || this.descriptor < 0) return;
    try {
      for (let at = 0; at < this.used; ) at += writeSync(this.descriptor, this.bytes, at, this.used - at, this.position + at);
    } catch {
      // A full disk, or the folder is gone. What was written already is a chunk's beginning.
      this.lost += this.used / recordBytes;
      this.turnOff();
      return;
    }
    if (this.open < 0) {
      this.position += this.used;
      this.used = 0;
      return;
    }
    this.position += this.open;
    this.bytes.copyWithin(0, this.open, this.used);
    this.used -= this.open;
    this.open = 0;
  }

  /** From now on nothing more is kept. */
  turnOff(): void {
    this.off = true;
    this.used = 0;
    this.open = -1;
  }

  get isOff(): boolean {
    return this.off;
  }

  private place(): number {
    return this.position + this.used;
  }

  private blank(ns: number): number {
    const { used } = this;
    this.bytes.fill(0, used, used + recordBytes);
    this.time(used, ns);
    return used;
  }

  private head(ns: number): void {
    const at = this.blank(ns);
    this.time(at + offsets.owner.birth, this.owner.birth);
    this.view.setUint32(at + offsets.owner.process, this.owner.process, true);
    this.view.setUint32(at + offsets.owner.thread, this.owner.thread, true);
    this.view.setUint32(at + offsets.owner.parent, this.owner.parent, true);
    this.view.setUint16(at + offsets.owner.writer, writers.node, true);
    this.commit(kinds.owner);
    if (this.lost === 0) return;
    this.view.setUint32(this.blank(ns) + offsets.lost.count, this.lost, true);
    this.commit(kinds.lost);
    this.lost = 0;
  }

  private nextSegment(ns: number): boolean {
    this.flush();
    if (this.off) return false;
    this.open = -1;
    this.used = 0;
    const header = Buffer.alloc(chunkBytes);
    header.write(segmentMagic, 'latin1');
    header.writeUInt32LE(segmentFormat, 8);
    header.writeUInt32LE(recordBytes, 16);
    header.writeUInt32LE(chunkBytes, 20);
    for (let piece = 0; piece < chunksPerSegment / chunksPerPiece; piece++) header.writeUInt32LE(this.owner.process, claimersOffset + 4 * piece);
    let descriptor = -1;
    try {
      for (let number = this.segment + 1; descriptor < 0; number++) {
        descriptor = this.tryOpen(number);
        this.segment = number;
      }
      header.writeUInt32LE(this.segment, 12);
      writeSync(descriptor, header, 0, chunkBytes, 0);
    } catch {
      if (descriptor >= 0) closeSync(descriptor);
      this.turnOff();
      return false;
    }
    if (this.descriptor >= 0) closeSync(this.descriptor);
    this.descriptor = descriptor;
    this.position = chunkBytes;
    this.head(ns);
    return true;
  }

  /** -1 where somebody has the number. */
  private tryOpen(number: number): number {
    try {
      return openSync(`${this.folder}/${segmentFile('node', number)}`, 'wx', 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || number > mostNumbers) throw error;
      return -1;
    }
  }
}

/**
 * The kernel observer's part of the log: appends whole records to kernel-NNNNNN.segment in the same chunks that
 * the probes use. One writer, so chunks follow one another and a file's end is the end of what is written.
 *
 *     chunk 0   header
 *     chunk 1   owner │ 63 records
 *     chunk 2   owner │ …
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writers } from '../protocol/events';
import { chunkBytes, segmentBytes, segmentFile, segmentFormat, segmentMagic } from '../protocol/files';
import { kindOffset, kinds, offsets, recordBytes } from '../protocol/layout';

const partBytes = 36;
/** Of a text, in bytes of UTF-8; as in the Python probe, so that both say the same of a command. Linux allows two million. */
const longestText = 4096;
const mark = Buffer.from('…');

/** A whole number up to 2^53 as a u64. */
export function writeNumber64(view: Buffer, at: number, value: number): void {
  view.writeUInt32LE(value % 2 ** 32, at);
  view.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
}

export class ObserverLog {
  private descriptor = -1;
  private segment = -1;
  /** Where the next record goes in the segment. */
  private position = 0;
  /** Where `begin` says where the next record stands. */
  readonly buffer = Buffer.alloc(64 * 1024);
  private buffered = 0;
  private readonly texts = new Map<string, number>();
  /** Records that could not be written since the last that could. */
  private lost = 0;

  /** @param birth CLOCK_MONOTONIC ns of the recording's begin; the records belong to no process (0, 0). */
  constructor(
    private readonly folder: string,
    private readonly birth: bigint,
  ) {}

  /** A record of this kind now; `fill` sets its fields at the offsets it is given. */
  add(kind: number, fill: (view: Buffer, at: number) => void): void {
    if (!this.room()) {
      this.lost++;
      return;
    }
    this.head();
    this.put(kind, fill);
  }

  /**
   * For records that are many: the place in `buffer` of a record of zeros with the present time, to be followed by `commit`
   * with nothing between but stores. -1 where there is no room.
   */
  begin(): number {
    if (!this.room()) {
      this.lost++;
      return -1;
    }
    this.head();
    return this.blank();
  }

  commit(kind: number): void {
    this.buffer.writeUInt16LE(kind, this.buffered + kindOffset);
    this.buffered += recordBytes;
    this.position += recordBytes;
  }

  /** The id of a text, written first where it is new; a long one is cut off and ends in "…". */
  text(text: string): number {
    const bytes = shortened(text);
    // What was cut off is not kept either.
    const key = text.length > longestText ? bytes.toString() : text;
    const known = this.texts.get(key);
    if (known !== undefined) return known;
    const id = this.texts.size + 1;
    this.texts.set(key, id);
    for (let part = 0; part * partBytes < bytes.length; part++) {
      const piece = bytes.subarray(part * partBytes, (part + 1) * partBytes);
      this.add(kinds.text, (view, at) => {
        view.writeUInt32LE(id, at + offsets.text.id);
        view.writeUInt32LE(bytes.length, at + offsets.text.total);
        view.writeUInt32LE(part, at + offsets.text.part);
        view.writeUInt32LE(piece.length, at + offsets.text.length);
        piece.copy(view, at + offsets.text.bytes);
      });
    }
    return id;
  }

  /** Whether records are missing of which no record says so yet. */
  get isLosing(): boolean {
    return this.lost > 0;
  }

  /** Writes what was added. A full disk loses records, which are counted, and nothing else. */
  flush(): void {
    if (this.buffered === 0) return;
    const count = this.buffered / recordBytes;
    try {
      for (let at = 0; at < this.buffered; ) {
        at += writeSync(this.descriptor, this.buffer, at, this.buffered - at, this.position - this.buffered + at);
      }
      this.buffered = 0;
    } catch {
      this.position -= this.buffered;
      this.buffered = 0;
      this.lost += count;
      // The next record takes this place; where a chunk begins here, that is its owner's, which is written again.
    }
  }

  close(): void {
    this.flush();
    if (this.descriptor >= 0) closeSync(this.descriptor);
    this.descriptor = -1;
  }

  /** What stands before the next record: a chunk's owner, and how many were lost where that fits in with the record. */
  private head(): void {
    if (this.position % chunkBytes === 0) this.put(kinds.owner, (view, at) => this.fillOwner(view, at));
    if (this.lost > 0 && this.position % chunkBytes < chunkBytes - recordBytes) {
      const count = this.lost;
      this.lost = 0;
      this.put(kinds.lost, (view, at) => view.writeUInt32LE(count, at + offsets.lost.count));
    }
  }

  /** Makes sure that a record (and an owner before it) fits in the buffer and in a segment; false where none can be made. */
  private room(): boolean {
    if (this.buffered + 4 * recordBytes > this.buffer.length) this.flush();
    if (this.descriptor >= 0 && this.position < segmentBytes) return true;
    this.flush();
    return this.nextSegment();
  }

  private nextSegment(): boolean {
    const path = join(this.folder, segmentFile('kernel', this.segment + 1));
    let descriptor = -1;
    try {
      descriptor = openSync(path, 'wx', 0o600);
      const header = Buffer.alloc(chunkBytes);
      header.write(segmentMagic, 'latin1');
      header.writeUInt32LE(segmentFormat, 8);
      header.writeUInt32LE(this.segment + 1, 12);
      header.writeUInt32LE(recordBytes, 16);
      header.writeUInt32LE(chunkBytes, 20);
      writeSync(descriptor, header, 0, header.length, 0);
    } catch {
      // Left behind, it would be in the way when the disk has room again.
      if (descriptor >= 0) {
        closeSync(descriptor);
        rmSync(path, { force: true });
      }
      return false;
    }
    if (this.descriptor >= 0) closeSync(this.descriptor);
    this.descriptor = descriptor;
    this.segment++;
    this.position = chunkBytes;
    return true;
  }

  private put(kind: number, fill: (view: Buffer, at: number) => void): void {
    fill(this.buffer, this.blank());
    this.commit(kind);
  }

  /** A record of zeros but for its time, where the next one stands. */
  private blank(): number {
    const at = this.buffered;
    this.buffer.fill(0, at, at + recordBytes);
    this.buffer.writeBigUInt64LE(process.hrtime.bigint(), at);
    return at;
  }

  private fillOwner(view: Buffer, at: number): void {
    view.writeBigUInt64LE(this.birth, at + offsets.owner.birth);
    view.writeUInt16LE(writers.kernel, at + offsets.owner.writer);
  }
}

function shortened(text: string): Buffer {
  // No letter takes less than a byte: of millions of them only those that may stay are looked at.
  const bytes = Buffer.from(text.slice(0, longestText + 1));
  if (bytes.length <= longestText) return bytes;
  let end = longestText - mark.length;
  while ((bytes[end]! & 0xc0) === 0x80) end--; // Within a letter.
  return Buffer.concat([bytes.subarray(0, end), mark]);
}

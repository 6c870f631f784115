/**
 * Writes the segments that hold what is left of dropped ones: chunks as everywhere, but with records of many owners, so that
 * owner records stand wherever the owner changes.
 */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writers } from '../protocol/events';
import { chunkBytes, chunksPerSegment, keptWriter, segmentFile, segmentFormat, segmentMagic } from '../protocol/files';
import { kindOffset, kinds, offsets, recordBytes } from '../protocol/layout';
import type { Owner, TimeBase } from '../recording/batch';

export class KeptSegments {
  private readonly chunks: Buffer[] = [];
  private chunk = Buffer.alloc(0);
  private position = chunkBytes;
  private owner = '';

  constructor(private readonly base: TimeBase) {}

  /** Bytes of the files that `write` makes. */
  get bytes(): number {
    return (this.chunks.length + this.count) * chunkBytes;
  }

  /** How many segments there will be. */
  get count(): number {
    return Math.ceil(this.chunks.length / (chunksPerSegment - 1));
  }

  add(owner: Owner, record: Uint8Array): void {
    const key = `${owner.writer} ${String(owner.process)} ${String(owner.thread)} ${String(owner.parent)} ${String(owner.birth)}`;
    const room = chunkBytes - this.position;
    if (room < recordBytes || (key !== this.owner && room < 2 * recordBytes)) {
      this.chunk = Buffer.alloc(chunkBytes);
      this.chunks.push(this.chunk);
      this.position = 0;
      this.owner = '';
    }
    if (key !== this.owner) {
      this.owner = key;
      this.putOwner(owner, record);
    }
    this.chunk.set(record, this.position);
    this.position += recordBytes;
  }

  /**
   * Writes each file beside its place and renames it. Throws what the file system says.
   * @param first the number of the first one.
   */
  write(folder: string, first: number): void {
    for (let index = 0; index < this.count; index++) {
      const path = join(folder, segmentFile(keptWriter, first + index));
      const temporary = `${path}.new`;
      const descriptor = openSync(temporary, 'w', 0o600);
      try {
        const chunks = this.chunks.slice(index * (chunksPerSegment - 1), (index + 1) * (chunksPerSegment - 1));
        const bytes = Buffer.concat([headerOf(first + index), ...chunks]);
        for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, path);
    }
  }

  /** The time of an owner's record is nobody's concern; it gets the following record's. */
  private putOwner(owner: Owner, record: Uint8Array): void {
    const { chunk, position } = this;
    chunk.set(record.subarray(0, 8), position);
    const birth = (BigInt(this.base.high) << 32n) + BigInt(this.base.low) + BigInt(Number.isNaN(owner.birth) ? 0 : owner.birth);
    chunk.writeBigUInt64LE(birth, position + offsets.owner.birth);
    chunk.writeUInt32LE(owner.process, position + offsets.owner.process);
    chunk.writeUInt32LE(owner.thread, position + offsets.owner.thread);
    chunk.writeUInt32LE(owner.parent, position + offsets.owner.parent);
    chunk.writeUInt16LE(writers[owner.writer], position + offsets.owner.writer);
    chunk.writeUInt16LE(kinds.owner, position + kindOffset);
    this.position += recordBytes;
  }
}

function headerOf(number: number): Buffer {
  const header = Buffer.alloc(chunkBytes);
  header.write(segmentMagic, 'latin1');
  header.writeUInt32LE(segmentFormat, 8);
  header.writeUInt32LE(number, 12);
  header.writeUInt32LE(recordBytes, 16);
  header.writeUInt32LE(chunkBytes, 20);
  return header;
}

/** What has been read of one writer's chunks, by chunk number: a few bytes each, because a long run has very many. */
import { chunkBytes } from '../protocol/files';
import { recordBytes } from '../protocol/layout';

export const recordsPerChunk = chunkBytes / recordBytes;
/** A chunk's places are bits of so many u32. */
const maskWords = recordsPerChunk / 32;

export class ChunkColumns {
  /** How many places are settled from the first on. */
  taken = new Uint8Array(1024);
  /** Whose records follow at `taken`; -1 for nobody's. */
  owner = new Int32Array(1024).fill(-1);
  /** Places whose record has been given out whole. */
  private settled = new Uint32Array(1024 * maskWords);
  /** Places whose begin record has been given out. */
  private begun = new Uint32Array(1024 * maskWords);

  reach(chunk: number): void {
    if (chunk < this.taken.length) return;
    const size = Math.max(chunk + 1, this.taken.length * 2);
    const { taken, owner, settled, begun } = this;
    (this.taken = new Uint8Array(size)).set(taken);
    (this.owner = new Int32Array(size).fill(-1)).set(owner);
    (this.settled = new Uint32Array(size * maskWords)).set(settled);
    (this.begun = new Uint32Array(size * maskWords)).set(begun);
  }

  isSettled(chunk: number, record: number): boolean {
    return has(this.settled, chunk, record);
  }

  isBegun(chunk: number, record: number): boolean {
    return has(this.begun, chunk, record);
  }

  settle(chunk: number, record: number): void {
    this.settled[chunk * maskWords + (record >>> 5)]! |= 1 << (record & 31);
  }

  begin(chunk: number, record: number): void {
    this.begun[chunk * maskWords + (record >>> 5)]! |= 1 << (record & 31);
  }
}

function has(mask: Uint32Array, chunk: number, record: number): boolean {
  return (mask[chunk * maskWords + (record >>> 5)]! & (1 << (record & 31))) !== 0;
}

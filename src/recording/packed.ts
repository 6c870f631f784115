/**
 * The packed recording: one `.forkscope` file that can be cut or damaged anywhere and still gives what the rest holds.
 *
 *     "FORKSCOPE\n"  format u32
 *     block*         ┌────────┬──────┬────────────┬───────────────┬────────────────┬───────────────┐
 *                    │ "FSBK" │ type │ raw length │ packed length │ crc of packed  │ crc of header │ packed bytes…
 *                    └────────┴──────┴────────────┴───────────────┴────────────────┴───────────────┘  six u32
 *
 * Types: 1 the manifest (JSON), first as it stood when packing began and again last, where it may say `complete`;
 * 2 chunks by their earliest moment, each: writer u32, chunk number u32, records u32, unused u32, the records. Empty
 * chunks and the unused ends of others are left out; 3 a person's notes (JSON, notes.ts), of which the last one counts. A block is at most
 * 1 MiB raw and deflated on its own.
 *
 * A reader that meets a damaged header looks for the next "FSBK" whose header is sound. Blocks of an unknown type are
 * passed over.
 */
import { writers } from '../protocol/events';
import { chunkBytes, keptWriter, packedFormat, packedMagic, type Manifest } from '../protocol/files';
import { recordBytes } from '../protocol/layout';
import type { Codec } from './access';
import { crc32 } from './crc32';
import { formatManifest } from './manifest';
import { encodeUtf8 } from './utf8';
import type { Chunk } from './ordered';

export const blockMagic = 0x4b425346; // "FSBK"
export const blockHeaderBytes = 24;
export const headBytes = packedMagic.length + 4;
export const blockTypes = { manifest: 1, chunks: 2, notes: 3 } as const;
export const largestBlock = 1 << 20;
const chunkHeaderBytes = 16;

/** Kept segments hold records of all writers. */
const keptCode = 0x4b;
const writerCodes: ReadonlyMap<string, number> = new Map([...Object.entries(writers), [keptWriter, keptCode]]);
const writerNames: ReadonlyMap<number, string> = new Map([...writerCodes].map(([name, code]) => [code, name]));

/** Writes a packed recording piece by piece; holds one block at most. */
export class PackedWriter {
  private readonly block = new Uint8Array(largestBlock);
  private readonly view = new DataView(this.block.buffer);
  private length = 0;

  /** @param sink takes the file's bytes in order; they may be reused after it returns. */
  constructor(
    private readonly codec: Codec,
    private readonly sink: (bytes: Uint8Array) => void,
  ) {}

  /** Call once, first. */
  begin(manifest: Manifest): void {
    const head = new Uint8Array(headBytes);
    for (let at = 0; at < packedMagic.length; at++) head[at] = packedMagic.charCodeAt(at);
    new DataView(head.buffer).setUint32(packedMagic.length, packedFormat, true);
    this.sink(head);
    this.manifest({ ...manifest, complete: false });
  }

  /** @returns whether a block was written: a good moment to let others run. */
  add(chunk: Chunk): boolean {
    const code = writerCodes.get(chunk.writer);
    const records = Math.floor(Math.min(chunk.bytes.length, chunkBytes) / recordBytes);
    if (code === undefined || records === 0) return false;
    const size = chunkHeaderBytes + records * recordBytes;
    const full = this.length + size > largestBlock;
    if (full) this.flush();
    this.view.setUint32(this.length, code, true);
    this.view.setUint32(this.length + 4, chunk.number, true);
    this.view.setUint32(this.length + 8, records, true);
    this.view.setUint32(this.length + 12, 0, true);
    this.block.set(chunk.bytes.subarray(0, records * recordBytes), this.length + chunkHeaderBytes);
    this.length += size;
    return full;
  }

  /**
   * Call once, last: without it the file reads as cut.
   * @param notes a person's, as text; null for none. What is too long for a block is left out.
   */
  end(manifest: Manifest, notes: string | null = null): void {
    this.flush();
    const raw = notes === null ? null : encodeUtf8(notes);
    if (raw !== null && raw.length <= largestBlock) this.write(blockTypes.notes, raw);
    this.manifest(manifest);
  }

  private manifest(manifest: Manifest): void {
    this.write(blockTypes.manifest, encodeUtf8(formatManifest(manifest)));
  }

  private flush(): void {
    if (this.length > 0) this.write(blockTypes.chunks, this.block.subarray(0, this.length));
    this.length = 0;
  }

  private write(type: number, raw: Uint8Array): void {
    for (const part of packedBlock(this.codec, type, raw)) this.sink(part);
  }
}

/** A block's bytes: its header, and what it holds. @param raw at most `largestBlock` bytes. */
export function packedBlock(codec: Codec, type: number, raw: Uint8Array): [header: Uint8Array, packed: Uint8Array] {
  const packed = codec.deflate(raw);
  const header = new Uint8Array(blockHeaderBytes);
  const view = new DataView(header.buffer);
  view.setUint32(0, blockMagic, true);
  view.setUint32(4, type, true);
  view.setUint32(8, raw.length, true);
  view.setUint32(12, packed.length, true);
  view.setUint32(16, crc32(packed), true);
  view.setUint32(20, crc32(header.subarray(0, 20)), true);
  return [header, packed];
}

/** The chunks of a raw block of chunks, as far as they are whole; a cut one gives the records it has. */
export function* chunksOf(raw: Uint8Array): Iterable<{ writer: string; number: number; bytes: Uint8Array }> {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  for (let at = 0; at + chunkHeaderBytes <= raw.length; ) {
    const writer = writerNames.get(view.getUint32(at, true));
    const number = view.getUint32(at + 4, true);
    const records = view.getUint32(at + 8, true);
    at += chunkHeaderBytes;
    const there = Math.min(records, Math.floor((raw.length - at) / recordBytes));
    if (writer !== undefined && there > 0) yield { writer, number, bytes: raw.subarray(at, at + there * recordBytes) };
    at += records * recordBytes;
  }
}

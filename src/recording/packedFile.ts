/**
 * Reads a packed recording: first its frame (headers only, so that the last manifest is known at once), then block by
 * block. What is damaged is skipped and told once; a cut file gives everything before the cut.
 */
import { ForkscopeError } from '../base/errors';
import { packedFormat, packedMagic, type Manifest } from '../protocol/files';
import type { Codec, OpenFile } from './access';
import { chunkExtent } from './decoder';
import { crc32 } from './crc32';
import { corruptError, newerError, parseManifest, timeBaseOf } from './manifest';
import type { Chunk, ChunkSequence } from './ordered';
import type { TimeBase } from './batch';
import { blockHeaderBytes, blockMagic, blockTypes, chunksOf, headBytes, largestBlock } from './packed';
import { decodeUtf8 } from './utf8';

interface Block {
  type: number;
  at: number;
  rawLength: number;
  packedLength: number;
  crc: number;
  /** The file ends within it. */
  cut: boolean;
}

const scanBytes = 1 << 16;

export class PackedFile {
  readonly manifest: Manifest;
  readonly base: TimeBase;
  /** Bytes, raw where known, of damaged parts that were skipped. */
  droppedBytes = 0;
  private readonly blocks: Block[] = [];
  private readonly counted = new Set<Block>();

  /**
   * @param what the file's name in errors.
   * @throws ForkscopeError recording-empty, recording-corrupt (nothing can be read), recording-newer.
   */
  constructor(
    private readonly file: OpenFile,
    private readonly codec: Codec,
    private readonly what: string,
  ) {
    const size = file.size();
    if (size === 0) throw new ForkscopeError('recording-empty', `${what} is empty: nothing was recorded into it.`, [what]);
    this.checkHead(size);
    this.scan(size);
    this.manifest = this.readManifest();
    this.base = timeBaseOf(this.manifest);
  }

  /** What is wrong so far: grows while blocks are read. */
  get problems(): ForkscopeError[] {
    if (this.droppedBytes === 0) return [];
    const bytes = String(this.droppedBytes);
    return [
      new ForkscopeError('recording-corrupt', `${this.what} is damaged: ${bytes} bytes were skipped, the rest is shown.`, [this.what, bytes]),
    ];
  }

  /** All chunks from the first on. */
  chunks(): ChunkSequence {
    const blocks = this.blocks.filter(({ type }) => type === blockTypes.chunks);
    const total = blocks.reduce((sum, { packedLength }) => sum + packedLength, 0);
    let passed = 0;
    let block = 0;
    let chunks: readonly Chunk[] = [];
    let at = 0;
    return {
      next: () => {
        while (at === chunks.length) {
          const next = blocks[block++];
          if (next === undefined) return null;
          const raw = this.readBlock(next);
          chunks = raw === null ? [] : this.chunksIn(raw);
          at = 0;
          passed += next.packedLength;
        }
        return chunks[at++]!;
      },
      get share() {
        return total === 0 ? 1 : passed / total;
      },
    };
  }

  /** A person's notes, as text; null where there are none. */
  notesText(): string | null {
    for (const block of this.blocks.filter(({ type, cut }) => type === blockTypes.notes && !cut).reverse()) {
      const raw = this.readBlock(block);
      if (raw !== null) return decodeUtf8(raw);
    }
    return null;
  }

  /** Where other notes go into a copy of the file (behind its first block, so that its last one stays the last), and which bytes they replace. */
  notesPlace(): { before: number; without: { from: number; to: number }[] } {
    const [first] = this.blocks;
    const ends = ({ at, packedLength }: Block): number => at + packedLength;
    return {
      before: first?.type !== blockTypes.manifest || first.cut ? headBytes : ends(first),
      without: this.blocks.filter(({ type, cut }) => type === blockTypes.notes && !cut).map((block) => ({ from: block.at - blockHeaderBytes, to: ends(block) })),
    };
  }

  /** They stand by their earliest moment; where one was still written while it was packed, it may stand a little too late. */
  private chunksIn(raw: Uint8Array): Chunk[] {
    const chunks: Chunk[] = [];
    let sorted = true;
    for (const { writer, number, bytes } of chunksOf(raw)) {
      const { earliest } = chunkExtent(bytes, this.base);
      sorted &&= earliest >= (chunks[chunks.length - 1]?.earliest ?? -Infinity);
      chunks.push({ writer, number, bytes, earliest });
    }
    return sorted ? chunks : chunks.sort((a, b) => a.earliest - b.earliest);
  }

  private checkHead(size: number): void {
    const head = new Uint8Array(headBytes);
    const got = this.file.read(0, head);
    for (let at = 0; at < Math.min(got, packedMagic.length); at++) {
      if (head[at] !== packedMagic.charCodeAt(at)) throw corruptError(this.what, 'it is not a Forkscope recording');
    }
    if (size < headBytes) throw corruptError(this.what, 'it ends before its first block');
    const format = new DataView(head.buffer).getUint32(packedMagic.length, true);
    if (format > packedFormat) throw newerError(this.what);
  }

  private scan(size: number): void {
    const header = new Uint8Array(blockHeaderBytes);
    let at = headBytes;
    while (at < size) {
      const got = this.file.read(at, header);
      const block = got === header.length ? parseHeader(header, at + blockHeaderBytes) : null;
      if (block === null) {
        const next = this.findBlock(at + 1, size);
        // A header that the end of the file cuts off is no damage.
        if (got === header.length) this.droppedBytes += next - at;
        at = next;
        continue;
      }
      block.cut = block.at + block.packedLength > size;
      this.blocks.push(block);
      at = block.at + block.packedLength;
    }
  }

  /** Where the next sound header stands at or after `from`; `size` where there is none. */
  private findBlock(from: number, size: number): number {
    const bytes = new Uint8Array(scanBytes + blockHeaderBytes);
    for (let start = from; start < size; start += scanBytes) {
      const got = this.file.read(start, bytes);
      const view = new DataView(bytes.buffer, 0, got);
      for (let at = 0; at < scanBytes && at + blockHeaderBytes <= got; at++) {
        if (bytes[at] !== 0x46 || view.getUint32(at, true) !== blockMagic) continue;
        if (parseHeader(bytes.subarray(at, at + blockHeaderBytes), 0) !== null) return start + at;
      }
    }
    return size;
  }

  /** The last sound manifest; `complete` only where it closes the file. */
  private readManifest(): Manifest {
    const manifests = this.blocks.filter((block) => block.type === blockTypes.manifest && !block.cut);
    for (const block of manifests.reverse()) {
      const raw = this.readBlock(block);
      if (raw === null) continue;
      const manifest = parseManifest(decodeUtf8(raw), this.what);
      const last = block === this.blocks[this.blocks.length - 1];
      return last ? manifest : { ...manifest, complete: false };
    }
    throw corruptError(this.what, this.blocks.every((block) => block.cut) ? 'it ends within its first block' : 'it has no manifest');
  }

  /** The block's raw bytes; of a cut one as many as can be had; null (and counted as dropped) for a damaged one. */
  private readBlock(block: Block): Uint8Array | null {
    const packed = new Uint8Array(block.packedLength);
    const got = this.file.read(block.at, packed);
    const there = packed.subarray(0, got);
    if (got < block.packedLength) return this.codec.inflate(there, block.rawLength, true);
    try {
      if ((this.codec.crc32 ?? crc32)(there) === block.crc) {
        const raw = this.codec.inflate(there, block.rawLength, false);
        if (raw.length === block.rawLength) return raw;
      }
    } catch {
      // Damaged: counted below.
    }
    if (!this.counted.has(block)) this.droppedBytes += block.rawLength;
    this.counted.add(block);
    return null;
  }
}

function parseHeader(header: Uint8Array, at: number): Block | null {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (view.getUint32(0, true) !== blockMagic || view.getUint32(20, true) !== crc32(header.subarray(0, 20))) return null;
  const rawLength = view.getUint32(8, true);
  const packedLength = view.getUint32(12, true);
  if (rawLength > largestBlock || packedLength > 2 * largestBlock) return null;
  return { type: view.getUint32(4, true), at, rawLength, packedLength, crc: view.getUint32(16, true), cut: false };
}

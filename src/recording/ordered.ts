/**
 * Reads many chunks in the order of time without holding them all: chunks come by their earliest moment, so once the next
 * chunk begins at T, every record up to T is known.
 *
 *     chunk A   ├──────────────────────┤
 *     chunk B        ├────┤
 *     chunk C                  ├─────────┤
 *                              ^ before C is loaded, everything left of here can be handed out
 */
import { chunkBytes, chunksPerSegment } from '../protocol/files';
import { recordBytes } from '../protocol/layout';
import type { RecordBatch, TimeBase } from './batch';
import { chunkExtent, type Decoder } from './decoder';
import { settleRace } from './raced';
import type { Segment, Segments } from './segments';

export interface Chunk {
  readonly writer: string;
  readonly number: number;
  /** Its committed records; valid until the next call of `next`. */
  readonly bytes: Uint8Array;
  /** The earliest key among them, ns from the base. */
  readonly earliest: number;
}

/** Chunks by rising `earliest`. */
export interface ChunkSequence {
  next(): Chunk | null;
  /** How much of them has been given, 0 to 1. */
  readonly share: number;
}

/** Hands a sequence's records out in order. */
export class OrderedReader {
  private ahead: Chunk | null;

  constructor(
    private readonly chunks: ChunkSequence,
    private readonly decoder: Decoder,
  ) {
    this.ahead = chunks.next();
  }

  /** How much of the sequence has been read, 0 to 1. */
  get share(): number {
    return this.chunks.share;
  }

  /**
   * The next records, at most `max`; null at the end.
   * @param until those with a later key stay pending in the decoder, also at the end.
   * @param into is filled and holds the batch; without it new columns are.
   */
  read(max: number, until = Infinity, into = this.decoder.columns(max)): RecordBatch | null {
    let count = 0;
    for (;;) {
      count = this.decoder.collect(into, count, Math.min(until, this.ahead?.earliest ?? Infinity));
      if (this.ahead === null || count === into.keys.length) return this.decoder.batch(into, count);
      this.decoder.push(this.ahead.writer, this.ahead.number, this.ahead.bytes);
      this.ahead = this.chunks.next();
    }
  }
}

const blockChunks = 256;

/** What a folder's segments hold at the moment when it is looked for, sorted; a small entry of memory per chunk (4 KiB). */
export class FolderChunks implements ChunkSequence {
  private readonly index: { segment: Segment; chunk: number; earliest: number; bytes: number; settled: boolean }[] = [];
  private block = new Uint8Array(blockChunks * chunkBytes);
  private readonly buffer = new Uint8Array(chunkBytes);
  private readonly again = new Uint8Array(chunkBytes);
  private readonly segments: readonly Segment[];
  /** Where to look next: a segment, and its chunk. */
  private segment = 0;
  private chunk = 1;
  private sorted = false;
  private at = 0;

  /** @param isTaken whether a chunk, by its writer and number, is left out. */
  constructor(
    segments: Pick<Segments, 'all'>,
    private readonly base: TimeBase,
    private readonly isTaken: (writer: string, chunk: number) => boolean = () => false,
  ) {
    this.segments = [...segments.all];
  }

  /** Looks for more of what there is, a ms or so. @returns false where all has been found. */
  look(): boolean {
    const segment = this.segments[this.segment];
    if (segment === undefined) {
      if (!this.sorted) this.index.sort((a, b) => a.earliest - b.earliest);
      this.sorted = true;
      this.block = new Uint8Array(0);
      return false;
    }
    const { chunks, writer, number } = segment;
    const taken = (chunk: number): boolean => this.isTaken(writer, number * chunksPerSegment + chunk);
    while (this.chunk < chunks && taken(this.chunk)) this.chunk++;
    let end = Math.min(this.chunk + blockChunks, chunks);
    while (end > this.chunk && taken(end - 1)) end--;
    const got = segment.file.read(this.chunk * chunkBytes, this.block.subarray(0, (end - this.chunk) * chunkBytes));
    for (let start = 0; start < got; start += chunkBytes) {
      const chunk = this.chunk + start / chunkBytes;
      if (taken(chunk)) continue;
      const { earliest, records, settled } = chunkExtent(this.block.subarray(start, Math.min(got, start + chunkBytes)), this.base);
      if (records > 0) this.index.push({ segment, chunk, earliest, bytes: records * recordBytes, settled });
    }
    this.chunk += blockChunks;
    if (this.chunk >= chunks) {
      this.segment++;
      this.chunk = 1;
    }
    return true;
  }

  get share(): number {
    if (!this.sorted) return 0;
    return this.index.length === 0 ? 1 : Math.min(1, this.at / this.index.length);
  }

  next(): Chunk | null {
    while (this.look());
    const entry = this.index[this.at++];
    if (entry === undefined) return null;
    // Only what the first pass saw committed.
    const bytes = this.buffer.subarray(0, entry.bytes);
    const position = entry.chunk * chunkBytes;
    const { segment, earliest } = entry;
    const { writer } = segment;
    const number = segment.number * chunksPerSegment + entry.chunk;
    if (entry.settled) {
      segment.file.read(position, bytes);
      return { writer, number, bytes, earliest };
    }
    const first = this.again.subarray(0, entry.bytes);
    segment.file.read(position, first);
    segment.file.read(position, bytes);
    return { writer, number, bytes: bytes.subarray(0, settleRace(first, bytes)), earliest };
  }
}

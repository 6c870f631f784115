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

/** What a folder's segments hold at the moment of construction, sorted; a small entry of memory per chunk (4 KiB). */
export class FolderChunks implements ChunkSequence {
  private readonly index: { segment: Segment; chunk: number; earliest: number; bytes: number; settled: boolean }[] = [];
  private readonly buffer = new Uint8Array(chunkBytes);
  private readonly again = new Uint8Array(chunkBytes);
  private at = 0;

  constructor(segments: Pick<Segments, 'all'>, base: TimeBase) {
    const buffer = new Uint8Array(256 * chunkBytes);
    for (const segment of segments.all) {
      for (let first = 1; first < segment.chunks; first += 256) {
        const wanted = Math.min(256, segment.chunks - first) * chunkBytes;
        const got = segment.file.read(first * chunkBytes, buffer.subarray(0, wanted));
        for (let start = 0; start < got; start += chunkBytes) {
          const { earliest, records, settled } = chunkExtent(buffer.subarray(start, Math.min(got, start + chunkBytes)), base);
          if (records > 0) this.index.push({ segment, chunk: first + start / chunkBytes, earliest, bytes: records * recordBytes, settled });
        }
      }
    }
    this.index.sort((a, b) => a.earliest - b.earliest);
  }

  get share(): number {
    return this.index.length === 0 ? 1 : Math.min(1, this.at / this.index.length);
  }

  next(): Chunk | null {
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

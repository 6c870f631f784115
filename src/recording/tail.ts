/**
 * Follows a run's folder while it grows: reads only what is new, cheaply enough to poll sixty times a second.
 *
 * A run has many chunks that are begun and not full (a thread that waits, a child that was killed), and any of them may
 * grow. Of very many those that grew lately are looked at in every poll, the others in every eighth: what is new there comes late
 * by as much. Where they lie near each other one read covers them:
 *
 *     chunks   5 full │ 6 grew │ 7 grew │ 8 full │ 9 cold │ 10 grew
 *     read            └───────────────────────────────────────────┘   one pread from 6's first new record on
 *
 * What a read shows as new is read a second time and only then believed: see raced.ts.
 */
import { chunkBytes, chunksPerSegment } from '../protocol/files';
import { flagsOffset, recordBytes } from '../protocol/layout';
import { recordsPerChunk } from './chunkColumns';
import type { Decoder } from './decoder';
import { settleRace } from './raced';
import type { Segment, Segments } from './segments';

/** With so few open chunks all of them are looked at in every poll: a read of each is some ms. */
const fewChunks = 2048;
/** Polls without news after which a chunk is cold. */
const coldAfter = 8;
/** Cold chunks are looked at in one of so many polls; a power of two. */
const coldEvery = 8;
/** Chunks between two due ones that are read along rather than skipped by a read of their own. */
const gapChunks = 3;
const rangeBytes = 64 * chunkBytes;

const shortestMs = 16;
/** Longer would be seen: a change is to be on the screen within a quarter of a second. */
const longestMs = 125;
/** The part of a core that polling may cost: where it finds nothing, and where it brings what somebody waits for, which has to be read anyway. */
const costShare = { idle: 0.05, busy: 0.2 };
/** A poll that was kept from running looks dearer than it is, never cheaper: what it costs goes down at once, and up by so much of the difference. */
const costRise = 0.1;

interface Follow {
  readonly segment: Segment;
  /** Chunk 0 is the header. */
  seen: number;
  /** Numbers within the segment of chunks that are not full. */
  open: number[];
  /** By chunk: polls since it last grew. */
  readonly idle: Uint8Array;
}

export class Tail {
  private readonly follows = new Map<Segment, Follow>();
  private readonly first = new Uint8Array(rangeBytes);
  private readonly second = new Uint8Array(rangeBytes);
  private polls = 0;
  private polledAt = -Infinity;
  private cost = 0;
  /** The last poll found something. */
  private isBusy = false;

  /** @param milliseconds a clock for measuring the cost of polling. */
  constructor(
    private readonly segments: Pick<Segments, 'all' | 'refresh'>,
    private readonly decoder: Decoder,
    private readonly milliseconds: () => number,
  ) {}

  /** How long to wait before the next poll. */
  get intervalMs(): number {
    return Math.min(longestMs, Math.max(shortestMs, this.cost / costShare[this.isBusy ? 'busy' : 'idle']));
  }

  /**
   * Pushes what is new into the decoder.
   * @param last true: looks at everything, also at what no arena says is claimed.
   * @returns whether the folder is still there.
   */
  poll(last = false): boolean {
    const began = this.milliseconds();
    const there = this.segments.refresh(!last);
    this.polls++;
    this.isBusy = false;
    let open = 0;
    for (const segment of this.segments.all) open += this.admit(segment).open.length;
    // Many are open too where many are new, because nobody has looked for a while: what is cold is then as old.
    const all = last || open <= fewChunks || began - this.polledAt > longestMs;
    this.polledAt = began;
    for (const follow of this.follows.values()) this.pollSegment(follow, all);
    const took = this.milliseconds() - began;
    this.cost = Math.min(took, this.cost + costRise * (took - this.cost));
    return there;
  }

  private admit(segment: Segment): Follow {
    let follow = this.follows.get(segment);
    if (follow === undefined) {
      follow = { segment, seen: 1, open: [], idle: new Uint8Array(chunksPerSegment) };
      this.follows.set(segment, follow);
    }
    for (; follow.seen < segment.chunks; follow.seen++) {
      if (this.takenOf(segment, follow.seen) < recordsPerChunk) follow.open.push(follow.seen);
    }
    return follow;
  }

  private pollSegment(follow: Follow, all: boolean): void {
    let filled = false;
    let range: number[] = [];
    for (const chunk of follow.open) {
      const idle = follow.idle[chunk]!;
      if (!all && idle >= coldAfter && ((this.polls + chunk) & (coldEvery - 1)) !== 0) continue;
      if (range.length > 0 && (chunk - range[range.length - 1]! > gapChunks + 1 || (chunk + 1 - range[0]!) * chunkBytes > rangeBytes)) {
        filled = this.readRange(follow, range) || filled;
        range = [];
      }
      range.push(chunk);
    }
    if (range.length > 0) filled = this.readRange(follow, range) || filled;
    if (filled) follow.open = follow.open.filter((chunk) => this.takenOf(follow.segment, chunk) < recordsPerChunk);
  }

  /** @returns whether a chunk became full. */
  private readRange(follow: Follow, chunks: readonly number[]): boolean {
    const { segment, idle } = follow;
    const start = chunks[0]! * chunkBytes + this.takenOf(segment, chunks[0]!) * recordBytes;
    const end = (chunks[chunks.length - 1]! + 1) * chunkBytes;
    const got = segment.file.read(start, this.first.subarray(0, end - start));
    const view = new DataView(this.first.buffer, 0, got);
    const grown: number[] = [];
    for (const chunk of chunks) {
      const number = segment.number * chunksPerSegment + chunk;
      let record = this.takenOf(segment, chunk);
      let news = false;
      for (let at = chunk * chunkBytes + record * recordBytes - start; !news && record < recordsPerChunk && at + recordBytes <= got; at += recordBytes, record++) {
        news = this.decoder.isNews(segment.writer, number, record, view.getUint32(at + flagsOffset, true));
      }
      if (news) grown.push(chunk);
      idle[chunk] = news ? 0 : Math.min(255, idle[chunk]! + 1);
    }
    if (grown.length === 0) return false;
    this.isBusy = true;
    return this.believe(segment, grown, start, got);
  }

  /** @param start where in the file `got` bytes of `first` were read. */
  private believe(segment: Segment, grown: readonly number[], start: number, got: number): boolean {
    const from = grown[0]! * chunkBytes + this.takenOf(segment, grown[0]!) * recordBytes;
    const end = Math.min(start + got, (grown[grown.length - 1]! + 1) * chunkBytes);
    const there = segment.file.read(from, this.second.subarray(0, end - from));
    let full = false;
    for (const chunk of grown) {
      const record = this.takenOf(segment, chunk);
      const at = chunk * chunkBytes + record * recordBytes;
      const to = Math.min(from + there, start + got, (chunk + 1) * chunkBytes);
      if (at >= to) break;
      const second = this.second.subarray(at - from, to - from);
      const counts = settleRace(this.first.subarray(at - start, to - start), second);
      this.decoder.push(segment.writer, segment.number * chunksPerSegment + chunk, second.subarray(0, counts), record);
      full ||= this.takenOf(segment, chunk) >= recordsPerChunk;
    }
    return full;
  }

  private takenOf(segment: Segment, chunk: number): number {
    return this.decoder.taken(segment.writer, segment.number * chunksPerSegment + chunk);
  }
}

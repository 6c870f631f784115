/**
 * Stretches of lanes as tiles have shown them (`cellChunk.ts`), kept for the next tile: who pans sees most of what was there again, who zooms back
 * all of it, and what many rows of a lane were made into is copied.
 *
 *     bins of 2^27 ns   |chunk|chunk|chunk|chunk|··· the latest rows are walked
 *     bins of 2^26 ns               |chunk|chunk|
 *
 * Only what stands in a lane's pyramid is kept, because that has settled; who takes something out of the pyramid lets all of the lane go.
 * Which lanes and zooms stay is bounded by the bytes that they take: those that were looked at longest ago go first.
 */
import type { Bins } from './bins';
import { bytesOf, chunkBins, type Chunk } from './cellChunk';
import type { LanePyramid } from './lanePyramid';
import { TileBuilder } from './tileBuilder';

/** Fewer rows in sight are walked as soon as copied. */
export const fewRows = 256;
/** Bytes that are kept for each event of the recording, within these bounds. */
const bytesOfEvent = 28;
const leastBytes = 16 << 20;
const mostBytes = 288 << 20;
/** So much of it may be filled ahead. */
const aheadShare = 0.75;

const noBins: Bins = { binNs: 1, first: 0, count: 0 };

/** A lane's table. */
export interface LaneTable {
  end(row: number): number;
  firstEndingAfter(ns: number): number;
}

/** Of one lane and bin the chunks, by their number from time 0. */
class Strip {
  readonly chunks = new Map<number, Chunk>();
  /** As they were counted: its chunks may be gone meanwhile. */
  bytes = 0;
}

/** Which chunk of which lane in which view is next. */
export class Place {
  view = 0;
  lane = 0;
  chunk = 0;
}

/** What is kept of one lane, by the bin's length. */
export class LaneCells {
  readonly strips = new Map<number, Strip>();

  /** Nothing of it holds any more. */
  clear(): void {
    for (const strip of this.strips.values()) strip.chunks.clear();
  }
}

export class KeptCells {
  /** In the order in which they were looked at last. */
  private readonly recent = new Map<Strip, LaneCells>();
  private used = 0;
  /** Device pixels and bins of the last tile; null before there was one. */
  looked: { readonly width: number; readonly bins: Bins } | null = null;
  /** How far `ahead.ts` is: with all lanes, and with those of the last tile. */
  readonly ahead = { all: new Place(), shown: new Place() };
  private readonly scratch: TileBuilder;
  private readonly builder: TileBuilder;

  /** @param least bytes that are kept however few events there are. */
  constructor(
    readonly originNs: number,
    private readonly least = leastBytes,
  ) {
    this.scratch = new TileBuilder(noBins, originNs);
    this.builder = new TileBuilder(noBins, originNs);
  }

  /** Whoever builds a tile uses the same columns: to let them grow anew took a tenth of it. Valid until the next call. */
  builderOf(bins: Bins): TileBuilder {
    this.builder.reset(bins);
    return this.builder;
  }

  /**
   * Draws a lane: from chunks what can be, the rest by itself.
   * @param drawRow draws what the builder wants of the lane.
   */
  draw(builder: TileBuilder, table: LaneTable, pyramid: LanePyramid | null, drawRow: (builder: TileBuilder) => void): void {
    const { from, to } = builder.wanted;
    const known = pyramid === null || pyramid.rows === 0 ? -Infinity : Math.floor((table.end(pyramid.rows - 1) - this.originNs) / builder.binNs);
    const end = Math.min(to, known);
    if (pyramid === null || end - from < 2 || this.rowsIn(builder, table) < fewRows) {
      drawRow(builder);
      return;
    }
    const strip = this.stripOf(pyramid, builder.binNs);
    for (let chunk = Math.floor(from / chunkBins); chunk * chunkBins < end; chunk++) {
      const first = chunk * chunkBins;
      const last = Math.min(end, first + chunkBins);
      let kept = strip.chunks.get(chunk);
      if (kept === undefined || kept.bins < last - first) kept = this.make(strip, chunk, Math.min(known - first, chunkBins), builder.binNs, drawRow);
      builder.addChunk(kept, first, last);
    }
    if (end < to) {
      builder.goOnFrom(end);
      drawRow(builder);
    }
  }

  /** What it takes in memory, about. */
  get bytes(): number {
    return this.used;
  }

  /** Somebody looks at a picture of so many device pixels. */
  lookedAt(width: number, bins: Bins): void {
    if (width !== this.looked?.width) this.ahead.all = new Place();
    this.ahead.shown = new Place();
    this.looked = { width, bins };
  }

  /** Whether there is room for what nobody has asked for. */
  hasRoom(events: number): boolean {
    return this.used < this.bound(events) * aheadShare;
  }

  /** Lets go what is too much. @param events of the recording. */
  trim(events: number): void {
    const bound = this.bound(events);
    for (const [strip, lane] of this.recent) {
      if (this.used <= bound) return;
      this.used -= strip.bytes;
      this.recent.delete(strip);
      for (const [binNs, each] of lane.strips) if (each === strip) lane.strips.delete(binNs);
    }
  }

  private bound(events: number): number {
    return Math.min(mostBytes, Math.max(this.least, events * bytesOfEvent));
  }

  private rowsIn({ beginNs, endNs }: TileBuilder, table: LaneTable): number {
    return table.firstEndingAfter(endNs) - table.firstEndingAfter(beginNs);
  }

  private stripOf(pyramid: LanePyramid, binNs: number): Strip {
    const lane = (pyramid.cells ??= new LaneCells());
    let strip = lane.strips.get(binNs);
    if (strip === undefined) lane.strips.set(binNs, (strip = new Strip()));
    else this.recent.delete(strip);
    this.recent.set(strip, lane);
    if (strip.chunks.size === 0) {
      this.used -= strip.bytes;
      strip.bytes = 0;
    }
    return strip;
  }

  private make(strip: Strip, number: number, bins: number, binNs: number, drawRow: (builder: TileBuilder) => void): Chunk {
    const { scratch } = this;
    scratch.reset({ binNs, first: number * chunkBins, count: bins });
    scratch.startRow(0);
    drawRow(scratch);
    const chunk = scratch.toChunk(bins);
    const before = strip.chunks.get(number);
    const more = bytesOf(chunk) - (before === undefined ? 0 : bytesOf(before));
    strip.chunks.set(number, chunk);
    strip.bytes += more;
    this.used += more;
    return chunk;
  }
}

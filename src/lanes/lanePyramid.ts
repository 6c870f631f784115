/**
 * A pyramid of summaries over a lane's rows, so that a lane costs what is seen of it and not what was recorded of it.
 *
 *     order 2   ┌──────────────── level 24, 30 bins ─────────────────┐              each block sums up the rows below it at the
 *     order 1   ┌─ level 20 ─┐┌─ level 22 ─┐┌─ level 20 ─┐┌─ level 21 ─┐┌─…         finest level at which they are a few bins
 *     order 0   ┌┐┌┐┌┐┌┐      ┌┐┌┐┌┐┌┐      …
 *     rows      512 each                                               ··· the latest
 *
 * A tile whose bins are no finer than a block's takes the block's sums; else it goes down to the four below it, at last to the rows. A block is
 * only gone into where it has more bins in sight than are few: what is read is a few times what is drawn, however many rows there are, and
 * however unevenly they lie: of a lane that is busy at times each block has the level that it needs. (One level for the whole lane
 * would be that of its quiet times.)
 *
 * A span stands in exactly one block of an order, in the bin that it begins in. Two blocks that meet within a bin each have their part of it,
 * and whoever adds them up has all: nothing waits for a bin to be complete. Rows that are new, changed or taken away since are not in a block, but walked.
 */
import { Pages } from '../model/packedRows';
import type { LaneCells } from './keptCells';
import { LongSpans, made, makeBlock, readLong, readSums, Sums } from './pyramidBlock';
import { itemKind, SpanList } from './spanList';
import type { TileBuilder } from './tileBuilder';

/** Rows of the smallest block. With half as many, and twice as many bins for them, summing up took half as long again, and tiles no less. */
export const leafShift = 9;
const leafRows = 1 << leafShift;
/** So many blocks make one of the next order. */
const childShift = 2;
const children = 1 << childShift;
/** A block of order 0 has as many bins and long spans as a part of its spans; the others have so many at most. */
const spansOfBin = 16;
const mostBins = 32;

/** Where the rows come from. */
export interface SpanSource {
  /** Adds the spans of the rows from…to (before each what is between it and the row before). Begins count from the first event. */
  collect(from: number, to: number, spans: SpanList): void;
}

/** Who draws a lane. Times are the model's. */
export interface LaneSink {
  /** Draws the rows from…to one by one. */
  rows(from: number, to: number): void;
  /** Draws a span that is as long as a block's bin. @param kind of `itemKind`. */
  span(begin: number, end: number, state: number, owner: number, kind: number): void;
}

const spans = new SpanList();
const sums = new Sums();
const long = new LongSpans();

/** The blocks of one order. Addresses are -1 where a block has no such rows. */
class Order {
  readonly level: number[] = [];
  readonly sums: number[] = [];
  readonly long: number[] = [];
}

export class LanePyramid {
  /** What tiles were made of of it, where somebody keeps that. */
  cells: LaneCells | null = null;
  private readonly orders: Order[] = [];

  constructor(
    private readonly pages: Pages,
    private readonly originNs: number,
  ) {}

  /** So many rows stand in blocks. */
  get rows(): number {
    return (this.orders[0]?.level.length ?? 0) << leafShift;
  }

  /** Adds blocks as long as they fit into the rows. @param most blocks of order 0. @returns how many there were. */
  extend(source: SpanSource, settled: number, most = Infinity): number {
    let added = 0;
    for (let row = this.rows; row + leafRows <= settled && added < most; row += leafRows, added++) this.addLeaf(source, row);
    return added;
  }

  /** What was summed up of the rows from this one on holds no more. */
  truncate(row: number): void {
    if (row >= this.rows) return;
    this.cells?.clear();
    let kept = Math.max(0, row) >> leafShift;
    for (const order of this.orders) {
      while (order.level.length > kept) this.dropLast(order);
      kept >>= childShift;
    }
  }

  /** Draws the rows from…to that are in blocks, in order. @returns the first row behind the blocks that were drawn: maybe beyond `to`. */
  draw(builder: TileBuilder, from: number, to: number, sink: LaneSink): number {
    const end = Math.min(to, this.rows);
    let row = from;
    while (row < end) {
      // The largest block that the row is in.
      let order = 0;
      while (order + 1 < this.orders.length && row >> (leafShift + childShift * (order + 1)) < this.orders[order + 1]!.level.length) order++;
      row = this.drawBlock(builder, order, row >> (leafShift + childShift * order), row, end, sink);
    }
    return row;
  }

  /** @returns the row behind it, or behind what was drawn of it. */
  private drawBlock(builder: TileBuilder, order: number, index: number, from: number, to: number, sink: LaneSink): number {
    const { level, sums: sumsAt, long: longAt } = this.orders[order]!;
    const shift = leafShift + childShift * order;
    const end = (index + 1) << shift;
    const binNs = 2 ** level[index]!;
    if (binNs <= builder.binNs) {
      this.drawSums(builder, sumsAt[index]!, longAt[index]!, binNs, sink);
      return end;
    }
    if (order === 0) {
      const last = Math.min(end, to);
      sink.rows(Math.max(index << shift, from), last);
      return last;
    }
    let row = Math.max(index << shift, from);
    for (let child = row >> (shift - childShift); row < end && row < to; child++) row = this.drawBlock(builder, order - 1, child, row, to, sink);
    return row;
  }

  private drawSums(builder: TileBuilder, sumsAt: number, longAt: number, binNs: number, sink: LaneSink): void {
    const { pages, originNs } = this;
    if (sumsAt < 0) sums.count = 0;
    else readSums(pages, sumsAt, sums);
    let next = 0;
    if (longAt >= 0) {
      readLong(pages, longAt, long);
      const { begin, end, doing, kind, count } = long;
      for (let at = 0; at < count; at++) {
        // At most the last span that begins in a bin is as long as one.
        const bin = Math.floor(begin[at]! / binNs);
        const first = next;
        while (next < sums.count && sums.bin[next]! <= bin) next++;
        builder.addSums(sums, first, next, binNs);
        const does = doing[at]!;
        sink.span(begin[at]! + originNs, end[at]! + originNs, does & 63, Math.floor(does / 64), kind[at]!);
      }
    }
    builder.addSums(sums, next, sums.count, binNs);
  }

  private addLeaf(source: SpanSource, row: number): void {
    spans.count = 0;
    source.collect(row, row + leafRows, spans);
    makeBlock(this.pages, spans, 0, Math.max(mostBins, Math.floor(spans.count / spansOfBin)));
    this.push(0);
  }

  private push(number: number): void {
    const { orders } = this;
    const order = (orders[number] ??= new Order());
    order.level.push(made.level);
    order.sums.push(made.sums);
    order.long.push(made.long);
    if (order.level.length % children === 0) this.join(number, order.level.length - children);
  }

  /** Makes a block of the next order. */
  private join(number: number, first: number): void {
    const order = this.orders[number]!;
    let least = 0;
    spans.count = 0;
    for (let at = first; at < first + children; at++) {
      least = Math.max(least, order.level[at]!);
      this.unfold(order, at);
    }
    makeBlock(this.pages, spans, least, mostBins);
    this.push(number + 1);
  }

  /** A block's rows as items again. */
  private unfold({ level, sums: sumsAt, long: longAt }: Order, index: number): void {
    const binNs = 2 ** level[index]!;
    if (sumsAt[index]! < 0) sums.count = 0;
    else readSums(this.pages, sumsAt[index]!, sums);
    if (longAt[index]! < 0) long.count = 0;
    else readLong(this.pages, longAt[index]!, long);
    spans.reserve(sums.count + long.count);
    let next = 0;
    for (let at = 0; at < long.count; at++) {
      const begin = long.begin[at]!;
      const bin = Math.floor(begin / binNs);
      const first = next;
      while (next < sums.count && sums.bin[next]! <= bin) next++;
      addSums(first, next, binNs);
      spans.add(begin, long.end[at]! - begin, long.doing[at]!, long.kind[at]!);
    }
    addSums(next, sums.count, binNs);
  }

  private dropLast(order: Order): void {
    order.level.pop();
    for (const address of [order.sums.pop()!, order.long.pop()!]) if (address >= 0) this.pages.releaseAt(address);
  }
}

/** Sums that were read as items. */
function addSums(from: number, to: number, binNs: number): void {
  const { begin, length, weight, doing, spans: many, kind } = spans;
  let item = spans.count;
  for (let at = from; at < to; at++, item++) {
    begin[item] = sums.bin[at]! * binNs;
    length[item] = 0;
    weight[item] = sums.weight[at]!;
    doing[item] = sums.doing[at]!;
    many[item] = sums.spans[at]!;
    kind[item] = itemKind.sum;
  }
  spans.count = item;
}

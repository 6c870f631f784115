/** Joins a patch to the tile that it continues (`protocol/tilePatch.ts`): the result is the tile that would have come whole. */
import { manySpans, spanFlags, type Tile } from '../src/protocol/tile';
import { unpackColumns, type TilePatch } from '../src/protocol/tilePatch';
import { readTile, type Columns, type RowRange } from './timeline/columns';

export function joinTile(base: Columns, patch: TilePatch): Tile {
  const { sequence, fromNs, toNs, nowNs, rows = base.tile.rows, binNs, firstBin, count, arrows, moreArrows } = patch;
  const { sinceBin, seriesRow, seriesAt, seriesLow, seriesHigh, ...parts } = unpackColumns(patch);
  const head = { sequence, fromNs, toNs, nowNs, rows, binNs, firstBin };
  const old = base.tile;
  const slow = arrows === undefined ? { arrows: old.arrows, moreArrows: old.moreArrows } : { arrows, moreArrows: moreArrows ?? 0 };
  const numbers = arrows === undefined ? numbersOf(old, rows) : { seriesRow, seriesAt, seriesLow, seriesHigh };
  const news = readTile({ ...head, count, ...parts, ...slow });
  const since = new Uint16Array(sinceBin);
  const spans = new Spans(old.count + count);
  const cells = new Cells(base.runBin.length + rows.length + news.runBin.length, base.cellState.length + news.cellState.length);
  rows.forEach((id, row) => {
    const bin = since[row]!;
    const kept = bin > 0 ? base.ranges.get(id) : undefined;
    joinSpans(spans, row, base, kept, news, news.ranges.get(id), firstBin * binNs, (firstBin + bin) * binNs);
    if (kept !== undefined) cells.copy(row, base, kept, firstBin - old.firstBin, bin);
    const fresh = news.ranges.get(id);
    if (fresh !== undefined) cells.copy(row, news, fresh, 0, Infinity);
  });
  return { ...head, ...spans.finish(), ...cells.finish(), ...slow, ...(numbers ?? {}), ...(patch.bands === undefined ? {} : { bands: patch.bands }) };
}

/** @param leftNs the window's begin. @param sinceNs what begins before is the base's, but for what reaches beyond. */
function joinSpans(spans: Spans, row: number, base: Columns, kept: RowRange | undefined, news: Columns, fresh: RowRange | undefined, leftNs: number, sinceNs: number): void {
  let at = fresh?.from ?? 0;
  const to = fresh?.to ?? 0;
  // Of what reaches beyond, the patch may know the begin less exactly than the base.
  const crosses = at < to && news.begin[at]! < sinceNs;
  const crossNs = crosses ? news.begin[at]! : sinceNs;
  let last = -1;
  for (let index = kept?.from ?? 0; index < (kept?.to ?? 0) && base.begin[index]! < crossNs; index++) {
    const isOver = base.end[index]! <= sinceNs && (base.flags[index]! & spanFlags.open) === 0;
    if (base.end[index]! <= leftNs && base.begin[index]! < leftNs) continue;
    const goesOn = crosses && base.end[index]! >= crossNs && base.state[index] === news.state[at] && base.owner[index] === news.owner[at];
    const isNext = index + 1 < kept!.to && base.begin[index + 1] === crossNs;
    if (goesOn && !isNext) last = index;
    else if (isOver || isNext) spans.push(row, base, index, base.begin[index]!);
  }
  if (last >= 0) spans.push(row, news, at++, base.begin[last]!);
  for (; at < to; at++) spans.push(row, news, at, news.begin[at]!);
}

/** Rows of numbers stay until they come anew, by their ids. */
function numbersOf(old: Tile, rows: readonly string[]): Pick<Tile, 'seriesRow' | 'seriesAt' | 'seriesLow' | 'seriesHigh'> | null {
  const { seriesRow, seriesAt, seriesLow, seriesHigh } = old;
  if (seriesRow === undefined || seriesAt === undefined || seriesLow === undefined || seriesHigh === undefined) return null;
  const isSame = old.rows.length === rows.length && old.rows.every((id, at) => id === rows[at]);
  if (isSame) return { seriesRow, seriesAt, seriesLow, seriesHigh };
  const at = new Map(rows.map((id, index) => [id, index]));
  const from = new Uint16Array(seriesRow);
  const order = Array.from(from.keys()).filter((index) => at.has(old.rows[from[index]!]!));
  const place = (index: number): number => at.get(old.rows[from[index]!]!)!;
  order.sort((one, other) => place(one) - place(other) || one - other);
  const pick = (buffer: ArrayBuffer): ArrayBuffer => {
    const values = new Float64Array(buffer);
    return Float64Array.from(order, (index) => values[index]!).buffer;
  };
  return { seriesRow: Uint16Array.from(order, place).buffer, seriesAt: pick(seriesAt), seriesLow: pick(seriesLow), seriesHigh: pick(seriesHigh) };
}

class Spans {
  private readonly row: Uint16Array;
  private readonly begin: Float64Array;
  private readonly end: Float64Array;
  private readonly state: Uint8Array;
  private readonly owner: Uint32Array;
  private readonly flags: Uint8Array;
  private count = 0;

  constructor(most: number) {
    this.row = new Uint16Array(most);
    this.begin = new Float64Array(most);
    this.end = new Float64Array(most);
    this.state = new Uint8Array(most);
    this.owner = new Uint32Array(most);
    this.flags = new Uint8Array(most);
  }

  push(row: number, from: Columns, index: number, begin: number): void {
    const at = this.count++;
    this.row[at] = row;
    this.begin[at] = begin;
    this.end[at] = from.end[index]!;
    this.state[at] = from.state[index]!;
    this.owner[at] = from.owner[index]!;
    this.flags[at] = from.flags[index]!;
  }

  finish(): Pick<Tile, 'count' | 'spanRow' | 'spanBegin' | 'spanEnd' | 'spanState' | 'spanOwner' | 'spanFlags'> {
    const { count } = this;
    return {
      count, spanRow: buffer(this.row, count), spanBegin: buffer(this.begin, count), spanEnd: buffer(this.end, count),
      spanState: buffer(this.state, count), spanOwner: buffer(this.owner, count), spanFlags: buffer(this.flags, count),
    };
  }
}

class Cells {
  private readonly row: Uint16Array;
  private readonly bin: Uint16Array;
  private readonly length: Uint16Array;
  private readonly owner: Uint32Array;
  private readonly state: Uint8Array;
  private readonly share: Uint8Array;
  private readonly rest: Uint8Array;
  private readonly spans: Uint8Array;
  private readonly many: number[] = [];
  private runs = 0;
  private count = 0;

  constructor(mostRuns: number, mostCells: number) {
    this.row = new Uint16Array(mostRuns);
    this.bin = new Uint16Array(mostRuns);
    this.length = new Uint16Array(mostRuns);
    this.owner = new Uint32Array(mostRuns);
    this.state = new Uint8Array(mostCells);
    this.share = new Uint8Array(mostCells);
    this.rest = new Uint8Array(mostCells);
    this.spans = new Uint8Array(mostCells);
  }

  /** The row's cells in bins 0 to `toBin`, of which bin 0 is the source's bin `shift`. */
  copy(row: number, from: Columns, range: RowRange, shift: number, toBin: number): void {
    for (let run = range.runFrom; run < range.runTo; run++) {
      const begin = from.runBin[run]! - shift;
      const first = Math.max(begin, 0);
      const end = Math.min(begin + from.runLength[run]!, toBin);
      if (end <= first) continue;
      this.addRun(row, first, end - first, from.runOwner[run]!);
      const cell = from.runCell[run]! + first - begin;
      const to = cell + end - first;
      this.state.set(from.cellState.subarray(cell, to), this.count);
      this.share.set(from.cellShare.subarray(cell, to), this.count);
      this.rest.set(from.cellRest.subarray(cell, to), this.count);
      const { cellSpans } = from;
      let { count } = this;
      for (let at = cell; at < to; at++) {
        const spans = cellSpans[at]!;
        if (spans >= manySpans) this.many.push(spans);
        this.spans[count++] = spans < manySpans ? spans : manySpans;
      }
      this.count = count;
    }
  }

  finish(): Pick<Tile, 'runRow' | 'runBin' | 'runLength' | 'runOwner' | 'cellState' | 'cellShare' | 'cellRest' | 'cellSpans' | 'cellMany'> {
    const { runs, count } = this;
    return {
      runRow: buffer(this.row, runs), runBin: buffer(this.bin, runs), runLength: buffer(this.length, runs), runOwner: buffer(this.owner, runs),
      cellState: buffer(this.state, count), cellShare: buffer(this.share, count), cellRest: buffer(this.rest, count), cellSpans: buffer(this.spans, count),
      cellMany: Uint32Array.from(this.many).buffer,
    };
  }

  /** Where both parts meet a run goes on. */
  private addRun(row: number, bin: number, length: number, owner: number): void {
    const last = this.runs - 1;
    const isNext = last >= 0 && this.row[last] === row && this.owner[last] === owner && bin === this.bin[last]! + this.length[last]!;
    if (isNext) {
      this.length[last]! += length;
      return;
    }
    const at = this.runs++;
    this.row[at] = row;
    this.bin[at] = bin;
    this.length[at] = length;
    this.owner[at] = owner;
  }
}

function buffer(of: { slice(from: number, to: number): { buffer: ArrayBufferLike } }, count: number): ArrayBuffer {
  return of.slice(0, count).buffer as ArrayBuffer;
}

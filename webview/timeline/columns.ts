/** A tile's buffers as typed arrays, with each row's range of vectors and of cells: what the painter and hit-testing read. */
import { manySpans, spanFlags, type Tile } from '../../src/protocol/tile';
import type { SpanState } from '../../src/protocol/states';
import { stateOfCode } from './palette';

/** First and one past the last, of a row. */
export interface RowRange {
  from: number;
  to: number;
  runFrom: number;
  runTo: number;
}

export interface Columns {
  tile: Tile;
  begin: Float64Array;
  end: Float64Array;
  state: Uint8Array;
  owner: Uint32Array;
  flags: Uint8Array;
  runBin: Uint16Array;
  runLength: Uint16Array;
  runOwner: Uint32Array;
  /** The run's first cell. */
  runCell: Uint32Array;
  cellState: Uint8Array;
  cellShare: Uint8Array;
  cellRest: Uint8Array;
  cellSpans: Uint32Array;
  ranges: ReadonlyMap<string, RowRange>;
}

/** What is known of the thin spans of a bin. */
export interface CellFacts {
  spans: number;
  /** Shares of the bin, 0 to 1: of the state that is named, and of others. */
  share: number;
  rest: number;
}

export interface Span {
  index: number;
  state: SpanState;
  owner: number;
  beginNs: number;
  endNs: number;
  open: boolean;
  /** It is no span but a bin in which several, or thin ones, begin. */
  cell: CellFacts | null;
}

export function readTile(tile: Tile): Columns {
  const ranges = new Map<string, RowRange>();
  const rangeOf = (row: number): RowRange => {
    const id = tile.rows[row] ?? '';
    let range = ranges.get(id);
    if (range === undefined) ranges.set(id, (range = { from: 0, to: 0, runFrom: 0, runTo: 0 }));
    return range;
  };
  eachRow(new Uint16Array(tile.spanRow, 0, tile.count), (row, from, to) => Object.assign(rangeOf(row), { from, to }));
  eachRow(new Uint16Array(tile.runRow), (row, runFrom, runTo) => Object.assign(rangeOf(row), { runFrom, runTo }));
  const runLength = new Uint16Array(tile.runLength);
  return {
    tile,
    begin: new Float64Array(tile.spanBegin, 0, tile.count),
    end: new Float64Array(tile.spanEnd, 0, tile.count),
    state: new Uint8Array(tile.spanState, 0, tile.count),
    owner: new Uint32Array(tile.spanOwner, 0, tile.count),
    flags: new Uint8Array(tile.spanFlags, 0, tile.count),
    runBin: new Uint16Array(tile.runBin),
    runLength,
    runOwner: new Uint32Array(tile.runOwner),
    runCell: startsOf(runLength),
    cellState: new Uint8Array(tile.cellState),
    cellShare: new Uint8Array(tile.cellShare),
    cellRest: new Uint8Array(tile.cellRest),
    cellSpans: spansOf(tile),
    ranges,
  };
}

/** Tells where each value of an ascending column begins and ends. */
function eachRow(rows: Uint16Array, tell: (row: number, from: number, to: number) => void): void {
  let from = 0;
  for (let at = 1; at <= rows.length; at++) {
    if (at < rows.length && rows[at] === rows[from]) continue;
    tell(rows[from]!, from, at);
    from = at;
  }
}

function startsOf(lengths: Uint16Array): Uint32Array {
  const starts = new Uint32Array(lengths.length);
  for (let at = 1; at < lengths.length; at++) starts[at] = starts[at - 1]! + lengths[at - 1]!;
  return starts;
}

function spansOf(tile: Tile): Uint32Array {
  const spans = new Uint32Array(new Uint8Array(tile.cellSpans));
  const many = new Uint32Array(tile.cellMany);
  for (let at = 0, next = 0; next < many.length; at++) if (spans[at] === manySpans) spans[at] = many[next++]!;
  return spans;
}

/** Until when a vector is drawn: an open one reaches to the present, which may be later than the tile's. */
export function endOf(columns: Columns, index: number, nowNs: number): number {
  const end = columns.end[index]!;
  return (columns.flags[index]! & spanFlags.open) !== 0 && nowNs > end ? nowNs : end;
}

export function spanAt(columns: Columns, index: number, nowNs: number): Span {
  return {
    index,
    state: stateOfCode(columns.state[index]!),
    owner: columns.owner[index]!,
    beginNs: columns.begin[index]!,
    endNs: endOf(columns, index, nowNs),
    open: (columns.flags[index]! & spanFlags.open) !== 0,
    cell: null,
  };
}

/** The cell of the bin that the moment is in; null where there is none. */
export function cellAt(columns: Columns, row: string, ns: number): Span | null {
  const range = columns.ranges.get(row);
  if (range === undefined) return null;
  const { binNs, firstBin } = columns.tile;
  const bin = Math.floor(ns / binNs) - firstBin;
  let low = range.runFrom;
  let high = range.runTo;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns.runBin[middle]! <= bin) low = middle + 1;
    else high = middle;
  }
  const run = low - 1;
  if (run < range.runFrom || bin >= columns.runBin[run]! + columns.runLength[run]!) return null;
  const at = columns.runCell[run]! + bin - columns.runBin[run]!;
  return {
    index: -1,
    state: stateOfCode(columns.cellState[at]!),
    owner: columns.runOwner[run]!,
    beginNs: (firstBin + bin) * binNs,
    endNs: (firstBin + bin + 1) * binNs,
    open: false,
    cell: { spans: columns.cellSpans[at]!, share: columns.cellShare[at]! / 255, rest: columns.cellRest[at]! / 255 },
  };
}

/** Index of the last vector of the row that begins at or before the time; -1 for none. */
export function lastBefore(columns: Columns, row: string, ns: number): number {
  const range = columns.ranges.get(row);
  if (range === undefined) return -1;
  const after = firstAfter(columns, range, ns);
  return after > range.from ? after - 1 : -1;
}

/** Index of the first vector of the row that begins after the time. */
export function firstAfter(columns: Columns, range: RowRange, ns: number): number {
  let low = range.from;
  let high = range.to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns.begin[middle]! <= ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

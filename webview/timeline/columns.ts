/** A tile's buffers as typed arrays, with each row's range of spans: what the painter and hit-testing read. */
import { spanFlags, type Tile } from '../../src/protocol/tile';
import type { SpanState } from '../../src/protocol/states';
import { stateOfCode } from './palette';

export interface Columns {
  tile: Tile;
  begin: Float64Array;
  end: Float64Array;
  state: Uint8Array;
  owner: Uint32Array;
  flags: Uint8Array;
  /** First and one past the last span of a row. */
  ranges: ReadonlyMap<string, readonly [from: number, to: number]>;
}

export interface Span {
  index: number;
  state: SpanState;
  owner: number;
  beginNs: number;
  endNs: number;
  open: boolean;
  merged: boolean;
}

export function readTile(tile: Tile): Columns {
  const row = new Uint16Array(tile.spanRow, 0, tile.count);
  const ranges = new Map<string, readonly [number, number]>();
  let from = 0;
  for (let index = 1; index <= tile.count; index++) {
    if (index < tile.count && row[index] === row[from]) continue;
    const id = tile.rows[row[from]!];
    if (id !== undefined) ranges.set(id, [from, index]);
    from = index;
  }
  return {
    tile,
    begin: new Float64Array(tile.spanBegin, 0, tile.count),
    end: new Float64Array(tile.spanEnd, 0, tile.count),
    state: new Uint8Array(tile.spanState, 0, tile.count),
    owner: new Uint32Array(tile.spanOwner, 0, tile.count),
    flags: new Uint8Array(tile.spanFlags, 0, tile.count),
    ranges,
  };
}

/** An open span reaches to the present, which may be later than the tile's. */
export function spanAt(columns: Columns, index: number, nowNs: number): Span {
  const flags = columns.flags[index]!;
  const open = (flags & spanFlags.open) !== 0;
  return {
    index,
    state: stateOfCode(columns.state[index]!),
    owner: columns.owner[index]!,
    beginNs: columns.begin[index]!,
    endNs: open ? Math.max(columns.end[index]!, nowNs) : columns.end[index]!,
    open,
    merged: (flags & spanFlags.merged) !== 0,
  };
}

/** Index of the last span of the row that begins at or before the time; -1 for none. */
export function lastBefore(columns: Columns, row: string, ns: number): number {
  const range = columns.ranges.get(row);
  if (range === undefined) return -1;
  let low = range[0];
  let high = range[1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns.begin[middle]! <= ns) low = middle + 1;
    else high = middle;
  }
  return low - 1 >= range[0] ? low - 1 : -1;
}

/** A tile's columns as plain objects, and the same picture made from raw spans without any cleverness: what a tile has to equal. */
import { manySpans, spanFlags, type Tile } from '../../../../src/protocol/tile';
import { spanStates } from '../../../../src/protocol/states';
import { binsOf } from '../../../../src/lanes/bins';

export interface RawSpan {
  readonly begin: number;
  readonly end: number;
  readonly state: number;
  readonly owner: number;
  readonly open?: boolean;
}

export interface Vector {
  row: number;
  begin: number;
  end: number;
  state: number;
  owner: number;
  open: boolean;
}

export interface Cell {
  row: number;
  /** Counted from time 0. */
  bin: number;
  state: number;
  owner: number;
  share: number;
  rest: number;
  spans: number;
}

export type Columns = Omit<Tile, 'sequence' | 'fromNs' | 'toNs' | 'nowNs' | 'rows' | 'arrows' | 'moreArrows'>;

export function vectorsOf(tile: Columns): Vector[] {
  const [row, begin, end] = [new Uint16Array(tile.spanRow), new Float64Array(tile.spanBegin), new Float64Array(tile.spanEnd)];
  const [state, owner, flags] = [new Uint8Array(tile.spanState), new Uint32Array(tile.spanOwner), new Uint8Array(tile.spanFlags)];
  return Array.from({ length: tile.count }, (_, at) => ({
    row: row[at]!, begin: begin[at]!, end: end[at]!, state: state[at]!, owner: owner[at]!, open: (flags[at]! & spanFlags.open) !== 0,
  }));
}

export function cellsOf(tile: Columns): Cell[] {
  const [row, bin, length, owner] = [new Uint16Array(tile.runRow), new Uint16Array(tile.runBin), new Uint16Array(tile.runLength), new Uint32Array(tile.runOwner)];
  const [state, share, rest, spans] = [new Uint8Array(tile.cellState), new Uint8Array(tile.cellShare), new Uint8Array(tile.cellRest), new Uint8Array(tile.cellSpans)];
  const many = [...new Uint32Array(tile.cellMany)];
  const cells: Cell[] = [];
  for (let run = 0; run < row.length; run++) {
    for (let at = 0; at < length[run]!; at++) {
      const cell = cells.length;
      cells.push({
        row: row[run]!, bin: tile.firstBin + bin[run]! + at, owner: owner[run]!, state: state[cell]!, share: share[cell]!, rest: rest[cell]!,
        spans: spans[cell] === manySpans ? many.shift()! : spans[cell]!,
      });
    }
  }
  if (cells.length !== state.length || many.length > 0) throw new Error('the runs do not cover the cells');
  return cells;
}

/** A row as it should be: a vector for each long or open span, a cell for each bin that thinner ones begin in. */
export function expected(spans: readonly RawSpan[], range: { fromNs: number; toNs: number; width: number }, row = 0): { vectors: Vector[]; cells: Cell[] } {
  const { binNs, first, count } = binsOf(range.fromNs, range.toNs, range.width);
  const vectors: Vector[] = [];
  const bins = new Map<number, RawSpan[]>();
  for (const span of spans) {
    const open = span.open === true;
    if (open || span.end - span.begin >= binNs) {
      if ((span.end > first * binNs || span.begin >= first * binNs) && span.begin < (first + count) * binNs) vectors.push({ row, begin: span.begin, end: span.end, state: span.state, owner: span.owner, open });
      continue;
    }
    const bin = Math.floor(span.begin / binNs);
    if (bin < first || bin >= first + count) continue;
    bins.set(bin, [...(bins.get(bin) ?? []), span]);
  }
  const cells = [...bins].map(([bin, inside]) => {
    const times = spanStates.map((_, state) => inside.filter((span) => span.state === state).reduce((sum, { begin, end }) => sum + Math.max(end - begin, 1), 0));
    const state = times.indexOf(Math.max(...times));
    const share = Math.min(255, Math.max(1, Math.round((times[state]! / binNs) * 255)));
    const others = times.reduce((sum, time) => sum + time, 0) - times[state]!;
    const { owner } = inside.filter((span) => span.state === state).at(-1)!;
    return { row, bin, state, owner, share, rest: Math.min(255 - share, Math.round((others / binNs) * 255)), spans: inside.length };
  });
  return { vectors, cells };
}

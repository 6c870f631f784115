/**
 * What is new of a tile that the webview has already: the end of each row, from a bin on before which nothing changes any more.
 *
 *     has      ▕█████▏ ▂ ▅ ▂ ▕████████   open
 *     patch                   ▕███████▏▂ ▅ ▕███   from the row's bin `since` on; what reaches into it comes whole
 *     joined   ▕█████▏ ▂ ▅ ▂ ▕████████▏▂ ▅ ▕███   is the tile as it would have been sent
 *
 * Bins begin at multiples of a power of two, so a bin says the same in both. All columns cross in one buffer: a patch is small, and each
 * buffer of a message costs as much as a thousand bytes. The rest crosses as a text beside it: VS Code asks a function about each member of a message,
 * on the editor's one thread, and the lengths alone are twenty.
 */
import type { Tile } from './tile';

const names = [
  'spanRow', 'spanBegin', 'spanEnd', 'spanState', 'spanOwner', 'spanFlags',
  'runRow', 'runBin', 'runLength', 'runOwner', 'cellState', 'cellShare', 'cellRest', 'cellSpans', 'cellMany',
  'sinceBin', 'seriesRow', 'seriesAt', 'seriesLow', 'seriesHigh',
] as const;

type Column = (typeof names)[number];
/** Views of a buffer begin at multiples of their element's size. */
const align = 8;

/** As a tile's, with `sinceBin`: Uint16Array, by row: its first bin in the patch, counted from `firstBin`; 0: the whole row. */
export interface PatchColumns extends Pick<Tile, Exclude<Column, 'sinceBin'>> {
  sinceBin: ArrayBuffer;
}

export interface TilePatch extends Pick<Tile, 'sequence' | 'fromNs' | 'toNs' | 'nowNs' | 'binNs' | 'firstBin' | 'count'>, Partial<Pick<Tile, 'arrows' | 'moreArrows' | 'bands'>> {
  /** The sequence of the tile that it continues. */
  base: number;
  /** Absent where they are those of the tile that it continues. */
  rows?: string[];
  /** All columns; `lengths` has each one's bytes, in their order. Arrows and rows of numbers are there now and then only: else they stay. */
  data: ArrayBuffer;
  lengths: number[];
}

/** `head` is JSON of all but the buffer. */
export interface PackedPatch {
  head: string;
  data: ArrayBuffer;
}

export function packPatch({ data, ...head }: TilePatch): PackedPatch {
  return { head: JSON.stringify(head), data };
}

export function unpackPatch({ head, data }: PackedPatch): TilePatch {
  return { ...(JSON.parse(head) as Omit<TilePatch, 'data'>), data };
}

export function packColumns(of: PatchColumns): Pick<TilePatch, 'data' | 'lengths'> {
  const lengths = names.map((name) => of[name]?.byteLength ?? 0);
  const data = new Uint8Array(lengths.reduce((sum, length) => sum + padded(length), 0));
  let at = 0;
  for (const name of names) {
    const column = of[name];
    if (column === undefined) continue;
    data.set(new Uint8Array(column), at);
    at += padded(column.byteLength);
  }
  return { data: data.buffer, lengths };
}

export function unpackColumns({ data, lengths }: Pick<TilePatch, 'data' | 'lengths'>): PatchColumns {
  let at = 0;
  const parts = names.map((name, index) => {
    const length = lengths[index]!;
    const part: readonly [Column, ArrayBuffer] = [name, data.slice(at, at + length)];
    at += padded(length);
    return part;
  });
  return Object.fromEntries(parts) as unknown as PatchColumns;
}

function padded(length: number): number {
  return Math.ceil(length / align) * align;
}

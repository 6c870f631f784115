/**
 * A table that grows by a row per event. What is settled is packed; the latest rows, which still change, stand open behind it:
 *
 *     rows    0 ··· 127 │ 128 ··· 255 │ 256 ··· 300
 *     where   packed    │ packed      │ open: a number per field, at least one row and at most `mostOpen`
 *
 * Rows come at the end and are taken away from there. A table with few rows is small: most connections have five calls.
 */
import { blockRows, packedBeyond, packedLength, packedValue, packRows, Pages, unpackField, unpackRows, type FieldKind } from './packedRows';

/** So many rows stay open when others are packed: they can change, and be taken away, without a block being unpacked. */
const keptOpen = 64;
const mostOpen = blockRows + keptOpen;

/** An array of float64 from the start: it need not be changed into one later. */
function noNumbers(): number[] {
  const numbers = [0.5];
  numbers.length = 0;
  return numbers;
}

/** Rows that were read at once. */
export class SpanRows {
  count = 0;
  readonly begin = new Float64Array(mostOpen);
  readonly end = new Float64Array(mostOpen);
  /** A wait's reason, a lane's state. */
  readonly code = new Float64Array(mostOpen);
  readonly owner = new Float64Array(mostOpen);
}

export class RowTable {
  /** The lowest row that was changed or taken away since somebody set it: what was summed up of the rows from there on holds no more. */
  touchedFrom = 0;
  private rowCount = 0;
  /** Fields of the rows from `openFrom` on, row by row. */
  protected readonly latest = noNumbers();
  /** Addresses of the packed rows, block by block. */
  private blocks: number[] | null = null;
  /** The first row that stands open. */
  private openFrom = 0;

  protected constructor(
    private readonly kinds: readonly FieldKind[],
    private readonly pages: Pages,
  ) {}

  get count(): number {
    return this.rowCount;
  }

  protected value(row: number, field: number): number {
    const from = this.openFrom;
    return row < from && row >= 0 ? packedValue(this.pages, this.blocks![(row / blockRows) | 0]!, this.kinds, row % blockRows, field) : this.latest[(row - from) * this.kinds.length + field]!;
  }

  /** Up to where the rows from this one on can be read at once. */
  protected readEnd(row: number, limit: number): number {
    const end = row < this.openFrom ? (((row / blockRows) | 0) + 1) * blockRows : this.rowCount;
    return end < limit ? end : limit;
  }

  /** A field of the rows from…to, of which `readEnd` says how many that may be. @param begins field 0 of them. */
  protected readField(field: number, from: number, to: number, out: Float64Array, begins: Float64Array): void {
    const { kinds, openFrom, latest } = this;
    if (from < openFrom) {
      const first = from % blockRows;
      unpackField(this.pages, this.blocks![(from / blockRows) | 0]!, kinds, field, first, first + to - from, out, begins);
      return;
    }
    for (let at = 0, place = (from - openFrom) * kinds.length + field; at < to - from; at++, place += kinds.length) out[at] = latest[place]!;
  }

  protected set(row: number, field: number, value: number): void {
    if (this.value(row, field) === value) return;
    const { openFrom, kinds, pages, blocks } = this;
    if (row >= openFrom) this.latest[(row - openFrom) * kinds.length + field] = value;
    else {
      const block = (row / blockRows) | 0;
      const rows = unpackRows(pages, blocks![block]!, kinds);
      rows[(row % blockRows) * kinds.length + field] = value;
      blocks![block] = packRows(pages, kinds, rows);
    }
    this.touched(row);
  }

  /** A field of the last row, of which there is one. */
  protected last(field: number): number {
    return this.latest[(this.rowCount - 1 - this.openFrom) * this.kinds.length + field]!;
  }

  /** Makes a row: its fields, in their order, are to be written into `latest` from the place on that is given. */
  protected newRow(): number {
    if (this.rowCount - this.openFrom === mostOpen) this.pack();
    return (this.rowCount++ - this.openFrom) * this.kinds.length;
  }

  /** Of a table that is in the order of field 0: the first row in which that is greater; `count` where there is none. */
  protected firstBeyond(value: number): number {
    const { latest, kinds, openFrom } = this;
    if (openFrom > 0 && latest[0]! > value) return this.firstPackedBeyond(value);
    let low = openFrom;
    let high = this.rowCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (latest[(middle - openFrom) * kinds.length]! > value) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** How far a `length` field of a row lies behind field 0. */
  protected length(row: number, field: number): number {
    const { openFrom, latest, kinds } = this;
    if (row < openFrom) return packedLength(this.pages, this.blocks![(row / blockRows) | 0]!, kinds, row % blockRows, field);
    const at = (row - openFrom) * kinds.length;
    return latest[at + field]! - latest[at]!;
  }

  /** The block first, then the row. */
  private firstPackedBeyond(value: number): number {
    const { pages, kinds } = this;
    const blocks = this.blocks!;
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (packedValue(pages, blocks[middle]!, kinds, 0, 0) > value) high = middle;
      else low = middle + 1;
    }
    return low === 0 ? 0 : (low - 1) * blockRows + packedBeyond(pages, blocks[low - 1]!, value);
  }

  /** Takes the last row away. */
  protected pop(): void {
    this.rowCount--;
    this.touched(this.rowCount);
    if (this.rowCount === this.openFrom && this.openFrom > 0) this.unpack();
  }

  protected empty(): void {
    this.rowCount = 0;
    this.openFrom = 0;
    this.blocks = null;
    this.touched(0);
  }

  protected touched(row: number): void {
    if (row < this.touchedFrom) this.touchedFrom = row;
  }

  private pack(): void {
    const { latest, kinds } = this;
    (this.blocks ??= []).push(packRows(this.pages, kinds, latest));
    // Array's copyWithin takes ten times as long.
    const packed = blockRows * kinds.length;
    for (let at = 0; at < keptOpen * kinds.length; at++) latest[at] = latest[at + packed]!;
    this.openFrom += blockRows;
  }

  /** The last rows that were packed are the open ones again. */
  private unpack(): void {
    const rows = unpackRows(this.pages, this.blocks!.pop()!, this.kinds);
    for (let at = 0; at < rows.length; at++) this.latest[at] = rows[at]!;
    this.openFrom -= blockRows;
  }
}

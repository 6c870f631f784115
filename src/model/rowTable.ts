/**
 * A table that grows by a row per event. What is settled is packed; the latest rows, which still change, stand open behind it:
 *
 *     rows    0 ··· 127 │ 128 ··· 255 │ 256 ··· 300
 *     where   packed    │ packed      │ open: a float64 per field, at least one row and at most `mostOpen`
 *
 * Rows come at the end and are taken away from there. A table with few rows is small: most connections have five calls.
 */
import { blockRows, numberPlace, numberWords, packedBeyond, packedLeast, packedLength, packedValue, packOpen, packRows, Pages, unpackField, unpackRows, type FieldKind } from './packedRows';

/** So many rows stay open when others are packed: they can change, and be taken away, without a block being unpacked. */
const keptOpen = 64;
/** So many rows stand open at most, and can be read at once. */
export const mostOpen = blockRows + keptOpen;
/** Rows that a table has room for at first, and how many times as many when they are too few. */
const fewestOpen = 4;
const growth = 4;
const noRows = new Float64Array(0);

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
  /**
   * Where the open rows stand, row by row: a page that many tables share, and this one's place in it. An array for each table would put two
   * objects more between a call and the row that it writes, and a thousand tables are written to in turn.
   */
  protected page: Float64Array = noRows;
  private openAt = 0;
  /** Where the last row stands in the page. */
  private lastAt = 0;
  /** The first row that stands open. */
  private openFrom = 0;
  /** Fields of a row. */
  private readonly width: number;
  /** Open rows that there is room for. */
  private room = 0;
  private address = 0;
  /** Addresses of the packed rows, block by block. */
  private blocks: number[] | null = null;
  /** That in which a moment was found last. */
  private foundBlock = 0;

  protected constructor(
    private readonly kinds: readonly FieldKind[],
    private readonly pages: Pages,
  ) {
    this.width = kinds.length;
  }

  get count(): number {
    return this.rowCount;
  }

  protected value(row: number, field: number): number {
    const from = this.openFrom;
    return row < from && row >= 0 ? packedValue(this.pages, this.blocks![(row / blockRows) | 0]!, this.kinds, row % blockRows, field) : this.page[this.openAt + (row - from) * this.width + field]!;
  }

  /** No number of the field is less in the rows from this one on up to `readEnd`; -Infinity where that is not known. Of a `plain` field. */
  protected leastFrom(row: number, field: number): number {
    return row < this.openFrom ? packedLeast(this.pages, this.blocks![(row / blockRows) | 0]!, field) : -Infinity;
  }

  /** Up to where the rows from this one on can be read at once. */
  protected readEnd(row: number, limit: number): number {
    const end = row < this.openFrom ? (((row / blockRows) | 0) + 1) * blockRows : this.rowCount;
    return end < limit ? end : limit;
  }

  /** A field of the rows from…to, of which `readEnd` says how many that may be. @param begins field 0 of them. */
  protected readField(field: number, from: number, to: number, out: Float64Array, begins: Float64Array): void {
    const { kinds, openFrom, page, width } = this;
    if (from < openFrom) {
      const first = from % blockRows;
      unpackField(this.pages, this.blocks![(from / blockRows) | 0]!, kinds, field, first, first + to - from, out, begins);
      return;
    }
    for (let at = 0, place = this.openAt + (from - openFrom) * width + field; at < to - from; at++, place += width) out[at] = page[place]!;
  }

  protected set(row: number, field: number, value: number): void {
    if (this.value(row, field) === value) return;
    const { openFrom, kinds, pages, blocks } = this;
    if (row >= openFrom) this.page[this.openAt + (row - openFrom) * this.width + field] = value;
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
    return this.page[this.lastAt + field]!;
  }

  /** Where the last row's fields stand in `page`. */
  protected get lastPlace(): number {
    return this.lastAt;
  }

  /** Makes a row: its fields, in their order, are to be written into `page` from the place on that is given. */
  protected newRow(): number {
    if (this.rowCount - this.openFrom === this.room) this.makeRoom();
    return (this.lastAt = this.openAt + (this.rowCount++ - this.openFrom) * this.width);
  }

  /** Of a table that is in the order of field 0: the first row in which that is greater; `count` where there is none. */
  protected firstBeyond(value: number): number {
    const { page, width, openAt, openFrom } = this;
    if (openFrom > 0 && page[openAt]! > value) return this.firstPackedBeyond(value);
    let low = openFrom;
    let high = this.rowCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (page[openAt + (middle - openFrom) * width]! > value) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** How far a `length` field of a row lies behind field 0. */
  protected length(row: number, field: number): number {
    const { openFrom, page } = this;
    if (row < openFrom) return packedLength(this.pages, this.blocks![(row / blockRows) | 0]!, this.kinds, row % blockRows, field);
    const at = this.openAt + (row - openFrom) * this.width;
    return page[at + field]! - page[at]!;
  }

  /** The block first, then the row. Who draws a lane asks for one moment after the other: the next one is looked for from the last one on. */
  private firstPackedBeyond(value: number): number {
    const { pages, kinds } = this;
    const blocks = this.blocks!;
    let low = 0;
    let high = blocks.length;
    const first = (block: number): number => packedValue(pages, blocks[block]!, kinds, 0, 0);
    if (this.foundBlock < high && first(this.foundBlock) <= value) {
      low = this.foundBlock + 1;
      for (let next = low, step = 1; next < high; step *= 2, next = low + step - 1) {
        if (first(next) > value) high = next;
        else low = next + 1;
      }
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (first(middle) > value) high = middle;
      else low = middle + 1;
    }
    if (low === 0) return 0;
    this.foundBlock = low - 1;
    return (low - 1) * blockRows + packedBeyond(pages, blocks[low - 1]!, value);
  }

  /** Takes the last row away. */
  protected pop(): void {
    this.rowCount--;
    this.lastAt -= this.width;
    this.touched(this.rowCount);
    if (this.rowCount === this.openFrom && this.openFrom > 0) this.unpack();
  }

  protected empty(): void {
    this.rowCount = 0;
    this.openFrom = 0;
    // Its place is another table's from now on: programs make tasks by the thousand.
    if (this.room > 0) this.pages.release(this.address, this.room * this.width * numberWords);
    this.room = 0;
    this.page = noRows;
    this.blocks = null;
    this.touched(0);
  }

  protected touched(row: number): void {
    if (row < this.touchedFrom) this.touchedFrom = row;
  }

  private makeRoom(): void {
    if (this.room === mostOpen) this.pack();
    else this.grow();
  }

  private grow(): void {
    const { pages, page, openAt, width, address } = this;
    const before = this.room * width;
    this.room = Math.min(mostOpen, Math.max(fewestOpen, this.room * growth));
    this.address = pages.take(this.room * width * numberWords);
    this.page = pages.numbers(this.address);
    this.openAt = numberPlace(this.address);
    if (before === 0) return;
    for (let at = 0; at < before; at++) this.page[this.openAt + at] = page[openAt + at]!;
    pages.release(address, before * numberWords);
  }

  private pack(): void {
    const { page, openAt, width } = this;
    (this.blocks ??= []).push(packOpen(this.pages, this.kinds, page, openAt, blockRows));
    page.copyWithin(openAt, openAt + blockRows * width, openAt + mostOpen * width);
    this.openFrom += blockRows;
  }

  /** The last rows that were packed are the open ones again. */
  private unpack(): void {
    const rows = unpackRows(this.pages, this.blocks!.pop()!, this.kinds);
    this.page.set(rows, this.openAt);
    this.openFrom -= blockRows;
    this.lastAt = this.openAt + (blockRows - 1) * this.width;
  }
}

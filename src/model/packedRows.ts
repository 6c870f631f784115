/**
 * Rows that are settled, each field as narrow as the rows of its block allow. A recording of ten million events has to stand in memory
 * whole, so that every moment of it can be asked about; but the rows of one block are close together in time and much alike:
 *
 *     block    rows, words │ per field: base, width and place │ field 0 of all rows │ field 1 of all rows │ …
 *     fields   begin - base: 32 bits │ length: 32 │ reason: 8 │ object: 0 (all alike) │ …
 *
 * A field is 0, 8, 16 or 32 bits wide: with as few bits as it needs a row took a third less, and a lane that is walked for a tile twice as
 * long. Nothing is rounded: a field that has to hold other numbers than integers, or larger ones, keeps all 64 bits of them in that block.
 * Blocks stand one behind the other in pages: a typed array of its own would cost each as much as its rows.
 */

/** Rows of a block, where nothing else is said. */
export const blockRows = 128;

/**
 * How each field is written: as it is, as what it lies behind field 0 of its row (`length`), or as what it lies before field 0 of the
 * next row (`hole`).
 */
export type FieldKind = 'plain' | 'length' | 'hole';

const pageBits = 16;
const pageWords = 1 << pageBits;
const pageMask = pageWords - 1;
/** Places of blocks come in steps of so many words, so that one that is let go fits another block. */
const placeWords = 8;
const headWords = 3;
const widthBits = 7;
const widthMask = (1 << widthBits) - 1;
/** All of a float64. */
const wholeWidth = 64;
const countBits = 16;
const wordsMask = (1 << countBits) - 1;
const mostFields = 16;
const two32 = 0x100000000;

const whole = new Float64Array(1);
const halves = new Uint32Array(whole.buffer);

/** Where the blocks of one model stand. */
export class Pages {
  private readonly pages: Uint32Array[] = [];
  /** The same memory as float64: rows that are not packed. */
  private readonly float64s: Float64Array[] = [];
  private used = pageWords;
  /** Places that were let go, by their words. */
  private readonly free = new Map<number, number[]>();

  /** A place for a block, all 0, within one page. */
  take(blockWords: number): number {
    const words = Math.ceil(blockWords / placeWords) * placeWords;
    const again = this.free.get(words)?.pop();
    if (again !== undefined) {
      this.at(again).fill(0, again & pageMask, (again & pageMask) + words);
      return again;
    }
    if (this.used + words > pageWords) {
      const page = new Uint32Array(pageWords);
      this.pages.push(page);
      this.float64s.push(new Float64Array(page.buffer));
      this.used = 0;
    }
    const address = (this.pages.length - 1) * pageWords + this.used;
    this.used += words;
    return address;
  }

  /** The block that stands there is needed no more. */
  release(address: number, blockWords: number): void {
    const words = Math.ceil(blockWords / placeWords) * placeWords;
    const free = this.free.get(words);
    if (free === undefined) this.free.set(words, [address]);
    else free.push(address);
  }

  /** The same, of which only the address is known. */
  releaseAt(address: number): void {
    this.release(address, this.at(address)[address & pageMask]! & wordsMask);
  }

  /** Bytes of all pages. */
  get bytes(): number {
    return this.pages.length * pageWords * 4;
  }

  /** How many rows the block there has. */
  rowsAt(address: number): number {
    return this.at(address)[address & pageMask]! >>> countBits;
  }

  at(address: number): Uint32Array {
    return this.pages[address >>> pageBits]!;
  }

  /** The page of a place that holds float64, from `numberPlace` on. */
  numbers(address: number): Float64Array {
    return this.float64s[address >>> pageBits]!;
  }
}

/** Words of a float64. */
export const numberWords = 2;

export function numberPlace(address: number): number {
  return (address & pageMask) / numberWords;
}

/** Words that a field of so many rows takes. */
function wordsOf(width: number, rows: number): number {
  return Math.ceil((width * rows) / 32);
}

/** The number of a row in a field that begins at a word; of at most 32 bits. */
function numberAt(words: Uint32Array, from: number, width: number, row: number): number {
  switch (width) {
    case 0:
      return 0;
    case 8:
      return (words[from + (row >>> 2)]! >>> ((row & 3) << 3)) & 0xff;
    case 16:
      return (words[from + (row >>> 1)]! >>> ((row & 1) << 4)) & 0xffff;
    default:
      return words[from + row]!;
  }
}

function wholeAt(words: Uint32Array, from: number, row: number): number {
  halves[0] = words[from + 2 * row]!;
  halves[1] = words[from + 2 * row + 1]!;
  return whole[0]!;
}

/** The field of a row in the block at this address. */
export function packedValue(pages: Pages, address: number, kinds: readonly FieldKind[], row: number, field: number): number {
  const words = pages.at(address);
  const start = address & pageMask;
  const head = start + 1 + field * headWords;
  const place = words[head + 2]!;
  const width = place & widthMask;
  const from = start + (place >>> widthBits);
  if (width === wholeWidth) return wholeAt(words, from, row);
  const value = numberAt(words, from, width, row);
  const base = words[head]! + (words[head + 1]! | 0) * two32;
  const kind = kinds[field]!;
  if (kind === 'plain') return base + value;
  if (kind === 'length') return packedValue(pages, address, kinds, row, 0) + base + value;
  // Behind the last row nothing is known: its own value is the base.
  return (row === (words[start]! >>> countBits) - 1 ? base : packedValue(pages, address, kinds, row + 1, 0)) - value;
}

/** The least number of a `plain` field in the block at this address; -Infinity where its numbers are no integers. */
export function packedLeast(pages: Pages, address: number, field: number): number {
  const words = pages.at(address);
  const head = (address & pageMask) + 1 + field * headWords;
  return (words[head + 2]! & widthMask) === wholeWidth ? -Infinity : words[head]! + (words[head + 1]! | 0) * two32;
}

/** How far a `length` field of a row lies behind field 0. */
export function packedLength(pages: Pages, address: number, kinds: readonly FieldKind[], row: number, field: number): number {
  const words = pages.at(address);
  const start = address & pageMask;
  const head = start + 1 + field * headWords;
  const place = words[head + 2]!;
  const width = place & widthMask;
  if (width === wholeWidth) return packedValue(pages, address, kinds, row, field) - packedValue(pages, address, kinds, row, 0);
  return words[head]! + (words[head + 1]! | 0) * two32 + numberAt(words, start + (place >>> widthBits), width, row);
}

/** Of a block in the order of field 0: the first row in which that is greater; the number of rows where there is none. */
export function packedBeyond(pages: Pages, address: number, value: number): number {
  const words = pages.at(address);
  const start = address & pageMask;
  const place = words[start + 3]!;
  const width = place & widthMask;
  const from = start + (place >>> widthBits);
  const limit = width === wholeWidth ? value : value - (words[start + 1]! + (words[start + 2]! | 0) * two32);
  let low = 0;
  let high = words[start]! >>> countBits;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const number = width === wholeWidth ? wholeAt(words, from, middle) : numberAt(words, from, width, middle);
    if (number > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Reads a field of the rows from…to of the block: many at once cost a fraction of what they cost one by one.
 * @param begins field 0 of the same rows, where the field is told from there.
 */
export function unpackField(pages: Pages, address: number, kinds: readonly FieldKind[], field: number, from: number, to: number, out: Float64Array, begins: Float64Array): void {
  const words = pages.at(address);
  const start = address & pageMask;
  const head = start + 1 + field * headWords;
  const place = words[head + 2]!;
  const width = place & widthMask;
  const first = start + (place >>> widthBits);
  const count = to - from;
  if (width === wholeWidth) {
    const numbers = pages.numbers(address);
    for (let at = 0, number = first / numberWords + from; at < count; at++, number++) out[at] = numbers[number]!;
    return;
  }
  const kind = kinds[field]!;
  // A row that ends where the next one begins, as most do.
  if (kind === 'hole' && width === 0 && count > 0) {
    for (let at = 0; at < count - 1; at++) out[at] = begins[at + 1]!;
    out[count - 1] = packedValue(pages, address, kinds, to - 1, field);
    return;
  }
  // A loop for each width: the rows are read more often than anything else in the engine.
  const base = kind === 'hole' ? 0 : words[head]! + (words[head + 1]! | 0) * two32;
  if (width === 0) out.fill(base, 0, count);
  else if (width === 32) for (let at = 0, word = first + from; at < count; at++, word++) out[at] = base + words[word]!;
  else if (width === 16) for (let at = 0, row = from; at < count; at++, row++) out[at] = base + ((words[first + (row >>> 1)]! >>> ((row & 1) << 4)) & 0xffff);
  else unpackBytes(words, first, from, count, base, out);
  if (kind === 'length') for (let at = 0; at < count; at++) out[at] = out[at]! + begins[at]!;
  if (kind !== 'hole' || count === 0) return;
  for (let at = 0; at < count - 1; at++) out[at] = begins[at + 1]! - out[at]!;
  out[count - 1] = packedValue(pages, address, kinds, to - 1, field);
}

/** A word at a time where four rows are left. */
function unpackBytes(words: Uint32Array, first: number, from: number, count: number, base: number, out: Float64Array): void {
  let at = 0;
  if ((from & 3) === 0) {
    for (let place = first + (from >>> 2); at + 3 < count; at += 4, place++) {
      const word = words[place]! | 0;
      out[at] = base + (word & 0xff);
      out[at + 1] = base + ((word >>> 8) & 0xff);
      out[at + 2] = base + ((word >>> 16) & 0xff);
      out[at + 3] = base + (word >>> 24);
    }
  }
  for (let row = from + at; at < count; at++, row++) out[at] = base + ((words[first + (row >>> 2)]! >>> ((row & 3) << 3)) & 0xff);
}

/** Of the block that is being packed: what its fields are written as, field by field, and their bases and places. */
let written = new Float64Array(0);
const bases = new Float64Array(mostFields);
const places = new Uint32Array(mostFields);
/** Of the field that was written last: its least and its greatest number. */
const bounds = new Float64Array(2);

/**
 * Packs rows.
 * @param rows their fields, row by row.
 * @returns the block's address.
 */
export function packRows(pages: Pages, kinds: readonly FieldKind[], rows: readonly number[], count = blockRows): number {
  return packOpen(pages, kinds, Float64Array.from(rows), 0, count);
}

/**
 * The same of rows that stand in an array from a place on.
 * @param fieldStep from a row's field to its next.
 * @param rowStep from a row's field to the next row's.
 */
export function packOpen(pages: Pages, kinds: readonly FieldKind[], rows: Float64Array, from: number, count: number, fieldStep = 1, rowStep = kinds.length): number {
  const fields = kinds.length;
  if (written.length < fields * count) written = new Float64Array(fields * count);
  let used = 1 + fields * headWords;
  for (let field = 0; field < fields; field++) {
    const width = measure(kinds[field]!, rows, from + field * fieldStep, count, rowStep, field, field * fieldStep);
    // Where float64 can be read as such.
    if (width === wholeWidth) used += used % numberWords;
    places[field] = (used << widthBits) | width;
    used += wordsOf(width, count);
  }
  const address = pages.take(used);
  const words = pages.at(address);
  const start = address & pageMask;
  words[start] = (count << countBits) | used;
  for (let field = 0; field < fields; field++) {
    const base = bases[field]!;
    const place = places[field]!;
    const width = place & widthMask;
    const head = start + 1 + field * headWords;
    const high = Math.floor(base / two32);
    words[head] = base - high * two32;
    words[head + 1] = high;
    words[head + 2] = place;
    // The base of a hole is the last row's own value.
    const least = kinds[field] === 'hole' || width === wholeWidth ? 0 : base;
    putField(words, start + (place >>> widthBits), width, field * count, count, least);
  }
  return address;
}

/** The rows of a block, as they were packed; the block is let go. */
export function unpackRows(pages: Pages, address: number, kinds: readonly FieldKind[]): number[] {
  const head = pages.at(address)[address & pageMask]!;
  const count = head >>> countBits;
  const rows: number[] = [];
  for (let row = 0; row < count; row++) {
    for (let field = 0; field < kinds.length; field++) rows.push(packedValue(pages, address, kinds, row, field));
  }
  pages.release(address, head & wordsMask);
  return rows;
}

/**
 * Finds out what the field is written as: sets its base, and `written`.
 * @param at where the first row's value stands.
 * @param step from there to the next row's.
 * @param back from there to field 0 of the row.
 * @returns its width.
 */
function measure(kind: FieldKind, rows: Float64Array, at: number, count: number, step: number, field: number, back: number): number {
  const first = rows[at]!;
  // Most fields are alike in all rows.
  if (kind === 'plain' && Number.isSafeInteger(first)) {
    let row = 1;
    for (let place = at + step; row < count && rows[place] === first; place += step) row++;
    if (row === count) {
      bases[field] = first;
      return 0;
    }
  }
  const exact = writers[kind](rows, at, field * count, count, step, back);
  const least = bounds[0]!;
  const most = bounds[1]!;
  const hole = kind === 'hole';
  const base = hole ? rows[at + (count - 1) * step]! : least;
  const range = hole ? most : most - least;
  if (exact && Number.isSafeInteger(base) && range < two32 && !(hole && least < 0)) {
    bases[field] = base;
    return widthFor(range);
  }
  for (let row = 0, place = at; row < count; row++, place += step) written[field * count + row] = rows[place]!;
  bases[field] = 0;
  return wholeWidth;
}

/**
 * Writes a field of all rows into `written`, from a place on, and finds its `bounds`: one loop for each kind, because a block's rows are read from memory that was
 * last touched long ago.
 * @returns whether all are integers from which the row's number can be had back.
 */
type FieldWriter = (rows: Float64Array, at: number, first: number, count: number, step: number, back: number) => boolean;

const writers: Readonly<Record<FieldKind, FieldWriter>> = { plain: writePlain, length: writeLengths, hole: writeHoles };

function writePlain(rows: Float64Array, at: number, first: number, count: number, step: number): boolean {
  let exact = true;
  let least = Infinity;
  let most = -Infinity;
  for (let row = first, place = at; row < first + count; row++, place += step) {
    const number = rows[place]!;
    written[row] = number;
    if (number < least) least = number;
    if (number > most) most = number;
    if (Math.floor(number) !== number) exact = false;
  }
  bounds[0] = least;
  bounds[1] = most;
  return exact;
}

function writeLengths(rows: Float64Array, at: number, first: number, count: number, step: number, back: number): boolean {
  let exact = true;
  let least = Infinity;
  let most = -Infinity;
  for (let row = first, place = at; row < first + count; row++, place += step) {
    const begin = rows[place - back]!;
    const end = rows[place]!;
    const number = end - begin;
    written[row] = number;
    if (number < least) least = number;
    if (number > most) most = number;
    if (begin + number !== end || Math.floor(number) !== number) exact = false;
  }
  bounds[0] = least;
  bounds[1] = most;
  return exact;
}

function writeHoles(rows: Float64Array, at: number, first: number, count: number, step: number, back: number): boolean {
  let exact = true;
  let least = 0;
  let most = 0;
  const last = first + count - 1;
  for (let row = first, place = at; row < last; row++, place += step) {
    const next = rows[place - back + step]!;
    const end = rows[place]!;
    const number = next - end;
    written[row] = number;
    if (number < least) least = number;
    if (number > most) most = number;
    if (next - number !== end || Math.floor(number) !== number) exact = false;
  }
  // Behind the last row there is nothing.
  written[last] = 0;
  bounds[0] = least;
  bounds[1] = most;
  return exact;
}

function widthFor(most: number): number {
  return most === 0 ? 0 : most < 0x100 ? 8 : most < 0x10000 ? 16 : 32;
}

/** Writes a field of all rows, from `written`, into words that are 0. A loop for each width. */
function putField(words: Uint32Array, first: number, width: number, from: number, count: number, least: number): void {
  if (width === 32) for (let row = 0; row < count; row++) words[first + row] = written[from + row]! - least;
  else if (width === 16) for (let row = 0; row < count; row++) words[first + (row >>> 1)]! |= (written[from + row]! - least) << ((row & 1) << 4);
  else if (width === 8) putBytes(words, first, from, count, least);
  else if (width === wholeWidth) putWhole(words, first, from, count);
}

/** Most fields that are not alike in all rows. A word at a time where four rows are left. */
function putBytes(words: Uint32Array, first: number, from: number, count: number, least: number): void {
  let row = 0;
  for (let at = from; row + 3 < count; row += 4, at += 4) {
    words[first + (row >>> 2)] = (written[at]! - least) | ((written[at + 1]! - least) << 8) | ((written[at + 2]! - least) << 16) | ((written[at + 3]! - least) << 24);
  }
  for (; row < count; row++) words[first + (row >>> 2)]! |= (written[from + row]! - least) << ((row & 3) << 3);
}

function putWhole(words: Uint32Array, first: number, from: number, count: number): void {
  for (let row = 0; row < count; row++) {
    whole[0] = written[from + row]!;
    words[first + 2 * row] = halves[0]!;
    words[first + 2 * row + 1] = halves[1]!;
  }
}

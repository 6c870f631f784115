/**
 * Rows that are settled, each field in as many bits as the rows of its block need. A recording of ten million events has to stand in memory
 * whole, so that every moment of it can be asked about; but the rows of one block are close together in time and much alike:
 *
 *     block   rows, stride │ per field: base, width and place │ row 0 │ row 1 │ …      rows go across words, nothing between them
 *     row     begin - base: 27 bits │ length: 24 │ reason: 2 │ object: 0 (all alike) │ …
 *
 * Nothing is rounded: a field that has to hold other numbers than integers keeps all 64 bits of them in that block.
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
const strideBits = 16;
const strideMask = (1 << strideBits) - 1;
const mostFields = 16;
const two32 = 0x100000000;

const whole = new Float64Array(1);
const halves = new Uint32Array(whole.buffer);

/** Where the blocks of one model stand. */
export class Pages {
  private readonly pages: Uint32Array[] = [];
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
      this.pages.push(new Uint32Array(pageWords));
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

  at(address: number): Uint32Array {
    return this.pages[address >>> pageBits]!;
  }
}

function wordsFor(fields: number, rows: number, stride: number): number {
  return 1 + fields * headWords + Math.ceil((stride * rows) / 32);
}

/** The field of a row in the block at this address. */
export function packedValue(pages: Pages, address: number, kinds: readonly FieldKind[], row: number, field: number): number {
  const words = pages.at(address);
  const start = address & pageMask;
  const head = start + 1 + field * headWords;
  const place = words[head + 2]!;
  const width = place & widthMask;
  const bit = (start + 1 + kinds.length * headWords) * 32 + row * (words[start]! & strideMask) + (place >>> widthBits);
  if (width === wholeWidth) {
    halves[0] = bitsAt(words, bit, 32);
    halves[1] = bitsAt(words, bit + 32, 32);
    return whole[0]!;
  }
  const value = width === 0 ? 0 : bitsAt(words, bit, width);
  const base = words[head]! + (words[head + 1]! | 0) * two32;
  const kind = kinds[field]!;
  if (kind === 'plain') return base + value;
  if (kind === 'length') return packedValue(pages, address, kinds, row, 0) + base + value;
  // Behind the last row nothing is known: its own value is the base.
  return (row === (words[start]! >>> strideBits) - 1 ? base : packedValue(pages, address, kinds, row + 1, 0)) - value;
}

/** How far a `length` field of a row lies behind field 0. */
export function packedLength(pages: Pages, address: number, kinds: readonly FieldKind[], row: number, field: number): number {
  const words = pages.at(address);
  const start = address & pageMask;
  const head = start + 1 + field * headWords;
  const place = words[head + 2]!;
  const width = place & widthMask;
  if (width === wholeWidth) return packedValue(pages, address, kinds, row, field) - packedValue(pages, address, kinds, row, 0);
  const bit = (start + 1 + kinds.length * headWords) * 32 + row * (words[start]! & strideMask) + (place >>> widthBits);
  return words[head]! + (words[head + 1]! | 0) * two32 + (width === 0 ? 0 : bitsAt(words, bit, width));
}

/** Of a block in the order of field 0: the first row in which that is greater; the number of rows where there is none. */
export function packedBeyond(pages: Pages, address: number, kinds: readonly FieldKind[], value: number): number {
  const words = pages.at(address);
  const start = address & pageMask;
  const place = words[start + 3]!;
  const width = place & widthMask;
  const stride = words[start]! & strideMask;
  const firstBit = (start + 1 + kinds.length * headWords) * 32 + (place >>> widthBits);
  const limit = value - (words[start + 1]! + (words[start + 2]! | 0) * two32);
  let low = 0;
  let high = words[start]! >>> strideBits;
  while (low < high) {
    const middle = (low + high) >>> 1;
    let beyond: boolean;
    if (width === wholeWidth) beyond = packedValue(pages, address, kinds, middle, 0) > value;
    else beyond = (width === 0 ? 0 : bitsAt(words, firstBit + middle * stride, width)) > limit;
    if (beyond) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Reads a field of the rows from…to of the block: many at once cost a fifth of what they cost one by one.
 * @param begins field 0 of the same rows, where the field is told from there.
 */
export function unpackField(pages: Pages, address: number, kinds: readonly FieldKind[], field: number, from: number, to: number, out: Float64Array, begins: Float64Array): void {
  const words = pages.at(address);
  const start = address & pageMask;
  const head = start + 1 + field * headWords;
  const place = words[head + 2]!;
  const width = place & widthMask;
  const kind = kinds[field]!;
  if (width === wholeWidth) {
    for (let row = from; row < to; row++) out[row - from] = packedValue(pages, address, kinds, row, field);
    return;
  }
  const base = words[head]! + (words[head + 1]! | 0) * two32;
  const stride = words[start]! & strideMask;
  const mask = width >= 32 ? 0xffffffff : (1 << width) - 1;
  const highMask = width > 32 ? (1 << (width - 32)) - 1 : 0;
  const isLength = kind === 'length';
  const isHole = kind === 'hole';
  let bit = (start + 1 + kinds.length * headWords) * 32 + from * stride + (place >>> widthBits);
  for (let at = 0; at < to - from; at++, bit += stride) {
    let value = 0;
    if (width > 0) {
      const word = bit >>> 5;
      const shift = bit & 31;
      value = words[word]! >>> shift;
      if (shift > 0 && shift + width > 32) value |= words[word + 1]! << (32 - shift);
      value = (value & mask) >>> 0;
      if (highMask !== 0) {
        // The next 32 bits begin a word further on, at the same shift.
        let high = words[word + 1]! >>> shift;
        if (shift + width - 32 > 32) high |= words[word + 2]! << (32 - shift);
        value += (high & highMask) * two32;
      }
    }
    out[at] = isLength ? begins[at]! + base + value : isHole ? value : base + value;
  }
  if (!isHole) return;
  const last = to - from - 1;
  for (let at = 0; at < last; at++) out[at] = begins[at + 1]! - out[at]!;
  if (last >= 0) out[last] = packedValue(pages, address, kinds, to - 1, field);
}

/** Of the block that is being packed: what its fields are written as, field by field, and their bases and places. */
let written = new Float64Array(0);
const bases = new Float64Array(mostFields);
const places = new Uint32Array(mostFields);
/** Of the field that was looked at last. */
const measured = { base: 0, width: 0 };

/**
 * Packs rows.
 * @param rows their fields, row by row.
 * @returns the block's address.
 */
export function packRows(pages: Pages, kinds: readonly FieldKind[], rows: readonly number[], count = blockRows): number {
  const fields = kinds.length;
  if (written.length < fields * count) written = new Float64Array(fields * count);
  let stride = 0;
  for (let field = 0; field < fields; field++) {
    measure(kinds[field]!, rows, count, fields, field);
    bases[field] = measured.base;
    places[field] = (stride << widthBits) | measured.width;
    stride += measured.width;
  }
  const address = pages.take(wordsFor(fields, count, stride));
  const words = pages.at(address);
  const start = address & pageMask;
  words[start] = (count << strideBits) | stride;
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
    putField(words, (start + 1 + fields * headWords) * 32 + (place >>> widthBits), stride, width, field * count, count, least);
  }
  return address;
}

/** The rows of a block, as they were packed; the block is let go. */
export function unpackRows(pages: Pages, address: number, kinds: readonly FieldKind[]): number[] {
  const head = pages.at(address)[address & pageMask]!;
  const count = head >>> strideBits;
  const rows: number[] = [];
  for (let row = 0; row < count; row++) {
    for (let field = 0; field < kinds.length; field++) rows.push(packedValue(pages, address, kinds, row, field));
  }
  pages.release(address, wordsFor(kinds.length, count, head & strideMask));
  return rows;
}

/** Finds out what the field is written as, and in how many bits. */
function measure(kind: FieldKind, rows: readonly number[], count: number, fields: number, field: number): void {
  const first = rows[field]!;
  // Most fields are alike in all rows.
  if (kind === 'plain' && Number.isSafeInteger(first)) {
    let row = 1;
    for (let at = field + fields; row < count && rows[at] === first; at += fields) row++;
    if (row === count) {
      measured.base = first;
      measured.width = 0;
      return;
    }
  }
  const told = field * count;
  let least = Infinity;
  let most = -Infinity;
  let exact = true;
  for (let row = 0, at = field; row < count; row++, at += fields) {
    const value = rows[at]!;
    let number = value;
    if (kind === 'length') {
      const from = rows[at - field]!;
      number = value - from;
      if (from + number !== value) exact = false;
    } else if (kind === 'hole') {
      // Behind the last row there is nothing.
      const next = row === count - 1 ? value : rows[at - field + fields]!;
      number = next - value;
      if (next - number !== value) exact = false;
    }
    if (Math.floor(number) !== number) exact = false;
    written[told + row] = number;
    if (number < least) least = number;
    if (number > most) most = number;
  }
  const hole = kind === 'hole';
  measured.base = hole ? rows[(count - 1) * fields + field]! : least;
  if (exact && Number.isSafeInteger(measured.base) && Number.isSafeInteger(most - least) && !(hole && least < 0)) {
    measured.width = bitsFor(hole ? most : most - least);
    return;
  }
  for (let row = 0, at = field; row < count; row++, at += fields) written[told + row] = rows[at]!;
  measured.base = 0;
  measured.width = wholeWidth;
}

function bitsFor(value: number): number {
  const high = Math.floor(value / two32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value);
}

/** Writes a field of all rows, from `written`. */
function putField(words: Uint32Array, firstBit: number, stride: number, width: number, from: number, count: number, least: number): void {
  if (width === 0) return;
  let bit = firstBit;
  for (let at = from; at < from + count; at++, bit += stride) {
    const number = written[at]! - least;
    if (width <= 32) putBits(words, bit, width, number);
    else if (width === wholeWidth) {
      whole[0] = written[at]!;
      putBits(words, bit, 32, halves[0]!);
      putBits(words, bit + 32, 32, halves[1]!);
    } else {
      const high = Math.floor(number / two32);
      putBits(words, bit, 32, number - high * two32);
      putBits(words, bit + 32, width - 32, high);
    }
  }
}

/** At most 32 bits, into words that are 0 there. */
function putBits(words: Uint32Array, bit: number, width: number, value: number): void {
  const word = bit >>> 5;
  const shift = bit & 31;
  words[word]! |= value << shift;
  if (shift + width > 32) words[word + 1]! |= value >>> (32 - shift);
}

/** At most 53 bits. */
function bitsAt(words: Uint32Array, bit: number, width: number): number {
  if (width > 32) return bitsAt(words, bit, 32) + bitsAt(words, bit + 32, width - 32) * two32;
  const word = bit >>> 5;
  const shift = bit & 31;
  let low = words[word]! >>> shift;
  if (shift + width > 32) low |= words[word + 1]! << (32 - shift);
  return (width === 32 ? low : low & ((1 << width) - 1)) >>> 0;
}

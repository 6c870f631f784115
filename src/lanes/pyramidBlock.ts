/**
 * One block of a lane's pyramid: many spans as a few sums, at the finest level at which they are few.
 *
 *     level L   bins of 2^L ns, aligned to the first event, as a tile's are
 *     sums      a row for each state of each bin: of the spans shorter than a bin that begin in it how long and how many they are, and
 *               the last one's owner
 *     long      the spans of at least a bin, as they are
 *
 * The level is the lowest at which bins and long spans together are at most so many. How many bins there are at each level is told by one pass:
 * two begins lie in different bins up to the highest bit in which they differ.
 */
import { packOpen, type FieldKind, type Pages, unpackField } from '../model/packedRows';
import { spanStates } from '../protocol/states';
import { itemKind, ownerStep, weight as weightOf, type SpanList } from './spanList';

const sumKinds: readonly FieldKind[] = ['plain', 'plain', 'plain', 'plain'];
const longKinds: readonly FieldKind[] = ['plain', 'length', 'plain'];
/** A long span's kind and what it does in one number. */
const kindStep = 4;
/** Bits of a begin that are looked at: from the highest in which they differ on. */
const bits = 30;
/** Longer bins than a recording is long are not needed. */
const mostLevel = 62;

/** What `readSums` read. */
export class Sums {
  count = 0;
  /** Bins of 2^level ns from the first event; ascending. */
  bin = new Float64Array(512);
  doing = new Float64Array(512);
  weight = new Float64Array(512);
  spans = new Float64Array(512);
}

/** What `readLong` read. */
export class LongSpans {
  count = 0;
  /** ns from the first event. */
  begin = new Float64Array(256);
  end = new Float64Array(256);
  doing = new Float64Array(256);
  kind = new Uint8Array(256);
}

/** A block that was made: addresses in the pages, -1 where there is nothing. */
export const made = { level: 0, sums: -1, long: -1 };

const differing = new Int32Array(bits + 2);
const longer = new Int32Array(mostLevel + 2);
const times = new Float64Array(spanStates.length);
const counts = new Float64Array(spanStates.length);
const doings = new Uint32Array(spanStates.length);
const seen = new Uint8Array(spanStates.length);
/** Fields of the rows that are to be packed, field by field: how many rows there is room for, and how many there are. */
let sumRoom = 512;
let sumFields = new Float64Array(sumKinds.length * sumRoom);
let sumCount = 0;
let longRoom = 256;
let longFields = new Float64Array(longKinds.length * longRoom);
let longCount = 0;

/** Makes a block of the spans, of which there is one at least: `made` says where it stands. @param least no finer than this level. @param most bins and long spans together. */
export function makeBlock(pages: Pages, spans: SpanList, least: number, most: number): void {
  const level = levelOf(spans, least, most);
  const perNs = 2 ** -level;
  const binNs = 2 ** level;
  const { count, begin, length, weight, doing, spans: many, kind } = spans;
  makeRoom(count);
  longCount = sumCount = 0;
  let bin = 0;
  let binEnd = -Infinity;
  let states = 0;
  for (let at = 0; at < count; at++) {
    const what = kind[at]!;
    const isSum = what === itemKind.sum;
    const lasts = length[at]!;
    const ns = begin[at]!;
    const does = doing[at]!;
    if (!isSum && (lasts >= binNs || what === itemKind.broken)) {
      longFields[longCount] = ns;
      longFields[longRoom + longCount] = ns + lasts;
      longFields[2 * longRoom + longCount] = does * kindStep + what;
      longCount++;
      continue;
    }
    if (ns >= binEnd) {
      putSums(bin, states);
      states = 0;
      bin = Math.floor(ns * perNs);
      binEnd = (bin + 1) * binNs;
    }
    const state = does & (ownerStep - 1);
    if (counts[state] === 0) seen[states++] = state;
    times[state]! += isSum ? weight[at]! : weightOf(lasts);
    counts[state]! += isSum ? many[at]! : 1;
    doings[state] = does;
  }
  putSums(bin, states);
  made.level = level;
  made.sums = sumCount === 0 ? -1 : packOpen(pages, sumKinds, sumFields, 0, sumCount, sumRoom, 1);
  made.long = longCount === 0 ? -1 : packOpen(pages, longKinds, longFields, 0, longCount, longRoom, 1);
}

function putSums(bin: number, states: number): void {
  for (let at = 0; at < states; at++) {
    const state = seen[at]!;
    const row = sumCount++;
    sumFields[row] = bin;
    sumFields[sumRoom + row] = doings[state]!;
    sumFields[2 * sumRoom + row] = times[state]!;
    sumFields[3 * sumRoom + row] = counts[state]!;
    times[state] = 0;
    counts[state] = 0;
  }
}

/** There are no more rows of either kind than items. */
function makeRoom(items: number): void {
  if (items > sumRoom) {
    sumRoom = 2 ** Math.ceil(Math.log2(items));
    sumFields = new Float64Array(sumKinds.length * sumRoom);
  }
  if (items > longRoom) {
    longRoom = 2 ** Math.ceil(Math.log2(items));
    longFields = new Float64Array(longKinds.length * longRoom);
  }
}

/** The lowest level from `least` on at which there are at most `most` bins and long spans. */
function levelOf({ count, begin, length }: SpanList, least: number, most: number): number {
  const first = begin[0]!;
  const range = begin[count - 1]! - first;
  // Levels below this one are not told apart: at it there are 2^(bits - 2) bins at most.
  const floor = Math.max(0, Math.ceil(Math.log2(range + 1)) - (bits - 2));
  const perUnit = 2 ** -floor;
  const base = Math.floor(first / 2 ** (floor + bits - 1)) * 2 ** (floor + bits - 1);
  differing.fill(0);
  longer.fill(0);
  // Shorter ones are not long at any level that is told apart. A sum has no length.
  const shortest = 2 ** Math.max(floor, least);
  let before = ((first - base) * perUnit) | 0;
  for (let at = 0; at < count; at++) {
    const unit = ((begin[at]! - base) * perUnit) | 0;
    differing[32 - Math.clz32(unit ^ before)]!++;
    before = unit;
    const long = length[at]!;
    if (long >= shortest) longer[long < 0x80000000 ? 31 - Math.clz32(long) : Math.floor(Math.log2(long))]!++;
  }
  // Two that differ in bit b (from 1) lie in different bins at the levels below floor + b.
  let bins = 1;
  let long = 0;
  let level = mostLevel;
  for (let next = level - 1; next >= least; next--) {
    const bit = next - floor + 1;
    if (bit <= bits + 1 && bit >= 1) bins += differing[bit]!;
    long += longer[next] ?? 0;
    if (bins + long > most || next < floor) break;
    level = next;
  }
  return Math.max(level, least);
}

export function readSums(pages: Pages, address: number, out: Sums): void {
  const count = pages.rowsAt(address);
  if (count > out.bin.length) {
    const size = 2 ** Math.ceil(Math.log2(count));
    out.bin = new Float64Array(size);
    out.doing = new Float64Array(size);
    out.weight = new Float64Array(size);
    out.spans = new Float64Array(size);
  }
  out.count = count;
  unpackField(pages, address, sumKinds, 0, 0, count, out.bin, out.bin);
  unpackField(pages, address, sumKinds, 1, 0, count, out.doing, out.bin);
  unpackField(pages, address, sumKinds, 2, 0, count, out.weight, out.bin);
  unpackField(pages, address, sumKinds, 3, 0, count, out.spans, out.bin);
}

export function readLong(pages: Pages, address: number, out: LongSpans): void {
  const count = pages.rowsAt(address);
  if (count > out.begin.length) {
    const size = 2 ** Math.ceil(Math.log2(count));
    out.begin = new Float64Array(size);
    out.end = new Float64Array(size);
    out.doing = new Float64Array(size);
    out.kind = new Uint8Array(size);
  }
  out.count = count;
  unpackField(pages, address, longKinds, 0, 0, count, out.begin, out.begin);
  unpackField(pages, address, longKinds, 1, 0, count, out.end, out.begin);
  unpackField(pages, address, longKinds, 2, 0, count, out.doing, out.begin);
  for (let at = 0; at < count; at++) {
    const does = out.doing[at]!;
    const doing = Math.floor(does / kindStep);
    out.kind[at] = does - doing * kindStep;
    out.doing[at] = doing;
  }
}

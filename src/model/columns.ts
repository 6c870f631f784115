/**
 * Everything that grows per event stands in columns: one typed array per field, doubled when full.
 *
 * A column's array is replaced when it grows, so it is private to its table: everybody else reads rows through the table's methods.
 */

type Column = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;

/** The same values in an array of `capacity`. */
export function grown<T extends Column>(column: T, capacity: number): T {
  const larger = new (column.constructor as new (length: number) => T)(capacity);
  larger.set(column);
  return larger;
}

/** The first of `count` ascending values that is greater than `value`: its index, or `count`. */
export function upperBound(column: Float64Array, count: number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * For spans that are ordered by begin and don't overlap: the index of the first one that ends after `ns` (or is open), or `count`.
 */
export function firstEndingAfter(begin: Float64Array, end: Float64Array, count: number, ns: number): number {
  const next = upperBound(begin, count, ns);
  if (next === 0) return 0;
  const before = end[next - 1]!;
  return Number.isNaN(before) || before > ns ? next - 1 : next;
}

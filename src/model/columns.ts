/** Typed arrays that grow: they are doubled when they are full, so nobody may keep one. */

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

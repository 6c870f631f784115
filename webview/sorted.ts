/** Lists that stay sorted: what comes is mostly the newest, and goes to the end at once. */
export type Compare<T> = (a: T, b: T) => number;

/** The first place whose item does not come before `item`. */
function placeOf<T>(list: readonly T[], item: T, compare: Compare<T>): number {
  let [from, to] = [0, list.length];
  if (to > 0 && compare(list[to - 1]!, item) < 0) return to;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compare(list[middle]!, item) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** No two items may be equal. */
export function insert<T>(list: T[], item: T, compare: Compare<T>): void {
  const at = placeOf(list, item, compare);
  if (at === list.length) list.push(item);
  else list.splice(at, 0, item);
}

export function take<T>(list: T[], item: T, compare: Compare<T>): void {
  const at = placeOf(list, item, compare);
  if (list[at] === item) list.splice(at, 1);
}

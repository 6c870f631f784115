/** Durations in English text that doesn't tick: reports and the sentences of findings. What a window shows follows its locale and is said there. */

/** `640 µs`, `12 ms`, `3.4 s`. @param digits decimals of milliseconds, and one more of seconds. */
export function englishDuration(ns: number, digits = 0): string {
  if (ns < 1e6) return `${(ns / 1e3).toFixed(0)} µs`;
  return ns < 1e9 ? `${(ns / 1e6).toFixed(digits)} ms` : `${(ns / 1e9).toFixed(digits + 1)} s`;
}

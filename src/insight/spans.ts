/** Arithmetic on spans of time. */

export interface Span {
  readonly fromNs: number;
  /** Infinity where it goes on. */
  readonly toNs: number;
}

/** How much of two spans is the same time. */
export function overlap(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.toNs, b.toNs) - Math.max(a.fromNs, b.fromNs));
}

/** Math.max of numbers that may be more than a call can have arguments. */
export function greatest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), -Infinity);
}

/** How many of the spans there are at once, at most. A span that ends where another begins does not meet it; empty spans count for nothing. */
export function mostAtOnce(spans: readonly Span[]): number {
  const edges = spans
    .filter((span) => span.toNs > span.fromNs)
    .flatMap((span) => [{ ns: span.fromNs, step: 1 }, { ns: span.toNs, step: -1 }])
    .sort((a, b) => (a.ns === b.ns ? a.step - b.step : a.ns - b.ns));
  let now = 0;
  let most = 0;
  for (const edge of edges) {
    now += edge.step;
    most = Math.max(most, now);
  }
  return most;
}

/** Arithmetic on spans of time. */

import type { Span } from '../model/span';

export { overlap, type Span } from '../model/span';

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

/** A stretch of time on the records' scale. */
export interface Span {
  readonly fromNs: number;
  /** Infinity where it goes on. */
  readonly toNs: number;
}

/** How much of two spans is the same time. */
export function overlap(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.toNs, b.toNs) - Math.max(a.fromNs, b.fromNs));
}

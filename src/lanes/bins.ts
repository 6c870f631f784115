/**
 * The bins of a tile: stretches of time about one device pixel wide. Their width is a power of two and they begin at multiples
 * of it, so that panning and a picture that grows never re-bin: what a bin says does not depend on the window that it is seen in.
 */

/** Bins of a tile at most: they are counted in 16 bits. A picture twice as wide as the widest screen has fewer. */
const mostBins = 40_000;

export interface Bins {
  /** Width, ns. */
  readonly binNs: number;
  /** The first one that is in the range, counted from time 0. */
  readonly first: number;
  readonly count: number;
}

/**
 * @param fromNs the range, ns from the first event.
 * @param width the range's device pixels.
 */
export function binsOf(fromNs: number, toNs: number, width: number): Bins {
  const range = Math.max(toNs - fromNs, 0);
  // Between 0.71 and 1.41 pixels.
  let binNs = Math.max(1, 2 ** Math.round(Math.log2(Math.max(range, 1) / Math.max(width, 1))));
  while (range / binNs > mostBins) binNs *= 2;
  const first = Math.floor(fromNs / binNs);
  return { binNs, first, count: Math.floor(toNs / binNs) - first + 1 };
}

/** What the layouts are asked and answer; it crosses into the worker and back. */
export interface LayoutRequest {
  id: number;
  /** Parent's place in the list for every node, -1 for a root; parents come before their children, siblings in order. */
  parents: Int32Array;
  nodeWidth: number;
  nodeHeight: number;
  /** Between a node and its children, and between neighbours. */
  gapX: number;
  gapY: number;
}

export interface LayoutResult {
  id: number;
  /** Left and top of every node: x0, y0, x1, y1, … */
  places: Float64Array;
}

export interface LayoutFailure {
  id: number;
  error: string;
}

/** The worker's first message: its script, the largest of the panel, has run. */
export interface LayoutReady {
  ready: true;
}

export type FromLayoutWorker = LayoutResult | LayoutFailure;

/** Moves the picture so that it begins at the corner. */
export function normalise(places: Float64Array): Float64Array {
  let left = Infinity;
  let top = Infinity;
  for (let at = 0; at < places.length; at += 2) {
    left = Math.min(left, places[at]!);
    top = Math.min(top, places[at + 1]!);
  }
  for (let at = 0; at < places.length; at += 2) {
    places[at] = places[at]! - left;
    places[at + 1] = places[at + 1]! - top;
  }
  return places;
}

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

/**
 * The last pass over both layouts, so that a settled picture moves little when ELK's result replaces the tidy tree:
 * levels stand in columns, and a parent stands level with its first child and not in the middle of all of them. In a live
 * tree children come at the end; so nothing that is on the screen moves, and the root stays at the top.
 */
export function settle(places: Float64Array, { parents, nodeWidth, gapX }: LayoutRequest): Float64Array {
  const levels = new Int32Array(parents.length);
  const firstChild = new Int32Array(parents.length).fill(-1);
  parents.forEach((parent, at) => {
    if (parent >= 0 && firstChild[parent] === -1) firstChild[parent] = at;
    levels[at] = parent < 0 ? 0 : levels[parent]! + 1;
    places[at * 2] = levels[at] * (nodeWidth + gapX);
  });
  // Children come after their parents, so from the end a child has its place before its parent takes it.
  for (let at = parents.length - 1; at >= 0; at--) {
    const child = firstChild[at]!;
    if (child !== -1) places[at * 2 + 1] = places[child * 2 + 1]!;
  }
  return normalise(places);
}

/** Moves the picture so that it begins at the corner. */
function normalise(places: Float64Array): Float64Array {
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

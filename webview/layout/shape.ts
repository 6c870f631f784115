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
export function settle(places: Float64Array, request: LayoutRequest): Float64Array {
  const { parents, nodeWidth, gapX } = request;
  const levels = new Int32Array(parents.length);
  const children: number[][] = Array.from(parents, () => []);
  parents.forEach((parent, at) => {
    children[parent]?.push(at);
    levels[at] = parent < 0 ? 0 : levels[parent]! + 1;
    places[at * 2] = levels[at] * (nodeWidth + gapX);
  });
  // Children come after their parents, so from the end a child has its place before its parent takes it.
  for (let at = parents.length - 1; at >= 0; at--) {
    const [first] = children[at]!;
    if (first !== undefined) places[at * 2 + 1] = places[first * 2 + 1]!;
  }
  return normalise(spread(places, levels, children, request));
}

/**
 * A parent that has moved up to its first child may stand on the neighbour above it: from there on all move down.
 *
 *     ▭──▭ one            ▭──▭ one
 *     │  ▭──▭ first       │
 *     └──── ▭ second      └──▭──▭ first      the two stood in one place, because both layouts let
 *           ▭ third           ├──▭ second    a subtree reach over the end of its neighbours
 *                             └──▭ third
 */
function spread(places: Float64Array, levels: Int32Array, children: readonly (readonly number[])[], { parents, nodeHeight, gapY }: LayoutRequest): Float64Array {
  /** By level, below the last node that has its place. */
  const free: number[] = [];
  const lack = (at: number): number => (free[levels[at]!] ?? -Infinity) - places[at * 2 + 1]!;
  // From the first root on, each before its children: what is left to be placed, with how far its parent moved. The last one is next.
  const left = Array.from(parents.keys()).filter((at) => parents[at]! < 0).reverse().map((at) => ({ at, down: 0 }));
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { at } = next;
    let { down } = next;
    // First children go with it.
    for (let level: number | undefined = at; level !== undefined; level = children[level]![0]) down = Math.max(down, lack(level));
    places[at * 2 + 1]! += down;
    free[levels[at]!] = places[at * 2 + 1]! + nodeHeight + gapY;
    for (let nth = children[at]!.length - 1; nth >= 0; nth--) left.push({ at: children[at]![nth]!, down });
  }
  return places;
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

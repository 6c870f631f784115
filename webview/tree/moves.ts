/** Where the arrow keys lead in the tree of processes. */
import type { Placed } from './placing';

export type Step = 'up' | 'down' | 'in' | 'out' | 'first' | 'last';

/** The card that a step leads to; undefined where there is none. What came out of a fold has the fold to its left. */
export function stepFrom(placed: readonly Placed[], from: Placed, step: Step): Placed | undefined {
  const { node } = from;
  switch (step) {
    case 'first': return placed[0];
    case 'last': return placed.at(-1);
    case 'out': {
      const out = (node.kind === 'process' ? node.fold : null) ?? node.parent;
      return out === null ? undefined : placed.find((item) => item.node.id === out);
    }
    case 'in':
      return placed.find((item) => (item.node.kind === 'process' && item.node.fold === node.id) || item.node.parent === node.id);
    default: {
      const siblings = placed.filter((item) => item.node.parent === node.parent);
      const by = step === 'down' ? 1 : -1;
      return siblings[siblings.indexOf(from) + by] ?? nearest(placed, from, by);
    }
  }
}

/** The nearest card above or below in the same column, under another parent. */
function nearest(placed: readonly Placed[], from: Placed, direction: 1 | -1): Placed | undefined {
  let best: Placed | undefined;
  for (const item of placed) {
    const distance = (item.y - from.y) * direction;
    if (item.x !== from.x || distance <= 0) continue;
    if (best === undefined || distance < (best.y - from.y) * direction) best = item;
  }
  return best;
}

/**
 * Of a tree of hundreds of cards only those in sight exist as elements, and the lines that pass through what is in sight:
 *
 *          ┌ in sight ──────────────┐
 *     p1 ──┼─┬─────────── p2        │
 *          │ ├─────────── p3        │
 *          └─┼──────────────────────┘
 *            ├─────────── p4          its line stands for all that go farther down
 *            └─────────── p5          none
 */
import { margin } from './edges';
import { nodeHeight, nodeWidth, type Placed } from './placing';

/** Of the scrolled box, in CSS pixels. */
export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface InSight {
  cards: readonly Placed[];
  /** Cards whose line to their parent is drawn. */
  lines: readonly Placed[];
}

/** So much around what is seen exists too, that a scroll finds something there. */
const around = 200;

/** @param always ids of cards that exist wherever they are: the one with the keyboard. */
export function inSight(placed: readonly Placed[], window: Window, always: ReadonlySet<string>): InSight {
  const [left, top] = [window.left - around, window.top - around];
  const [right, bottom] = [window.left + window.width + around, window.top + window.height + around];
  const byId = new Map(placed.map((item) => [item.node.id, item]));
  const cards: Placed[] = [];
  const lines: Placed[] = [];
  /** By parent: of the children above and below, the one nearest to what is seen stands for the rest. */
  const beyond = new Map<string, { above: Placed | null; below: Placed | null }>();
  for (const item of placed) {
    const { x, y, node } = item;
    const inColumn = x + nodeWidth >= left && x <= right;
    const inRow = y + nodeHeight >= top && y <= bottom;
    if ((inColumn && inRow) || always.has(node.id)) cards.push(item);
    const parent = node.parent === null ? undefined : byId.get(node.parent);
    if (parent === undefined || x < left || parent.x > right) continue;
    if (inRow) {
      lines.push(item);
      continue;
    }
    let known = beyond.get(parent.node.id);
    if (known === undefined) beyond.set(parent.node.id, (known = { above: null, below: null }));
    if (y > bottom) {
      if (parent.y <= bottom && (known.below === null || y < known.below.y)) known.below = item;
    } else if (parent.y >= top && (known.above === null || y > known.above.y)) known.above = item;
  }
  for (const { above, below } of beyond.values()) for (const item of [above, below]) if (item !== null) lines.push(item);
  return { cards, lines };
}

/** Scrolls as little as brings a card into view. */
export function scrollTo(box: HTMLElement, { x, y }: Placed): void {
  const air = 12;
  if (x < box.scrollLeft) box.scrollLeft = Math.max(0, x - air);
  else if (x + nodeWidth + 2 * margin > box.scrollLeft + box.clientWidth) box.scrollLeft = x + nodeWidth + 2 * margin - box.clientWidth;
  if (y < box.scrollTop) box.scrollTop = Math.max(0, y - air);
  else if (y + nodeHeight + 2 * margin > box.scrollTop + box.clientHeight) box.scrollTop = y + nodeHeight + 2 * margin - box.clientHeight;
}

/**
 * New nodes push others down. What a person looks at stays where it is on the screen: the selected card where it is in sight,
 * else the topmost that is; the box is scrolled by what the card moved, and without the animation, which would show it move.
 */
import { margin } from './edges';
import { holds } from './model';
import { nodeHeight, nodeWidth, type Placed } from './placing';
import type { Window } from './sight';

/** What of an element is used. Where it is scrolled to is not asked of it: it would have to be laid out to answer, and once more by what is drawn after that. */
export interface Box {
  scrollTop: number;
  scrollLeft: number;
  readonly classList: Pick<DOMTokenList, 'toggle'>;
}

export class Anchor {
  private before: readonly Placed[] = [];

  /**
   * The picture stands otherwise now.
   * @param sight what of the picture was seen before.
   * @param selected a process.
   * @returns whether the box was scrolled.
   */
  hold(box: Box, sight: Window, placed: readonly Placed[], selected: string | null): boolean {
    const before = this.before;
    this.before = placed;
    if (before === placed || isSamePicture(before, placed)) return false;
    const was = held(sight, before, selected);
    const is = was === undefined ? undefined : placed.find(({ node }) => node.id === was.node.id) ?? placed.find(({ node }) => was.node.kind === 'process' && holds(node, was.node.id));
    const [down, right] = was === undefined || is === undefined ? [0, 0] : [is.y - was.y, is.x - was.x];
    box.classList.toggle('still', down !== 0 || right !== 0);
    if (down !== 0) box.scrollTop += down;
    if (right !== 0) box.scrollLeft += right;
    return down !== 0 || right !== 0;
  }
}

function held({ left, top, width, height }: Window, placed: readonly Placed[], selected: string | null): Placed | undefined {
  const seen = placed.filter(({ x, y }) => y + margin + nodeHeight > top && y + margin < top + height && x + margin + nodeWidth > left && x + margin < left + width);
  // At its very top the picture grows downwards: its begin is what one looks at.
  const topmost = (): Placed | undefined => seen.reduce<Placed | undefined>((best, each) => (best === undefined || each.y < best.y ? each : best), undefined);
  return seen.find(({ node }) => holds(node, selected)) ?? topmost();
}

function isSamePicture(one: readonly Placed[], other: readonly Placed[]): boolean {
  return one.length === other.length && one.every(({ node, x, y }, at) => node.id === other[at]!.node.id && x === other[at]!.x && y === other[at]!.y);
}

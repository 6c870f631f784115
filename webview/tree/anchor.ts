/**
 * New nodes push others down. What a person looks at stays where it is on the screen: the selected card where it is in sight,
 * else the topmost that is; the box is scrolled by what the card moved, and without the animation, which would show it move.
 */
import { margin } from './edges';
import { holds } from './model';
import { nodeHeight, nodeWidth, type Placed } from './placing';

/** What of an element is used. */
export interface Box {
  scrollTop: number;
  scrollLeft: number;
  readonly clientHeight: number;
  readonly clientWidth: number;
  readonly classList: Pick<DOMTokenList, 'toggle'>;
}

export class Anchor {
  private before: readonly Placed[] = [];

  /**
   * The picture stands otherwise now.
   * @param selected a process.
   * @returns whether any card stands elsewhere. Where none does the box is not asked for anything: it would have to be laid out to answer.
   */
  hold(box: Box, placed: readonly Placed[], selected: string | null): boolean {
    const before = this.before;
    this.before = placed;
    if (before === placed || isSamePicture(before, placed)) return false;
    const was = this.held(box, before, selected);
    const is = was === undefined ? undefined : placed.find(({ node }) => node.id === was.node.id) ?? placed.find(({ node }) => was.node.kind === 'process' && holds(node, was.node.id));
    const [down, right] = was === undefined || is === undefined ? [0, 0] : [is.y - was.y, is.x - was.x];
    box.classList.toggle('still', down !== 0 || right !== 0);
    if (down !== 0) box.scrollTop += down;
    if (right !== 0) box.scrollLeft += right;
    return true;
  }

  private held(box: Box, placed: readonly Placed[], selected: string | null): Placed | undefined {
    const seen = placed.filter(({ x, y }) => y + margin + nodeHeight > box.scrollTop && y + margin < box.scrollTop + box.clientHeight
      && x + margin + nodeWidth > box.scrollLeft && x + margin < box.scrollLeft + box.clientWidth);
    // At its very top the picture grows downwards: its begin is what one looks at.
    const topmost = (): Placed | undefined => seen.reduce<Placed | undefined>((best, each) => (best === undefined || each.y < best.y ? each : best), undefined);
    return seen.find(({ node }) => holds(node, selected)) ?? topmost();
  }
}

function isSamePicture(one: readonly Placed[], other: readonly Placed[]): boolean {
  return one.length === other.length && one.every(({ node, x, y }, at) => node.id === other[at]!.node.id && x === other[at]!.x && y === other[at]!.y);
}

/** The lines of birth: from a card to those of its children. */
import type { TreeNode } from './model';
import { nodeHeight, nodeWidth, type Placed } from './placing';

/** Around the cards, in the picture. */
export const margin = 14;

/** Solid for a fork, dashed for a program that was started, dotted where an orphan hangs under who has it now. */
export function edgeClass(node: TreeNode): string {
  const row = node.kind === 'process' ? node.row : node.kind === 'fold' ? node.all[0] : undefined;
  if (row === undefined) return 'edge';
  const over = node.kind === 'process' && row.endNs !== null;
  return ['edge', row.birth, over ? 'over' : '', row.orphaned ? 'orphan' : ''].filter((part) => part !== '').join(' ');
}

/** From the parent's side to a trunk that all its children share, and along it to the child. */
export function edgePath(from: Placed, to: Placed): string {
  const x1 = from.x + nodeWidth + margin;
  const y1 = from.y + nodeHeight / 2 + margin;
  const x2 = to.x + margin;
  const y2 = to.y + nodeHeight / 2 + margin;
  const trunk = (x1 + x2) / 2;
  // The same commands for every edge, or a moving edge could not be animated.
  const bend = Math.min(6, Math.abs(y2 - y1) / 2);
  const down = Math.sign(y2 - y1) * bend;
  return `M ${x1} ${y1} L ${trunk - bend} ${y1} Q ${trunk} ${y1} ${trunk} ${y1 + down} L ${trunk} ${y2 - down} Q ${trunk} ${y2} ${trunk + bend} ${y2} L ${x2} ${y2}`;
}

/**
 * The lines between processes that talk, over a tree that is laid out without them: they never move a card.
 *
 *     ┌────────┐ ──────── ┌────────┐      the tree's own line: solid or dashed, without a head
 *     │ parent │          │ worker │
 *     └────────┘ ◂······▸ └────────┘      they talk: round dots, a head wherever bytes arrived
 *
 * One line per pair of cards: what is folded into one card has one line. Where there are more than a few lines only the
 * selected process's are drawn, for a thicket tells nothing.
 */
import type { EdgeFlow, ProcessEdge, ProcessRow } from '../../src/protocol/rows';
import { linksOf } from '../edgeWords';
import type { TreeNode } from './model';
import { gapX, gapY, nodeHeight, nodeWidth, type Placed } from './placing';

export const fewLines = 12;
/** Below the tree's own line, which ends in the middle of a card's side. */
const below = 9;
/** A card's lines come out of its side that far apart at most, so that they stay below the middle. */
const spread = 8;
/** The trunk stands so far from the cards that it leads to: a head has room there. */
const beforeCard = 14;
const corner = 5;
/** How far a line between cards of one column bows out. */
const leastBow = 16;
const mostBow = 30;

export interface IpcLine extends Omit<ProcessEdge, 'from' | 'to'> {
  /** Of both cards. */
  id: string;
  from: TreeNode;
  to: TreeNode;
  path: string;
  /** Of the selection: drawn stronger. */
  strong: boolean;
  /** One of its ends has ended. */
  over: boolean;
}

export interface IpcLines {
  lines: readonly IpcLine[];
  /** So many more are not drawn. */
  hidden: number;
  /** Room that they need right of the cards. */
  room: number;
}

/**
 * @param marked the card of the selected process; null for none.
 * @param margin of the cards in the picture.
 */
export function ipcLines(edges: Iterable<ProcessEdge>, placed: readonly Placed[], marked: string | null, margin: number): IpcLines {
  const cards = new Map<string, Placed>();
  const order = new Map<string, number>();
  placed.forEach((item, at) => {
    order.set(item.node.id, at);
    if (item.node.kind === 'process') cards.set(item.node.id, item);
    else if (item.node.kind === 'fold') for (const id of item.node.members) cards.set(id, item);
  });
  const joined = new Map<string, Joined>();
  for (const edge of edges) {
    const [one, other] = [cards.get(edge.from), cards.get(edge.to)];
    if (one === undefined || other === undefined || one === other || linksOf(edge) === 0) continue;
    // From left to right, from the upper to the lower one.
    const turned = one.x === other.x ? order.get(one.node.id)! > order.get(other.node.id)! : one.x > other.x;
    const [from, to] = turned ? [other, one] : [one, other];
    const id = `${from.node.id}~${to.node.id}`;
    const known = joined.get(id);
    if (known === undefined) joined.set(id, { id, from, to, sum: turned ? turn(edge) : edge });
    else known.sum = sumOf(known.sum, turned ? turn(edge) : edge);
  }
  const all = [...joined.values()];
  const shown = all.length <= fewLines ? all : all.filter(({ from, to }) => from.node.id === marked || to.node.id === marked);
  // The selection's lines lie over the others.
  const lines = shown.map((line) => lineOf(line, marked, margin)).sort((one, other) => Number(one.strong) - Number(other.strong));
  return { lines, hidden: all.length - shown.length, room: shown.some(({ from, to }) => from.x === to.x) ? mostBow : 0 };
}

interface Joined {
  id: string;
  from: Placed;
  to: Placed;
  sum: ProcessEdge;
}

function turn(edge: ProcessEdge): ProcessEdge {
  return { ...edge, from: edge.to, to: edge.from, forth: edge.back, back: edge.forth };
}

function sumOf(one: ProcessEdge, other: ProcessEdge): ProcessEdge {
  return {
    from: one.from, to: one.to, pipes: one.pipes + other.pipes, fifos: one.fifos + other.fifos, queues: one.queues + other.queues,
    socketPairs: one.socketPairs + other.socketPairs, connections: one.connections + other.connections,
    forth: flowSum(one.forth, other.forth), back: flowSum(one.back, other.back),
  };
}

function flowSum(one: EdgeFlow | null, other: EdgeFlow | null): EdgeFlow | null {
  if (one === null || other === null) return one ?? other;
  return { writes: one.writes + other.writes, bytes: one.bytes + other.bytes, whole: one.whole && other.whole };
}

function lineOf({ id, from, to, sum }: Joined, marked: string | null, margin: number): IpcLine {
  const over = [from, to].some(({ node }) => rowsOf(node).every((row) => row.endNs !== null));
  return { ...sum, id, from: from.node, to: to.node, path: ipcPath(from, to, margin), strong: from.node.id === marked || to.node.id === marked, over };
}

function rowsOf(node: TreeNode): readonly ProcessRow[] {
  return node.kind === 'process' ? [node.row] : node.kind === 'fold' ? node.rows : [];
}

/**
 * From the left card's side along a trunk of its own beside the tree's to the other's; all of one card's lines have the same
 * trunk, and their dots fall together. One that passes a column goes between the rows, not behind its cards. Between cards
 * of one column it is a bow on their right.
 */
function ipcPath(from: Placed, to: Placed, margin: number): string {
  const x1 = from.x + nodeWidth + margin;
  const y1 = from.y + nodeHeight / 2 + margin + below;
  const x2 = to.x + margin;
  const y2 = to.y + nodeHeight / 2 + margin + below;
  if (from.x === to.x) {
    const bow = Math.min(mostBow, leastBow + Math.abs(y2 - y1) / 24);
    // Out of the upper one's lower part, into the lower one's upper part.
    const down = Math.sign(y2 - y1);
    const [top, bottom] = [y1 - below + down * spread, y2 - below - down * spread];
    return `M ${x1} ${top} C ${x1 + bow} ${top} ${x1 + bow} ${bottom} ${x1} ${bottom}`;
  }
  const trunk = x1 + gapX - beforeCard;
  const way: Point[] = [[x1, y1], [trunk, y1]];
  if (x2 - x1 > gapX + 1) {
    const between = to.y + nodeHeight + margin + gapY / 2;
    way.push([trunk, between], [x2 - beforeCard, between], [x2 - beforeCard, y2]);
  } else way.push([trunk, y2]);
  return rounded([...way, [x2, y2]]);
}

type Point = readonly [x: number, y: number];

/** The way with its corners rounded; the same commands for every way of as many corners, so that a moving line is animated. */
function rounded(way: readonly Point[]): string {
  const [begin, end] = [way[0]!, way[way.length - 1]!];
  const corners = way.slice(1, -1).map(([x, y], at) => {
    const [before, after] = [way[at]!, way[at + 2]!];
    const towards = ([toX, toY]: Point): string => {
      const length = Math.abs(toX - x) + Math.abs(toY - y);
      const share = length === 0 ? 0 : Math.min(corner, length / 2) / length;
      return `${x + (toX - x) * share} ${y + (toY - y) * share}`;
    };
    return ` L ${towards(before)} Q ${x} ${y} ${towards(after)}`;
  });
  return `M ${begin.join(' ')}${corners.join('')} L ${end.join(' ')}`;
}

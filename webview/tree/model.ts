/**
 * Rows to nodes of the process tree. A forking server has hundreds of children that are all alike; beyond `foldBeyond`
 * they become one node, `fork × 38`, that opens on demand, and so do alike families (a shell each, with one child each):
 *
 *     server.py ─── fork × 500            ─── opened:  fork × 500 · 440 more
 *               └── logger                             worker 4711
 *                                                      worker 4712 …
 *
 * An orphan hangs under who adopted it, or stands by itself: its former parent it has as a mark.
 *
 * The observer sees a forked child some milliseconds before its probe says a word. Until then it is in no way like its siblings, and
 * a server that forks seventy a second would have a card beside the fold that comes and goes: so it stands with them for its first second.
 */
import type { ProcessRow } from '../../src/protocol/rows';
import { inOrder, type Place, type RowIndex } from '../rowIndex';

export const foldBeyond = 8;
/** An opened fold shows so many; the rest stays folded, for nobody reads a thousand cards. */
export const openAtMost = 60;

/** So long a forked child that has said nothing yet stands with its siblings, ns. */
export const youngNs = 1e9;

interface NodeBase {
  id: string;
  /** From which its line comes. */
  parent: string | null;
  /** From 1, for screen readers. */
  level: number;
  /** Place among its siblings from 1, for screen readers. */
  position: number;
  siblings: number;
}

export interface ProcessNode extends NodeBase {
  kind: 'process';
  row: ProcessRow;
  /** The open fold that it came out of. */
  fold: string | null;
}

export interface FoldNode extends NodeBase {
  kind: 'fold';
  /** What is folded: alike processes in their order. */
  rows: readonly ProcessRow[];
  /** With those that are shown because it is open. */
  all: readonly ProcessRow[];
  /** All processes that it stands for: what is folded, and whatever is below. */
  members: ReadonlySet<string>;
  open: boolean;
  /** When the first of its young children is young no longer, ns; null where there are none. */
  untilNs: number | null;
}

/** Init, or a subreaper, outside the recording: orphans of it are its children now. */
export interface AdopterNode extends NodeBase {
  kind: 'adopter';
  pid: number;
  adopted: number;
}

export type TreeNode = ProcessNode | FoldNode | AdopterNode;

type Unplaced = Omit<ProcessNode, 'position' | 'siblings'> | Omit<FoldNode, 'position' | 'siblings'> | Omit<AdopterNode, 'position' | 'siblings'>;

/** Whether the node is the process's, or hides it. */
export function holds(node: TreeNode, process: string | null): boolean {
  if (process === null || node.kind === 'adopter') return false;
  return node.kind === 'process' ? node.id === process : node.members.has(process);
}

const nobody: readonly ProcessRow[] = [];
const none: readonly number[] = [];

const likenesses = new WeakMap<ProcessRow, string>();

/** Alike: born in the same way with the same name and command, and orphans of the same parent. */
function likeness(row: ProcessRow): string {
  let known = likenesses.get(row);
  if (known === undefined) {
    known = JSON.stringify([row.birth, row.label.replace(/\d+/g, '#'), row.command, row.covered, row.gaps, row.exec ?? null, row.orphaned ? row.parent : null]);
    likenesses.set(row, known);
  }
  return known;
}

/** The same where both can be seen to be alike at a glance; what this misses, `likeness` finds. */
function isLike(one: ProcessRow, other: ProcessRow): boolean {
  return one.birth === other.birth && one.label === other.label && one.covered === other.covered && !one.orphaned && !other.orphaned && one.exec === undefined && other.exec === undefined
    && one.gaps.length === 0 && other.gaps.length === 0 && one.command.length === other.command.length && one.command.every((word, at) => word === other.command[at]);
}

/** Parents before their children, siblings by start; `open` holds the ids of opened folds. @param presentNs Infinity: nobody is young any more. */
export function treeNodes(index: RowIndex, open: ReadonlySet<string>, presentNs = Infinity): TreeNode[] {
  return new TreeBuilder(index, open, presentNs - youngNs).build();
}

class TreeBuilder {
  private readonly nodes: Unplaced[] = [];
  /** Orphans by who has them now: a process, or somebody outside. */
  private readonly adopted = new Map<string, ProcessRow[]>();
  private readonly children = new Map<string | null, readonly ProcessRow[]>();
  private readonly shapes = new Map<string, number>();
  private readonly shapeOf = new Map<string, number>();
  private readonly shapesOfRows = new Map<readonly ProcessRow[], readonly number[]>();

  constructor(
    private readonly index: RowIndex,
    private readonly open: ReadonlySet<string>,
    /** Who began after that is young. */
    private readonly sinceNs: number,
  ) {}

  build(): TreeNode[] {
    const own: ProcessRow[] = [];
    this.collect(this.index.top, null, own);
    this.walk([...this.below(null), ...own], null, 1);
    for (const [id, rows] of this.adopted) {
      const pid = rows[0]!.adopter?.pid;
      if (pid === undefined || this.index.row(id) !== undefined) continue;
      this.nodes.push({ kind: 'adopter', id, parent: null, level: 1, pid, adopted: rows.length });
      this.walk(rows, id, 2);
    }
    return placed(this.nodes);
  }

  /** Takes the orphans from under their former parents. @param own those of whom nobody knows who has them. */
  private collect(place: Place, parent: string | null, own: ProcessRow[]): void {
    const siblings = place.lists.get('process');
    if (siblings === undefined) return;
    const stayed: ProcessRow[] = [];
    for (const branch of inOrder(siblings)) {
      const row = branch.row as ProcessRow;
      this.collect(branch, row.id, own);
      const moved = row.orphaned && parent !== null;
      if (!moved) stayed.push(row);
      else this.orphan(row, own);
    }
    if (stayed.length > 0) this.children.set(parent, stayed);
  }

  private orphan(row: ProcessRow, own: ProcessRow[]): void {
    const { adopter } = row;
    // Nobody is adopted by his own child.
    if (adopter === undefined || (adopter.process !== null && [adopter.process, ...this.index.ancestors(adopter.process)].includes(row.id))) {
      own.push(row);
      return;
    }
    const by = adopter.process ?? `adopter:${adopter.pid}`;
    const rows = this.adopted.get(by);
    if (rows === undefined) this.adopted.set(by, [row]);
    else rows.push(row);
  }

  /** Its own children, then those that it adopted. */
  private below(id: string | null): readonly ProcessRow[] {
    const own = this.children.get(id) ?? nobody;
    const adopted = id === null ? undefined : this.adopted.get(id);
    return adopted === undefined ? own : [...own, ...adopted];
  }

  /** The same number for alike families: what is like what, whatever the counts. */
  private shape(row: ProcessRow): number {
    const known = this.shapeOf.get(row.id);
    if (known !== undefined) return known;
    this.shapeOf.set(row.id, -1); // One that would hang under itself.
    const below = [...new Set(this.shapesOf(this.below(row.id)))].sort((one, other) => one - other);
    const key = below.length === 0 ? likeness(row) : `${likeness(row)} ${below.join()}`;
    let shape = this.shapes.get(key);
    if (shape === undefined) this.shapes.set(key, (shape = this.shapes.size));
    this.shapeOf.set(row.id, shape);
    return shape;
  }

  /** Of siblings, in their order. A server's thousands of children come by here with every change of one of them. */
  private shapesOf(rows: readonly ProcessRow[]): readonly number[] {
    const known = this.shapesOfRows.get(rows);
    if (known !== undefined || rows.length === 0) return known ?? none;
    let before: ProcessRow | null = null;
    let shape = 0;
    const shapes = rows.map((row) => {
      // Most are like the one before, and have nobody below them: that costs least to see.
      if (before !== null && isLike(before, row) && this.isAlone(before) && this.isAlone(row)) this.shapeOf.set(row.id, shape);
      else shape = this.shape(row);
      before = row;
      return shape;
    });
    this.shapesOfRows.set(rows, shapes);
    return shapes;
  }

  private walk(siblings: readonly ProcessRow[], parent: string | null, level: number): void {
    const shapes = this.withYoung(siblings, this.shapesOf(siblings));
    const groups = new Map<number, ProcessRow[]>();
    siblings.forEach((row, at) => {
      const group = groups.get(shapes[at]!);
      if (group === undefined) groups.set(shapes[at]!, [row]);
      else group.push(row);
    });
    siblings.forEach((row, at) => {
      const group = groups.get(shapes[at]!)!;
      if (group.length <= foldBeyond) this.process(row, parent, level, null);
      else if (group[0] === row) this.fold(group, parent, level);
    });
  }

  /** Young ones have the shape of the sibling before them, where that one is folded. */
  private withYoung(siblings: readonly ProcessRow[], shapes: readonly number[]): readonly number[] {
    if (!siblings.some((row) => this.isYoung(row))) return shapes;
    const counts = new Map<number, number>();
    siblings.forEach((row, at) => {
      if (!this.isYoung(row)) counts.set(shapes[at]!, (counts.get(shapes[at]!) ?? 0) + 1);
    });
    let folded: number | null = null;
    return siblings.map((row, at) => {
      const shape = shapes[at]!;
      if (this.isYoung(row)) return folded ?? shape;
      if (row.birth === 'fork' && counts.get(shape)! > foldBeyond) folded = shape;
      return shape;
    });
  }

  private isYoung(row: ProcessRow): boolean {
    return row.startNs > this.sinceNs && !row.covered && row.birth === 'fork' && row.endNs === null && !row.orphaned && row.exec === undefined
      && row.gaps.every(({ reason }) => reason === 'no-probe') && this.isAlone(row);
  }

  private isAlone(row: ProcessRow): boolean {
    return !this.children.has(row.id) && !this.adopted.has(row.id);
  }

  private process(row: ProcessRow, parent: string | null, level: number, fold: string | null): void {
    const at = fold === null ? level : level + 1;
    this.nodes.push({ kind: 'process', id: row.id, parent, level: at, row, fold });
    this.walk(this.below(row.id), row.id, at + 1);
  }

  private fold(group: readonly ProcessRow[], parent: string | null, level: number): void {
    const id = `fold:${group[0]!.id}`;
    const open = this.open.has(id);
    // The newest are what a person looks for.
    const shown = open ? group.slice(-openAtMost) : [];
    const rows = open ? group.slice(0, group.length - shown.length) : group;
    const members = new Set<string>();
    for (const row of rows) this.addMembers(row, members);
    const young = group.filter((row) => this.isYoung(row));
    const untilNs = young.length === 0 ? null : Math.min(...young.map((row) => row.startNs)) + youngNs;
    this.nodes.push({ kind: 'fold', id, parent, level, rows, all: group, members, open, untilNs });
    for (const row of shown) this.process(row, parent, level, id);
  }

  private addMembers(row: ProcessRow, members: Set<string>): void {
    if (members.has(row.id)) return;
    members.add(row.id);
    for (const child of this.below(row.id)) this.addMembers(child, members);
  }
}

/** What came out of a fold reads as its children, the hidden ones before them. */
function placed(nodes: readonly Unplaced[]): TreeNode[] {
  const groups = new Map<string | null, number>();
  const groupOf = (node: Unplaced): string | null => (node.kind === 'process' ? node.fold : null) ?? node.parent;
  for (const node of nodes) if (node.kind === 'fold') groups.set(node.id, node.rows.length);
  const positions = nodes.map((node) => {
    const position = (groups.get(groupOf(node)) ?? 0) + 1;
    groups.set(groupOf(node), position);
    return position;
  });
  return nodes.map((node, at) => ({ ...node, position: positions[at]!, siblings: groups.get(groupOf(node))! }));
}

export interface FoldCounts {
  alive: number;
  ended: number;
  failed: number;
  zombie: number;
}

export function countFold(rows: readonly ProcessRow[]): FoldCounts {
  const counts: FoldCounts = { alive: 0, ended: 0, failed: 0, zombie: 0 };
  for (const row of rows) {
    if (row.state === 'zombie') counts.zombie++;
    else if (row.endNs === null) counts.alive++;
    else if (row.exit !== null && (row.exit.signal !== null || row.exit.code !== 0)) counts.failed++;
    else counts.ended++;
  }
  return counts;
}

/**
 * Rows to nodes of the process tree. A forking server has hundreds of children that are all alike; beyond `foldBeyond`
 * they become one node, `fork × 38`, that opens on a click. What has children of its own is never folded away.
 */
import type { ProcessRow } from '../../src/protocol/rows';
import type { RowIndex } from '../rowIndex';

export const foldBeyond = 8;
/** An opened fold shows so many; the rest stays folded, or the page would hold thousands of elements. */
export const openAtMost = 60;

export interface ProcessNode {
  kind: 'process';
  id: string;
  parent: string | null;
  row: ProcessRow;
  /** The open fold that it came out of. */
  fold: string | null;
}

export interface FoldNode {
  kind: 'fold';
  id: string;
  parent: string | null;
  /** What is folded: alike processes in their order. */
  rows: readonly ProcessRow[];
  /** With those that are shown because it is open. */
  all: readonly ProcessRow[];
  open: boolean;
}

export type TreeNode = ProcessNode | FoldNode;

function hasChildren(index: RowIndex, { id }: ProcessRow): boolean {
  const children = index.branches.get(id)?.lists.get('process');
  return children !== undefined && children.rest.length + children.over.length > 0;
}

/** Alike: born in the same way with the same name and command. */
function likeness(row: ProcessRow): string {
  return JSON.stringify([row.birth, row.label.replace(/\d+/g, '#'), row.command, row.covered, row.gaps]);
}

/** Parents before their children, siblings by start; `open` holds the ids of opened folds. */
export function treeNodes(index: RowIndex, open: ReadonlySet<string>): TreeNode[] {
  const nodes: TreeNode[] = [];
  const walk = (parent: string | null, parentNode: string | null): void => {
    const siblings = index.childrenOf(parent, 'process');
    const groups = new Map<string, ProcessRow[]>();
    for (const row of siblings) {
      if (hasChildren(index, row)) continue;
      const key = likeness(row);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [row]);
      else group.push(row);
    }
    const done = new Set<string>();
    for (const row of siblings) {
      const group = hasChildren(index, row) ? [] : groups.get(likeness(row)) ?? [];
      if (group.length <= foldBeyond) {
        nodes.push({ kind: 'process', id: row.id, parent: parentNode, row, fold: null });
        walk(row.id, row.id);
        continue;
      }
      const first = group[0]!.id;
      if (done.has(first)) continue;
      done.add(first);
      pushFold(nodes, `fold:${first}`, parentNode, group, open);
    }
  };
  walk(null, null);
  return nodes;
}

function pushFold(nodes: TreeNode[], id: string, parent: string | null, group: readonly ProcessRow[], open: ReadonlySet<string>): void {
  const isOpen = open.has(id);
  // The newest are what a person looks for.
  const shown = isOpen ? group.slice(-openAtMost) : [];
  const folded = isOpen ? group.slice(0, group.length - shown.length) : group;
  nodes.push({ kind: 'fold', id, parent, rows: folded, all: group, open: isOpen });
  for (const row of shown) nodes.push({ kind: 'process', id: row.id, parent, row, fold: id });
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

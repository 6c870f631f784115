/**
 * Rows come as a flat set with parents; people read them as process ▸ thread ▸ connection. Order is by start, which never
 * changes, so nothing that is on the screen moves when something new comes:
 *
 *     process p1
 *       listener l1          what a process listens on, first
 *         connection c9      still in its accept queue: nobody owns it yet
 *       thread t1            by start
 *         connection c1
 *       process p2           children after the threads of their parent
 *         thread t2
 */
import type { Row } from '../src/protocol/rows';
import { foldedAway, foldIdOf } from './foldEnded';

export interface ShownRow {
  row: Row;
  depth: number;
  /** Number of rows directly under it. */
  children: number;
  collapsed: boolean;
  /** How many ended rows it stands for; `row` then has an id and a label of its own. Null for an ordinary row. */
  fold: number | null;
  /** Place among its siblings from 1, for screen readers. */
  position: number;
  siblings: number;
}

const kindRank: Readonly<Record<Row['kind'], number>> = { listener: 0, thread: 1, task: 2, connection: 3, process: 4 };

/** Ids are a letter and a number: t2 comes before t10 where both began in the same nanosecond. */
function idNumber(id: string): number {
  const value = Number(id.slice(1));
  return Number.isFinite(value) ? value : 0;
}

function compareRows(a: Row, b: Row): number {
  return kindRank[a.kind] - kindRank[b.kind] || a.startNs - b.startNs || idNumber(a.id) - idNumber(b.id) || (a.id < b.id ? -1 : 1);
}

/** At the top a process comes first: what has no place under one stands below them all. */
function compareRoots(a: Row, b: Row): number {
  return Number(b.kind === 'process') - Number(a.kind === 'process') || compareRows(a, b);
}

const portOf = (address: string): string => address.slice(address.lastIndexOf(':') + 1);

/** A connection without an owner stands in a queue: that of the listener with its address, or its port at any address. */
function waitingAt(rows: ReadonlyMap<string, Row>, row: Row): string | null {
  if (row.kind !== 'connection' || row.role !== 'server' || row.local === null) return null;
  let samePort: string | null = null;
  for (const other of rows.values()) {
    if (other.kind !== 'listener') continue;
    if (other.address === row.local) return other.id;
    if (portOf(other.address) === portOf(row.local)) samePort ??= other.id;
  }
  return samePort;
}

export type RowIndex = ReadonlyMap<string | null, readonly Row[]>;

/** Children by parent, in order. A row whose parent is not known (yet) stands at the top: nothing is ever lost from sight. */
export function indexRows(rows: ReadonlyMap<string, Row>): RowIndex {
  const index = new Map<string | null, Row[]>();
  for (const row of rows.values()) {
    const parent = row.parent !== null && row.parent !== row.id && rows.has(row.parent) ? row.parent : waitingAt(rows, row);
    const siblings = index.get(parent);
    if (siblings === undefined) index.set(parent, [row]);
    else siblings.push(row);
  }
  for (const [parent, siblings] of index) siblings.sort(parent === null ? compareRoots : compareRows);
  return index;
}

/**
 * The rows that are seen, from top to bottom.
 * @param opened ids of the folds of ended rows that a person has opened.
 * @param foldLabel what a fold of so many ended rows of a kind is called.
 */
export function flatten(index: RowIndex, collapsed: ReadonlySet<string>, opened: ReadonlySet<string>, foldLabel: (kind: Row['kind'], rows: number) => string): ShownRow[] {
  const shown: ShownRow[] = [];
  const visited = new Set<string>();
  const isOver = whollyEnded(index);
  const walk = (parent: string | null, depth: number): void => {
    const siblings = index.get(parent) ?? [];
    const folds = foldedAway(siblings, isOver);
    const folded = new Set([...folds.values()].flat());
    const position = { at: 0, of: siblings.length - folded.size + folds.size };
    const add = (row: Row, level: number, at: number, of: number): void => {
      if (visited.has(row.id)) return;
      visited.add(row.id);
      const children = index.get(row.id)?.length ?? 0;
      const isCollapsed = children > 0 && collapsed.has(row.id);
      shown.push({ row, depth: level, children, collapsed: isCollapsed, fold: null, position: at, siblings: of });
      if (!isCollapsed) walk(row.id, level + 1);
    };
    for (const row of siblings) {
      if (!folded.has(row)) {
        add(row, depth, ++position.at, position.of);
        continue;
      }
      const id = foldIdOf(row);
      const rows = folds.get(id) ?? [];
      if (rows[0] !== row) continue;
      const isOpen = opened.has(id);
      shown.push({ row: foldRow(id, rows, foldLabel), depth, children: rows.length, collapsed: !isOpen, fold: rows.length, position: ++position.at, siblings: position.of });
      if (isOpen) rows.forEach((each, at) => add(each, depth + 1, at + 1, rows.length));
    }
  };
  walk(null, 0);
  return shown;
}

function foldRow(id: string, rows: readonly Row[], label: (kind: Row['kind'], rows: number) => string): Row {
  return { ...rows[0]!, id, label: label(rows[0]!.kind, rows.length), site: null };
}

/** Whether a row and everything below it has ended; each is looked at once. */
function whollyEnded(index: RowIndex): (row: Row) => boolean {
  const known = new Map<string, boolean>();
  const look = (row: Row): boolean => {
    const before = known.get(row.id);
    if (before !== undefined) return before;
    known.set(row.id, false); // A row that is its own ancestor has not ended.
    const over = row.endNs !== null && row.state !== 'zombie' && (index.get(row.id) ?? []).every(look);
    known.set(row.id, over);
    return over;
  };
  return look;
}

/** The ids above a row, from its parent to the root. */
export function ancestors(rows: ReadonlyMap<string, Row>, id: string): string[] {
  const found: string[] = [];
  let parent = rows.get(id)?.parent ?? null;
  while (parent !== null && rows.has(parent) && !found.includes(parent)) {
    found.push(parent);
    parent = rows.get(parent)?.parent ?? null;
  }
  return found;
}

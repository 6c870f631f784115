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

export interface ShownRow {
  row: Row;
  depth: number;
  /** Number of rows directly under it. */
  children: number;
  collapsed: boolean;
  /** Place among its siblings from 1, for screen readers. */
  position: number;
  siblings: number;
}

const kindRank: Readonly<Record<Row['kind'], number>> = { listener: 0, thread: 1, connection: 2, process: 3 };

/** Ids are a letter and a number: t2 comes before t10 where both began in the same nanosecond. */
function idNumber(id: string): number {
  const value = Number(id.slice(1));
  return Number.isFinite(value) ? value : 0;
}

export function compareRows(a: Row, b: Row): number {
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

/** The rows that are seen, from top to bottom. */
export function flatten(index: RowIndex, collapsed: ReadonlySet<string>): ShownRow[] {
  const shown: ShownRow[] = [];
  const visited = new Set<string>();
  const walk = (parent: string | null, depth: number): void => {
    const siblings = index.get(parent) ?? [];
    siblings.forEach((row, at) => {
      if (visited.has(row.id)) return;
      visited.add(row.id);
      const children = index.get(row.id)?.length ?? 0;
      const isCollapsed = children > 0 && collapsed.has(row.id);
      shown.push({ row, depth, children, collapsed: isCollapsed, position: at + 1, siblings: siblings.length });
      if (!isCollapsed) walk(row.id, depth + 1);
    });
  };
  walk(null, 0);
  return shown;
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

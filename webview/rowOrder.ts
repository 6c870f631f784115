/**
 * Under what a row hangs and where it stands there; people read rows as process ▸ thread ▸ connection. Order is by start, which
 * never changes, so nothing that is on the screen moves when something new comes:
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
import type { ListKind } from './foldEnded';
import type { PanelRow } from './panelRows';

/** One object for a row's whole life: its facts are always the latest, its place is that of the latest outline. */
export interface ShownRow {
  row: PanelRow;
  depth: number;
  /** Number of rows directly under it. */
  children: number;
  collapsed: boolean;
  /** How many folded rows it stands for; `row` then has an id and a label of its own. Null for an ordinary row. */
  fold: number | null;
  /** Place among its siblings from 1, for screen readers. */
  position: number;
  siblings: number;
}

/** What there is to ask. */
export interface Known {
  /** The listener with this address, or with its port at any address; null where there is none. */
  at(address: string): string | null;
}

/** Says under what a row hangs: an id that need not be known yet, or null for the top. */
export type Hanging = (row: Row, listeners: Known) => string | null;

/** As they are grouped by default; a connection without an owner stands in a queue. */
export const parentOf: Hanging = (row, listeners) => {
  if (row.parent !== null) return row.parent;
  return row.kind === 'connection' && row.role === 'server' && row.local !== null ? listeners.at(row.local) : null;
};

export const kindsBelow: readonly ListKind[] = ['number', 'group', 'listener', 'thread', 'task', 'connection', 'native', 'process'];
/** At the top a process comes first: what has no place under one stands below them all. */
export const kindsOnTop: readonly ListKind[] = ['group', 'process', 'listener', 'thread', 'task', 'connection', 'native', 'number'];

/** Ids are a letter and a number: t2 comes before t10 where both began in the same nanosecond. */
function idNumber(id: string): number {
  const value = Number(id.slice(1));
  return Number.isFinite(value) ? value : 0;
}

/** Siblings of a kind. */
export function compareStarts(a: PanelRow, b: PanelRow): number {
  return a.startNs - b.startNs || idNumber(a.id) - idNumber(b.id) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/**
 * Lanes that ended fold away: a server that runs for a day has served thousands of clients, and who looks at it looks for
 * the few that are there now. Among many ended siblings of a kind the oldest become one row that opens on a click:
 *
 *     thread t1
 *       ▸ 1,204 ended connections      the oldest
 *       connection c1205               the newest ended ones, and all that live, stay
 *
 * Threads that run none of the program's code fold too, whether they live or not: they stand in a list of their own.
 */
import { isNativeThread, isNeverFolded as isKept } from '../src/protocol/foldEnded';
import type { PanelRow } from './panelRows';

/** In which list among its siblings a row stands. */
export type ListKind = PanelRow['kind'] | 'native';

export function listKind(row: PanelRow): ListKind {
  return isNativeThread(row) ? 'native' : row.kind;
}

export { foldedOf } from '../src/protocol/foldEnded';

const prefix = 'fold:';

/** The id of the row that stands for folded rows of a list below a parent. */
export function foldIdOf(under: string | null, kind: ListKind): string {
  return `${prefix}${under ?? ''}:${kind}`;
}

export function isFoldId(id: string): boolean {
  return id.startsWith(prefix);
}

/** The row stands for native threads. */
export function isNativeFold(id: string): boolean {
  return isFoldId(id) && id.endsWith(':native');
}

/** What stays in sight however long it is over; what the panel adds itself never folds. */
export function isNeverFolded(row: PanelRow): boolean {
  return row.kind === 'number' || row.kind === 'group' || isKept(row);
}

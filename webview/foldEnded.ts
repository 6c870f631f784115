/**
 * Lanes that ended fold away: a server that runs for a day has served thousands of clients, and who looks at it looks for
 * the few that are there now. Among many ended siblings of a kind the oldest become one row that opens on a click:
 *
 *     thread t1
 *       ▸ 1,204 ended connections      the oldest
 *       connection c1205               the newest ended ones, and all that live, stay
 */
import type { PanelRow } from './panelRows';

/** So many ended siblings stay side by side: less than a screenful or two is no crowd. */
const foldEndedBeyond = 40;
/** Of a crowd the newest stay in sight: what just ended is what one is curious about. */
const keepEnded = 20;

const prefix = 'fold:';

/** The id of the row that stands for the ended rows of a kind below a parent. */
export function foldIdOf(under: string | null, kind: PanelRow['kind']): string {
  return `${prefix}${under ?? ''}:${kind}`;
}

export function isFoldId(id: string): boolean {
  return id.startsWith(prefix);
}

/** Of so many ended siblings of a kind so many, the oldest, fold away; 0 where they are no crowd. */
export function foldedOf(ended: number): number {
  return ended > foldEndedBeyond ? ended - keepEnded : 0;
}

/** What stays in sight however long it is over: the main thread is what the others are told from. */
export function isNeverFolded(row: PanelRow): boolean {
  return row.kind === 'listener' || row.kind === 'number' || row.kind === 'group' || (row.kind === 'thread' && row.main);
}

/** How many of a crowd of ended rows fold into one: the same in the sidebar and in the panel. */
import type { Row } from './rows';

/** So many ended siblings stay side by side: less than a screenful or two is no crowd. */
const foldEndedBeyond = 40;
/** Of a crowd the newest stay in sight: what just ended is what one is curious about. */
const keepEnded = 20;

/** Of so many ended siblings of a kind so many, the oldest, fold away; 0 where they are no crowd. */
export function foldedOf(ended: number): number {
  return ended > foldEndedBeyond ? ended - keepEnded : 0;
}

/** What stays in sight however long it is over: the main thread is what the others are told from. */
export function isNeverFolded(row: Row): boolean {
  return row.kind === 'listener' || (row.kind === 'thread' && row.main);
}

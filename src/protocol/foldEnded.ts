/** Which rows fold into one: the oldest of a crowd of ended ones, and threads that run none of the program's code. The same in the sidebar and in the panel. */
import type { Row } from './rows';

/** So many ended siblings stay side by side: less than a screenful or two is no crowd. */
const foldEndedBeyond = 40;
/** Of a crowd the newest stay in sight: what just ended is what one is curious about. */
const keepEnded = 20;

/** Of so many ended siblings of a kind so many, the oldest, fold away; 0 where they are no crowd. */
export function foldedOf(ended: number): number {
  return ended > foldEndedBeyond ? ended - keepEnded : 0;
}

/** What a fold stands for: ended rows of a kind, or native threads, ended or not. */
export type FoldKind = Row['kind'] | 'native';

/** Threads of Node's own fold where there are several: seven rows that say "blocked" are seven too many for who looks for a server's. */
export function isNativeThread(row: { readonly kind: string; readonly native?: true }): boolean {
  return row.kind === 'thread' && row.native === true;
}

/** What stays in sight however long it is over: the main thread is what the others are told from. */
export function isNeverFolded(row: Row): boolean {
  return row.kind === 'listener' || (row.kind === 'thread' && row.main);
}

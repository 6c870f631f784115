/**
 * Lanes that ended fold away: a server that runs for a day has served thousands of clients, and who looks at it looks for
 * the few that are there now. Among many ended siblings of a kind the oldest become one row that opens on a click:
 *
 *     thread t1
 *       ▸ 1,204 ended connections      the oldest
 *       connection c1205               the newest ended ones, and all that live, stay
 */
import type { Row } from '../src/protocol/rows';

/** So many ended siblings stay side by side: less than a screenful or two is no crowd. */
const foldEndedBeyond = 40;
/** Of a crowd the newest stay in sight: what just ended is what one is curious about. */
const keepEnded = 20;

const prefix = 'fold:';

/** The id of the row that stands for the ended rows of a kind below a parent. */
export function foldIdOf(row: Row): string {
  return `${prefix}${row.parent ?? ''}:${row.kind}`;
}

export function isFoldId(id: string): boolean {
  return id.startsWith(prefix);
}

/**
 * Which of some siblings, in their order, fold away. Empty where they are no crowd.
 * @param isOver whether a row has ended, and all below it.
 */
export function foldedAway(siblings: readonly Row[], isOver: (row: Row) => boolean): ReadonlyMap<string, readonly Row[]> {
  const byKind = new Map<string, Row[]>();
  for (const row of siblings) {
    // The main thread is what the others are told from.
    if (row.endNs === null || row.kind === 'listener' || (row.kind === 'thread' && row.main) || !isOver(row)) continue;
    const id = foldIdOf(row);
    const rows = byKind.get(id);
    if (rows === undefined) byKind.set(id, [row]);
    else rows.push(row);
  }
  const folded = new Map<string, readonly Row[]>();
  for (const [id, rows] of byKind) if (rows.length > foldEndedBeyond) folded.set(id, rows.slice(0, -keepEnded));
  return folded;
}

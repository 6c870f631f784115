/**
 * A row's children in the sidebar: all that live, then of each kind's ended ones the newest, the others behind one element:
 *
 *     thread t1
 *       c1204              lives
 *       1,184 ended connections
 *       c1185 … c1203      the newest that ended
 */
import { foldedOf, isNeverFolded } from '../protocol/foldEnded';
import type { Row } from '../protocol/rows';

/** Ended rows of a kind that are one element. */
export interface Folded {
  readonly kind: Row['kind'];
  readonly rows: readonly Row[];
}

export interface FoldedChildren {
  readonly entries: readonly (Row | Folded)[];
  /** Living ones beyond the limit, which are not listed. */
  readonly hidden: number;
}

export function isFolded(entry: Row | Folded): entry is Folded {
  return 'rows' in entry;
}

/**
 * @param children as RowStore gives them: living before ended, each by kind and start.
 * @param hasLiving whether something lives below a row: it is no ended one then.
 */
export function foldedChildren(children: readonly Row[], limit: number, hasLiving: (row: Row) => boolean): FoldedChildren {
  const living: Row[] = [];
  const ended = new Map<Row['kind'], Row[]>();
  for (const row of children) {
    if (row.endNs === null || isNeverFolded(row) || hasLiving(row)) living.push(row);
    else {
      const rows = ended.get(row.kind);
      if (rows === undefined) ended.set(row.kind, [row]);
      else rows.push(row);
    }
  }
  const entries: (Row | Folded)[] = living.slice(0, limit);
  for (const [kind, rows] of ended) {
    const folded = foldedOf(rows.length);
    if (folded > 0) entries.push({ kind, rows: rows.slice(0, folded) });
    for (let at = folded; at < rows.length; at++) entries.push(rows[at]!);
  }
  return { entries, hidden: Math.max(0, living.length - limit) };
}

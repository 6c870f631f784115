/**
 * A row's children in the sidebar: all that live, then of each kind's ended ones the newest, the others behind one element:
 *
 *     thread t1
 *       c1204              lives
 *       1,184 ended connections
 *       c1185 … c1203      the newest that ended
 *
 * Threads that run none of the program's code are behind one element too, below the others.
 */
import { foldedOf, isNativeThread, isNeverFolded, type FoldKind } from '../protocol/foldEnded';
import type { Row } from '../protocol/rows';

/** Rows that are one element. */
export interface Folded {
  readonly kind: FoldKind;
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
  const native = children.filter((row) => isNativeThread(row));
  const ended = new Map<Row['kind'], Row[]>();
  for (const row of children) {
    if (native.length > 1 && isNativeThread(row)) continue;
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
  if (native.length > 1) entries.push({ kind: 'native', rows: native });
  return { entries, hidden: Math.max(0, living.length - limit) };
}

/** What a search has found, in the order in which Enter goes through it: rows from top to bottom, then waits by time. */
import type { Found } from '../../../src/protocol/explore';
import type { Row } from '../../../src/protocol/rows';
import { programRow } from '../../panelRows';
import { byStart, type Place, type RowIndex } from '../../rowIndex';
import { rowText } from '../../rowText';

export interface Match {
  row: string;
  /** When the wait begins; null for the row itself. */
  atNs: number | null;
}

/** Rows in the order of the tree, also those in folds. Empty for an empty text. */
export function matchingRows(index: RowIndex, text: string): Row[] {
  const wanted = text.trim().toLowerCase();
  const found: Row[] = [];
  if (wanted === '') return found;
  const walk = (place: Place): void => {
    for (const kind of place.kinds) {
      const siblings = place.lists.get(kind);
      if (siblings === undefined) continue;
      for (const branch of byStart(siblings)) {
        const row = programRow(branch.row);
        if (row !== undefined && rowText(row).includes(wanted)) found.push(row);
        walk(branch);
      }
    }
  };
  walk(index.top);
  return found;
}

/** @param waits what the engine found; null while it has not answered. */
export function matchesOf(rows: readonly Row[], waits: Found | null): Match[] {
  const matches: Match[] = rows.map((row) => ({ row: row.id, atNs: null }));
  if (waits === null) return matches;
  const row = new Uint32Array(waits.row);
  const at = new Float64Array(waits.at);
  for (let index = 0; index < waits.count; index++) matches.push({ row: waits.rows[row[index]!]!, atNs: at[index]! });
  return matches;
}

/** Where one stands among others; -1 where it is none of them (any more). */
export function placeOf(matches: readonly Match[], match: Match | null): number {
  return match === null ? -1 : matches.findIndex(({ row, atNs }) => row === match.row && atNs === match.atNs);
}

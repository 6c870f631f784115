/** The rows that a filter leaves: those that match and what they hang under, so that each still stands where it belongs. Nothing folds away then. */
import type { Row } from '../src/protocol/rows';
import { programRow } from './panelRows';
import { Branch, byStart, type Place, type RowIndex } from './rowIndex';
import type { ShownRow } from './rowOrder';

export type RowFilter = (row: Row) => boolean;

export interface Filtered {
  rows: readonly ShownRow[];
  places: ReadonlyMap<string, number>;
  /** How many rows the filter hides; what a collapsed row hides is not counted. */
  hidden: number;
}

export function filteredRows(index: RowIndex, keep: RowFilter, collapsed: ReadonlySet<string>): Filtered {
  const kept = new Set<Branch>();
  let hidden = 0;
  for (const branch of index.branches.values()) {
    const row = programRow(branch.row);
    if (row === undefined) continue;
    hidden++;
    if (!keep(row)) continue;
    for (let each: Place | null = branch; each instanceof Branch && !kept.has(each); each = each.under) kept.add(each);
  }
  for (const { row } of kept) if (programRow(row) !== undefined) hidden--;
  const rows: ShownRow[] = [];
  const walk = (place: Place, depth: number): void => {
    const children = childrenOf(place, kept);
    children.forEach((branch, at) => {
      const below = childrenOf(branch, kept).length;
      const isCollapsed = below > 0 && collapsed.has(branch.row.id);
      rows.push({ row: branch.row, depth, children: below, collapsed: isCollapsed, fold: null, position: at + 1, siblings: children.length });
      if (!isCollapsed) walk(branch, depth + 1);
    });
  };
  walk(index.top, 0);
  return { rows, places: new Map(rows.map(({ row }, at) => [row.id, at])), hidden };
}

function childrenOf(place: Place, kept: ReadonlySet<Branch>): Branch[] {
  const found: Branch[] = [];
  for (const kind of place.kinds) {
    const siblings = place.lists.get(kind);
    if (siblings === undefined) continue;
    for (const branch of byStart(siblings)) if (kept.has(branch)) found.push(branch);
  }
  return found;
}

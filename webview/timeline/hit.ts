/**
 * What is under the pointer. A span of one pixel is hard to point at, so a near miss counts: the nearest span or cell within
 * `reachPx` is taken where none is hit exactly.
 */
import type { ShownRow } from '../rowOrder';
import { cellAt, lastBefore, spanAt, type Columns, type Span } from './columns';
import { spanOf, xToTime, type TimeView } from './geometry';
import { rowHeight } from './metrics';

const reachPx = 3;

export interface Hit {
  shown: ShownRow;
  at: number;
  ns: number;
  span: Span | null;
}

export interface HitScene {
  lanes: readonly ShownRow[];
  view: TimeView;
  width: number;
  scrollTop: number;
  columns: Columns | null;
  nowNs: number;
}

/** `x`, `y` in CSS pixels of the lanes' canvas; null below the last lane. */
export function hitTest(scene: HitScene, x: number, y: number): Hit | null {
  const at = Math.floor((y + scene.scrollTop) / rowHeight);
  const shown = scene.lanes[at];
  if (shown === undefined) return null;
  const ns = xToTime(scene.view, scene.width, x);
  return { shown, at, ns, span: spanNear(scene, shown.row.id, ns) };
}

/** The vector at the moment; else the cell of its bin; else the nearest of both. */
function spanNear(scene: HitScene, row: string, ns: number): Span | null {
  const { columns } = scene;
  const range = columns?.ranges.get(row);
  if (columns === null || range === undefined) return null;
  const reach = (reachPx / scene.width) * spanOf(scene.view);
  const before = lastBefore(columns, row, ns);
  let best: Span | null = null;
  let bestDistance = reach;
  for (const index of [before, before === -1 ? range.from : before + 1]) {
    if (index < range.from || index >= range.to) continue;
    const span = spanAt(columns, index, scene.nowNs);
    const distance = ns < span.beginNs ? span.beginNs - ns : ns > span.endNs ? ns - span.endNs : 0;
    if (distance === 0) return span;
    if (distance <= bestDistance) {
      best = span;
      bestDistance = distance;
    }
  }
  const here = cellAt(columns, row, ns);
  if (here !== null || best !== null) return here ?? best;
  const { binNs } = columns.tile;
  for (let away = binNs; away <= reach + binNs; away += binNs) {
    const near = [cellAt(columns, row, ns - away), cellAt(columns, row, ns + away)].find((cell) => cell !== null && Math.min(Math.abs(cell.beginNs - ns), Math.abs(cell.endNs - ns)) <= reach);
    if (near !== undefined) return near;
  }
  return null;
}

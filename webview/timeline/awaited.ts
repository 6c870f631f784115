/**
 * Lanes of which nothing has come yet: their row has only just appeared, or was scrolled to faster than a busy engine answers. An empty lane would
 * say that nothing happened there, so it is hatched for as long as its row lived. One whose tile comes with the next frames is not: it would flash.
 *
 *     worker-3   ▒▒▒▒▒▒▒████▒▒▒▒
 *     worker-4         ╱   ╱   ╱       awaited
 */
import { programRow } from '../panelRows';
import { clampX, timeToX } from './geometry';
import { rowHeight } from './metrics';
import { laneTop, lanesInSight, type Scene } from './painter';
import type { Surface } from './surface';
import { veil } from './veil';

/** ms. */
export const awaitedAfterMs = 150;

export class Awaited {
  private since = new Map<string, number>();

  /**
   * @param missing rows in sight of which nothing is known. @param nowMs a clock.
   * @returns those that have been awaited for long enough to say so, and when another one will have been, ms from now; null where none will.
   */
  update(missing: readonly string[], nowMs: number): { readonly rows: ReadonlySet<string>; readonly nextMs: number | null } {
    this.since = new Map(missing.map((id) => [id, this.since.get(id) ?? nowMs]));
    const rows = new Set<string>();
    let nextMs: number | null = null;
    for (const [id, since] of this.since) {
      const rest = since + awaitedAfterMs - nowMs;
      if (rest <= 0) rows.add(id);
      else nextMs = Math.min(nextMs ?? rest, rest);
    }
    return { rows, nextMs };
  }
}

/** The program's rows in sight that no tile was made for yet. A listener needs none: its line is its life, which its row tells. */
export function missingIn(scene: Pick<Scene, 'scrollTop' | 'height' | 'lanes'>, known: ReadonlySet<string>): string[] {
  const [from, to] = lanesInSight(scene);
  return scene.lanes.slice(from, to).flatMap(({ row, fold }) => (fold !== null || row.kind === 'listener' || programRow(row) === undefined || known.has(row.id) ? [] : [row.id]));
}

/** CSS pixels between two strokes, and how far a stroke leans. */
const apart = 16;
const lean = 8;
const high = 8;

export function paintAwaited(surface: Surface, scene: Scene, awaited: ReadonlySet<string>): void {
  if (awaited.size === 0) return;
  const { view, width, palette } = scene;
  // In high contrast the grid is as strong as faint strokes would be.
  surface.strokeStyle = palette.highContrast ? palette.muted : veil(palette.muted, 0.55);
  surface.lineWidth = 1;
  surface.beginPath();
  const [from, to] = lanesInSight(scene);
  for (let at = from; at < to; at++) {
    const { row, fold } = scene.lanes[at]!;
    if (fold !== null || !awaited.has(row.id)) continue;
    const begin = timeToX(view, width, row.startNs);
    const end = clampX(timeToX(view, width, row.endNs ?? scene.nowNs), width);
    const bottom = laneTop(scene, at) + (rowHeight - 1 + high) / 2;
    // From the row's begin, or they would run along the lane while one pans.
    const hidden = Math.max(0, Math.floor(-begin / apart));
    for (let x = begin + hidden * apart; x + lean <= end; x += apart) {
      surface.moveTo(x, bottom);
      surface.lineTo(x + lean, bottom - high);
    }
  }
  surface.stroke();
}

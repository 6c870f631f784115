/**
 * The range over the lanes: its rows shaded between two edges, with its length.
 *
 *       │◄── 1.25 s ──►│
 *   ────┼▒▒▒▒▒▒▒▒▒▒▒▒▒▒┼────
 */
import { clampX, timeToX } from '../../timeline/geometry';
import { rowHeight } from '../../timeline/metrics';
import { lanesInSight, type Scene } from '../../timeline/painter';
import type { Surface } from '../../timeline/surface';
import { veil } from '../../timeline/veil';
import type { Range } from './range';

const plate = 17;

export function paintRange(surface: Surface, scene: Scene, range: Range, words: string): void {
  const { width, height, palette } = scene;
  const left = Math.round(clampX(timeToX(scene.view, width, range.fromNs), width));
  const right = Math.round(clampX(timeToX(scene.view, width, range.toNs), width));
  if (right < 0 || left > width) return;
  surface.fillStyle = veil(palette.focus, 0.22);
  for (const [top, bottom] of blocks(scene, range)) surface.fillRect(left, top, Math.max(1, right - left), bottom - top);
  surface.fillStyle = palette.focus;
  for (const x of [left, right]) surface.fillRect(x, 0, 1, height);
  surface.font = `11px ${palette.font}`;
  surface.textAlign = 'left';
  surface.textBaseline = 'middle';
  const wide = surface.measureText(words).width + 10;
  // In the middle of what is in sight of it, and never beyond the canvas.
  const middle = (Math.max(left, 0) + Math.min(right, width)) / 2;
  const x = Math.min(Math.max(Math.round(middle - wide / 2), 0), Math.max(0, width - wide));
  surface.fillStyle = palette.background;
  surface.fillRect(x, 2, wide, plate);
  surface.strokeStyle = palette.focus;
  surface.lineWidth = 1;
  surface.strokeRect(x + 0.5, 2.5, wide - 1, plate - 1);
  surface.fillStyle = palette.foreground;
  surface.fillText(words, x + 5, 2 + plate / 2 + 0.5);
}

/** Tops and bottoms of neighbouring lanes of the range. */
function blocks(scene: Scene, range: Range): [top: number, bottom: number][] {
  if (range.rows === null) return [[0, Math.min(scene.height, scene.lanes.length * rowHeight - scene.scrollTop)]];
  const chosen = new Set(range.rows);
  const found: [number, number][] = [];
  const [from, to] = lanesInSight(scene);
  for (let at = from; at < to; at++) {
    if (!chosen.has(scene.lanes[at]!.row.id)) continue;
    const top = at * rowHeight - scene.scrollTop;
    const last = found[found.length - 1];
    if (last?.[1] === top) last[1] = top + rowHeight;
    else found.push([top, top + rowHeight]);
  }
  return found;
}

/**
 * A note in the picture: a numbered flag on the axis, a line down, and a mark on its row.
 *
 *     ─────┬[1]──────   axis
 *          ┊
 *     ▒▒▒▒▒◆▒▒▒▒▒▒▒▒    its row
 */
import { timeToX } from '../../timeline/geometry';
import { axisHeight, rowHeight } from '../../timeline/metrics';
import type { Scene } from '../../timeline/painter';
import type { Surface } from '../../timeline/surface';

export interface Flag {
  atNs: number;
  /** Place among the shown rows; undefined where the row is not shown, or there is none. */
  at: number | undefined;
  number: number;
}

const flagHeight = 14;

export function flagWidth(number: number): number {
  return 8 + 6 * String(number).length;
}

export function paintFlags(surface: Surface, scene: Scene, flags: readonly Flag[]): void {
  const { palette } = scene;
  surface.font = `bold 10px ${palette.font}`;
  surface.textAlign = 'center';
  surface.textBaseline = 'middle';
  for (const { atNs, number } of flags) {
    const x = Math.round(timeToX(scene.view, scene.width, atNs));
    const wide = flagWidth(number);
    if (x < -wide || x > scene.width) continue;
    surface.fillStyle = palette.foreground;
    surface.fillRect(x, 2, 1, axisHeight - 2);
    surface.fillRect(x, 2, wide, flagHeight);
    surface.fillStyle = palette.background;
    surface.fillText(String(number), x + wide / 2 + 0.5, 2 + flagHeight / 2 + 0.5);
  }
  surface.textAlign = 'left';
}

export function paintMarks(surface: Surface, scene: Scene, flags: readonly Flag[]): void {
  const { palette } = scene;
  surface.lineWidth = 1;
  for (const { atNs, at } of flags) {
    const x = Math.round(timeToX(scene.view, scene.width, atNs));
    if (x < -8 || x > scene.width + 8) continue;
    const bottom = at === undefined ? scene.height : at * rowHeight - scene.scrollTop + rowHeight / 2;
    surface.strokeStyle = palette.foreground;
    surface.setLineDash([2, 3]);
    surface.beginPath();
    surface.moveTo(x + 0.5, 0);
    surface.lineTo(x + 0.5, Math.min(bottom, scene.height));
    surface.stroke();
    surface.setLineDash([]);
    if (at === undefined || bottom < -8 || bottom > scene.height + 8) continue;
    surface.beginPath();
    surface.moveTo(x + 0.5, bottom - 6);
    surface.lineTo(x + 6.5, bottom);
    surface.lineTo(x + 0.5, bottom + 6);
    surface.lineTo(x - 5.5, bottom);
    surface.closePath();
    surface.fillStyle = palette.foreground;
    surface.fill();
    surface.strokeStyle = palette.background;
    surface.stroke();
  }
}

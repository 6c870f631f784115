/** Paints the time axis above the lanes: labels left of nothing and right of their tick, and the present as a flag. */
import { timeToX } from './geometry';
import { axisHeight } from './metrics';
import type { Scene } from './painter';
import type { Surface } from './surface';

export function paintAxis(surface: Surface, scene: Scene, nowLabel: string): void {
  const { palette, width } = scene;
  surface.fillStyle = palette.background;
  surface.fillRect(0, 0, width, axisHeight);
  surface.font = `11px ${palette.font}`;
  surface.textBaseline = 'middle';
  surface.textAlign = 'left';
  const nowX = Math.round(timeToX(scene.view, width, scene.nowNs));
  const flag = flagBox(surface, scene, nowX, nowLabel);
  for (const tick of scene.ticks) {
    const x = Math.round(timeToX(scene.view, width, tick.atNs));
    surface.fillStyle = palette.grid;
    surface.fillRect(x, 0, 1, axisHeight);
    const textWidth = surface.measureText(tick.label).width;
    if (flag !== null && x + 5 + textWidth > flag.left - 4 && x < flag.right) continue;
    // A number that is cut off would be another number.
    if (x < -textWidth || x + 5 + textWidth > width) continue;
    surface.fillStyle = palette.muted;
    surface.fillText(tick.label, x + 5, axisHeight / 2);
  }
  surface.fillStyle = palette.grid;
  surface.fillRect(0, axisHeight - 1, width, 1);
  if (flag !== null) {
    surface.fillStyle = palette.now;
    surface.fillRect(flag.left, 4, flag.right - flag.left, axisHeight - 9);
    surface.fillRect(nowX, 4, 1, axisHeight - 4);
    surface.fillStyle = palette.background;
    surface.fillText(nowLabel, flag.left + 5, axisHeight / 2);
  }
}

/** Left of the line, or right of it at the left edge. */
function flagBox(surface: Surface, scene: Scene, nowX: number, label: string): { left: number; right: number } | null {
  if (!scene.running || nowX < 0 || nowX > scene.width) return null;
  const textWidth = surface.measureText(label).width + 10;
  return nowX - textWidth < 0 ? { left: nowX, right: nowX + textWidth } : { left: nowX - textWidth, right: nowX + 1 };
}

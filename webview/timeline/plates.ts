/**
 * The words of a chain of causes stand on plates, each in the lane that it speaks of: over the very wait that it explains and over what
 * is free beside it, never over another lane and never beyond the edge. Where there is no room for words their number is left; the
 * details say all of it.
 *
 *     c2   ▒▒▒▒▒▒▒▾[1│c2 waits to be accepted by t1]▒▒▒▒▒
 *     t1   ██▒▒▒▒▒●▒▾[2│t1 waits for bytes of…]███[accept]
 */
import { rowHeight } from './metrics';
import type { Scene } from './painter';
import type { Surface } from './surface';

/** CSS pixels of a lane that a plate may cover, and where its arrow stands in them. */
export interface PlateRoom {
  from: number;
  to: number;
  x: number;
}

export interface PlacedPlate {
  left: number;
  width: number;
  /** Only the number has room. */
  bare: boolean;
}

const chip = 15;
const pad = 5;
/** From the arrow's stem; it bows to the left. */
const away = { right: 7, left: 14 };
/** Fewer pixels hold no word that says anything. */
const leastWords = 60;
const height = 16;

/** Right of the arrow where the words have room there, else left of it, else where there is more room. */
export function placePlate({ from, to, x }: PlateRoom, wordsWidth: number): PlacedPlate {
  const full = chip + 2 * pad + wordsWidth;
  const right = { left: x + away.right, room: to - x - away.right };
  const left = { room: x - away.left - from };
  if (right.room >= full) return { left: right.left, width: full, bare: false };
  if (left.room >= full) return { left: x - away.left - full, width: full, bare: false };
  const most = Math.max(right.room, left.room);
  if (most >= chip + leastWords) return { left: right.room >= left.room ? right.left : from, width: most, bare: false };
  const onRight = right.room >= chip || right.room >= left.room;
  return { left: Math.max(from, onRight ? Math.min(right.left, to - chip) : x - away.left - chip), width: chip, bare: true };
}

/** @param at the lane's place. */
export function paintPlate(surface: Surface, scene: Scene, at: number, number: number, words: string, room: PlateRoom): void {
  const top = at * rowHeight - scene.scrollTop + Math.floor((rowHeight - 1 - height) / 2);
  if (top + height < 0 || top > scene.height) return;
  const { palette } = scene;
  surface.font = `11px ${palette.font}`;
  surface.textBaseline = 'middle';
  const { left, width, bare } = placePlate(room, Math.ceil(surface.measureText(words).width));
  const middle = top + height / 2 + 0.5;
  surface.fillStyle = palette.background;
  surface.fillRect(left - 1, top - 1, width + 2, height + 2);
  surface.fillStyle = palette.cause;
  surface.fillRect(left, top, chip, height);
  surface.fillStyle = palette.background;
  surface.textAlign = 'center';
  surface.fillText(String(number), left + chip / 2, middle);
  surface.textAlign = 'left';
  if (!bare) {
    surface.fillStyle = palette.foreground;
    surface.fillText(fitted(surface, words, width - chip - 2 * pad), left + chip + pad, middle);
  }
  surface.strokeStyle = palette.cause;
  surface.lineWidth = 1;
  surface.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
}

/** The text, cut where there is no more room. */
function fitted(surface: Surface, text: string, room: number): string {
  if (surface.measureText(text).width <= room) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (surface.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low).trimEnd()}…`;
}

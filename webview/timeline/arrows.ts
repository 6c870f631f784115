/**
 * Arrows between lanes. Cause and effect share one moment, so an arrow is a vertical line at that moment; it bows to the
 * left so that arrows of neighbouring moments stay apart, and ends in a head at the lane it makes begin:
 *
 *     main      ▒▒▒▒▒▒●██▒▒▒▒▒
 *                    (
 *     handler         ▾██████
 */
import type { ArrowKind } from '../../src/protocol/report';
import type { TileArrow } from '../../src/protocol/tile';
import { timeToX } from './geometry';
import { rowHeight } from './metrics';
import type { Scene } from './painter';
import type { Surface } from './surface';

/** More than this many at once is a thicket: then only those with both ends in sight are drawn, and if these are too many, only the selection's. */
const fewArrows = 30;

export interface PlacedArrow {
  kind: ArrowKind | 'cause';
  x: number;
  fromY: number;
  toY: number;
  /** Of the selection: drawn stronger. */
  strong: boolean;
}

const drawnKinds: ReadonlySet<ArrowKind> = new Set<ArrowKind>(['fork', 'thread', 'handover', 'join', 'reap', 'signal', 'unblock']);

/** `place` gives a row's place on the screen: its own, or that of the collapsed row it is in. */
export function placeArrows(arrows: readonly TileArrow[], scene: Scene, place: (row: string) => number | undefined): PlacedArrow[] {
  const placed: PlacedArrow[] = [];
  for (const arrow of arrows) {
    if (!drawnKinds.has(arrow.kind)) continue;
    const x = timeToX(scene.view, scene.width, arrow.atNs);
    if (x < -20 || x > scene.width + 20) continue;
    const from = place(arrow.from);
    const to = place(arrow.to);
    if (from === undefined || to === undefined || from === to) continue;
    const made = between(scene, from, to, x);
    if (Math.max(made.fromY, made.toY) < 0 || Math.min(made.fromY, made.toY) > scene.height) continue;
    placed.push({ kind: arrow.kind, ...made, strong: arrow.from === scene.selectedRow || arrow.to === scene.selectedRow });
  }
  return thinned(fewEnough(placed, scene));
}

function fewEnough(placed: PlacedArrow[], scene: Scene): PlacedArrow[] {
  if (placed.length <= fewArrows) return placed;
  const inSight = (y: number): boolean => y >= 0 && y <= scene.height;
  const near = placed.filter((arrow) => arrow.strong || (inSight(arrow.fromY) && inSight(arrow.toY)));
  return near.length <= fewArrows ? near : placed.filter((arrow) => arrow.strong);
}

/** So many arrows of so many neighbouring pixels are a blot that hides the lanes: from nearer they come apart. */
const blot = { width: 4, arrows: 6 };

function thinned(placed: readonly PlacedArrow[]): PlacedArrow[] {
  const column = ({ x }: PlacedArrow): number => Math.floor(x / blot.width);
  const counts = new Map<number, number>();
  for (const arrow of placed) counts.set(column(arrow), (counts.get(column(arrow)) ?? 0) + 1);
  return placed.filter((arrow) => arrow.strong || counts.get(column(arrow))! <= blot.arrows);
}

export function between(scene: Pick<Scene, 'scrollTop'>, from: number, to: number, x: number): { x: number; fromY: number; toY: number } {
  const middle = (at: number): number => at * rowHeight - scene.scrollTop + rowHeight / 2 - 0.5;
  // The head ends at the edge of the bar that it points at, not on its text.
  const edge = to > from ? -7 : 7;
  return { x, fromY: middle(from), toY: middle(to) + edge };
}

const head = 4;

/** Who holds the selected span: an arrow from its lane to the span, and the words beside the head. */
export interface Cause {
  fromAt: number;
  toAt: number;
  beginNs: number;
  endNs: number;
  words: string;
}

/** Drawn in the middle of what is in sight of the span, where the eye is. */
export function paintCause(surface: Surface, scene: Scene, cause: Cause): void {
  const left = Math.max(0, timeToX(scene.view, scene.width, cause.beginNs));
  const right = Math.min(scene.width, timeToX(scene.view, scene.width, cause.endNs));
  if (right <= left) return;
  const x = left + (right - left) * 0.5;
  paintArrow(surface, scene, { kind: 'cause', ...between(scene, cause.fromAt, cause.toAt, x), strong: true });
  surface.font = `11px ${scene.palette.font}`;
  surface.textAlign = 'left';
  surface.textBaseline = 'middle';
  const words = fitted(surface, cause.words, scene.width * 0.7 - 10);
  const width = surface.measureText(words).width + 10;
  const plateX = Math.max(0, Math.min(x + 8, scene.width - width));
  const plateY = cause.toAt * rowHeight - scene.scrollTop + (cause.toAt > cause.fromAt ? rowHeight - 2 : 2 - rowHeight);
  surface.fillStyle = scene.palette.background;
  surface.fillRect(plateX, plateY, width, rowHeight - 4);
  surface.strokeStyle = scene.palette.cause;
  surface.lineWidth = 1;
  surface.strokeRect(plateX + 0.5, plateY + 0.5, width - 1, rowHeight - 5);
  surface.fillStyle = scene.palette.foreground;
  surface.fillText(words, plateX + 5, plateY + (rowHeight - 4) / 2 + 0.5);
}

/** The text, cut where there is no more room; the details pane says all of it. */
function fitted(surface: Surface, text: string, room: number): string {
  const { width } = surface.measureText(text);
  if (width <= room) return text;
  return `${text.slice(0, Math.max(1, Math.floor((text.length * room) / width) - 1))}…`;
}

/** In the corner, how many more there are than were sent. */
export function paintMore(surface: Surface, scene: Scene, words: string): void {
  surface.font = `11px ${scene.palette.font}`;
  surface.textAlign = 'left';
  surface.textBaseline = 'middle';
  const width = surface.measureText(words).width + 10;
  surface.fillStyle = scene.palette.background;
  surface.fillRect(scene.width - width, scene.height - rowHeight, width, rowHeight);
  surface.fillStyle = scene.palette.foreground;
  surface.fillText(words, scene.width - width + 5, scene.height - rowHeight / 2);
}

export function paintArrows(surface: Surface, scene: Scene, arrows: readonly PlacedArrow[]): void {
  for (const strong of [false, true]) {
    for (const arrow of arrows) {
      if (arrow.strong === strong) paintArrow(surface, scene, arrow);
    }
  }
  surface.setLineDash([]);
}

function paintArrow(surface: Surface, scene: Scene, arrow: PlacedArrow): void {
  const { x, fromY, toY } = arrow;
  const down = toY > fromY ? 1 : -1;
  const bow = Math.min(16, 4 + Math.abs(toY - fromY) / 8);
  const color = arrow.kind === 'cause' ? scene.palette.cause : arrow.strong ? scene.palette.arrowStrong : scene.palette.arrow;
  const stem = toY - down * head;
  surface.strokeStyle = color;
  surface.fillStyle = color;
  surface.lineWidth = arrow.strong ? 1.75 : 1;
  surface.setLineDash(arrow.kind === 'handover' ? [4, 2] : []);
  surface.beginPath();
  surface.moveTo(x, fromY);
  surface.bezierCurveTo(x - bow, fromY + down * Math.min(12, Math.abs(toY - fromY) / 2), x - bow, stem - down * 10, x, stem);
  surface.stroke();
  surface.setLineDash([]);
  surface.beginPath();
  surface.arc(x, fromY, arrow.strong ? 2.5 : 2, 0, Math.PI * 2);
  surface.fill();
  surface.beginPath();
  surface.moveTo(x, toY);
  surface.lineTo(x - head + 0.5, stem - down);
  surface.lineTo(x + head - 0.5, stem - down);
  surface.closePath();
  surface.fill();
}

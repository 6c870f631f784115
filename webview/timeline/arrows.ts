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
  /** This end is out of sight, and only the beginning of the way there is drawn. */
  cut?: 'from' | 'to';
}

const drawnKinds: ReadonlySet<ArrowKind> = new Set<ArrowKind>(['fork', 'thread', 'handover', 'join', 'reap', 'signal', 'unblock']);

/** `place` gives a row's place on the screen: its own, or that of the collapsed row it is in. */
export function placeArrows(arrows: readonly TileArrow[], scene: Scene, place: (row: string) => number | undefined): PlacedArrow[] {
  return thinned(fewEnough(placedAt(arrows, scene, place, (arrow) => arrow.from === scene.selectedRow || arrow.to === scene.selectedRow), scene));
}

/** The selection's, all of them strong, but of very many at one place the first few. */
export function placeSelected(arrows: readonly TileArrow[], scene: Scene, place: (row: string) => number | undefined): PlacedArrow[] {
  const alike = ({ x, fromY, toY }: PlacedArrow): string => `${column({ x })} ${fromY} ${toY}`;
  const shown = firstOf(firstOf(placedAt(arrows, scene, place, () => true), alike, 1), column, blot.selected);
  const isCut = (arrow: PlacedArrow): boolean => cutEnd(arrow, scene) !== null;
  return shown.filter(isCut).length <= fewCut ? shown : shown.flatMap((arrow) => (isCut(arrow) ? stub(arrow, scene) : [arrow]));
}

/** More than so many lines that lead out of sight are a fence over all lanes between: then each is a stub. */
const fewCut = 8;
const stubLength = 16;

function cutEnd({ fromY, toY }: PlacedArrow, { height }: Scene): 'from' | 'to' | 'both' | null {
  const out = (y: number): boolean => y < 0 || y > height;
  return out(fromY) ? (out(toY) ? 'both' : 'from') : out(toY) ? 'to' : null;
}

function stub(arrow: PlacedArrow, scene: Scene): PlacedArrow[] {
  const cut = cutEnd(arrow, scene);
  const down = arrow.toY > arrow.fromY ? stubLength : -stubLength;
  if (cut === 'to') return [{ ...arrow, toY: arrow.fromY + down, cut }];
  return cut === 'from' ? [{ ...arrow, fromY: arrow.toY - down, cut }] : [];
}

function placedAt(arrows: readonly TileArrow[], scene: Scene, place: (row: string) => number | undefined, isStrong: (arrow: TileArrow) => boolean): PlacedArrow[] {
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
    placed.push({ kind: arrow.kind, ...made, strong: isStrong(arrow) });
  }
  return placed;
}

function fewEnough(placed: PlacedArrow[], scene: Scene): PlacedArrow[] {
  if (placed.length <= fewArrows) return placed;
  const inSight = (y: number): boolean => y >= 0 && y <= scene.height;
  const near = placed.filter((arrow) => arrow.strong || (inSight(arrow.fromY) && inSight(arrow.toY)));
  return near.length <= fewArrows ? near : placed.filter((arrow) => arrow.strong);
}

/** So many arrows of so many neighbouring pixels are a blot that hides the lanes: from nearer they come apart. */
const blot = { width: 4, arrows: 6, selected: 3 };

function column({ x }: Pick<PlacedArrow, 'x'>): number {
  return Math.floor(x / blot.width);
}

/** Of those with the same key the first few. */
function firstOf<K>(placed: readonly PlacedArrow[], keyOf: (arrow: PlacedArrow) => K, few: number): PlacedArrow[] {
  const counts = new Map<K, number>();
  return placed.filter((arrow) => {
    const key = keyOf(arrow);
    const before = counts.get(key) ?? 0;
    counts.set(key, before + 1);
    return before < few;
  });
}

function thinned(placed: readonly PlacedArrow[]): PlacedArrow[] {
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

/** From the lane of who is waited for to that of who waits. */
export interface Cause {
  fromAt: number;
  toAt: number;
  /** CSS pixels. */
  x: number;
}

export function paintCause(surface: Surface, scene: Scene, { fromAt, toAt, x }: Cause): void {
  paintArrow(surface, scene, { kind: 'cause', ...between(scene, fromAt, toAt, x), strong: true });
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
  const { x, fromY, toY, cut } = arrow;
  const down = toY > fromY ? 1 : -1;
  const bow = cut !== undefined ? 0 : Math.min(16, 4 + Math.abs(toY - fromY) / 8);
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
  if (cut !== 'from') dot(surface, arrow);
  if (cut === 'to') return;
  surface.beginPath();
  surface.moveTo(x, toY);
  surface.lineTo(x - head + 0.5, stem - down);
  surface.lineTo(x + head - 0.5, stem - down);
  surface.closePath();
  surface.fill();
}

function dot(surface: Surface, { x, fromY, strong }: PlacedArrow): void {
  surface.beginPath();
  surface.arc(x, fromY, strong ? 2.5 : 2, 0, Math.PI * 2);
  surface.fill();
}

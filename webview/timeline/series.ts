/**
 * Lanes of numbers: a tile's rows of numbers as step areas, one scale per row, so that what changes is seen whatever its size.
 *
 *     most  ┌──┐     ┌───────┐ 12        the number at the right edge of the window
 *     ──────┘  └─────┘▒▒▒▒▒▒▒│           bright: between the least and the most of a bin in which it was both
 *
 * An accept queue's limit is a dashed line, once the queue comes near it; where the queue is full, the area is striped.
 */
import type { Tile } from '../../src/protocol/tile';
import type { NumberRow } from '../panelRows';
import { clampX, timeToX } from './geometry';
import { rowHeight } from './metrics';
import { lanesInSight, type Scene } from './painter';
import type { Fill } from './palette';
import type { Surface } from './surface';

/** A row's entries: each holds until the next. */
export interface Series {
  readonly at: Float64Array;
  /** NaN where it is not known. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

const readTiles = new WeakMap<Tile, ReadonlyMap<string, Series>>();

/** By a row's id. */
export function seriesOfTile(tile: Tile): ReadonlyMap<string, Series> {
  let read = readTiles.get(tile);
  if (read === undefined) readTiles.set(tile, (read = readSeries(tile)));
  return read;
}

function readSeries({ rows, seriesRow, seriesAt, seriesLow, seriesHigh }: Tile): ReadonlyMap<string, Series> {
  const found = new Map<string, Series>();
  if (seriesRow === undefined || seriesAt === undefined || seriesLow === undefined || seriesHigh === undefined) return found;
  const [row, at, low, high] = [new Uint16Array(seriesRow), new Float64Array(seriesAt), new Float64Array(seriesLow), new Float64Array(seriesHigh)];
  for (let from = 0, to = 1; to <= row.length; to++) {
    if (to < row.length && row[to] === row[from]) continue;
    found.set(rows[row[from]!]!, { at: at.subarray(from, to), low: low.subarray(from, to), high: high.subarray(from, to) });
    from = to;
  }
  return found;
}

/** Index of the entry that holds at a moment; -1 before the first. */
export function entryAt({ at }: Series, ns: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at[middle]! <= ns) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

interface Area {
  left: number;
  right: number;
  low: number;
  high: number;
}

/** CSS pixels kept free above the highest. */
const air = 3;

/** @param words what a number of a row is in words. */
export function paintSeries(surface: Surface, scene: Scene, words: (row: NumberRow, value: number) => string): void {
  if (scene.columns === null) return;
  const series = seriesOfTile(scene.columns.tile);
  const [from, to] = lanesInSight(scene);
  for (let at = from; at < to; at++) {
    const { row } = scene.lanes[at]!;
    const entries = row.kind === 'number' ? series.get(row.id) : undefined;
    if (row.kind === 'number' && entries !== undefined) paintRow(surface, scene, at * rowHeight - scene.scrollTop, row, entries, words);
  }
}

function paintRow(surface: Surface, scene: Scene, top: number, row: NumberRow, entries: Series, words: (row: NumberRow, value: number) => string): void {
  const areas = areasOf(scene, row, entries);
  const most = areas.reduce((greatest, { high }) => (high > greatest ? high : greatest), 0);
  const limit = row.backlog;
  // A limit that is far away would press the queue flat.
  const scaled = Math.max(1, most, limit !== null && most * 2 >= limit ? limit + 1 : 0);
  const bottom = top + rowHeight - 1;
  const room = rowHeight - 1 - air;
  const y = (value: number): number => bottom - Math.round((value / scaled) * room * scene.density) / scene.density;
  const fill = scene.palette.fill(row.name === 'queue' ? 'queued' : 'receive', 0);
  const unknown = scene.palette.fill('unknown', 0);
  for (const { left, right, low, high } of areas) {
    if (Number.isNaN(low)) {
      block(surface, scene, unknown, left, top + 1, right - left, rowHeight - 3, true);
      continue;
    }
    const full = limit !== null && high > limit;
    if (high > low) block(surface, scene, { ...fill, base: fill.stroke }, left, y(high), right - left, y(low) - y(high), full);
    if (low > 0) block(surface, scene, fill, left, y(low), right - left, bottom - y(low), full);
  }
  outline(surface, scene, areas, y);
  if (limit !== null && scaled > limit) {
    surface.strokeStyle = scene.palette.cause;
    surface.lineWidth = 1;
    surface.setLineDash([4, 3]);
    surface.beginPath();
    surface.moveTo(0, y(limit) + 0.5);
    surface.lineTo(scene.width, y(limit) + 0.5);
    surface.stroke();
    surface.setLineDash([]);
  }
  paintValue(surface, scene, top, areas, (value) => words(row, value));
}

/** What is in sight, up to the present and within the row's life. */
function areasOf(scene: Scene, row: NumberRow, { at, low, high }: Series): Area[] {
  const { view, width } = scene;
  const endNs = Math.min(view.toNs, scene.nowNs, row.endNs ?? Infinity);
  const areas: Area[] = [];
  for (let index = Math.max(0, entryAt({ at, low, high }, Math.max(view.fromNs, 0))); index < at.length; index++) {
    const begin = Math.max(at[index]!, row.name === 'queue' ? row.startNs : 0);
    const end = Math.min(at[index + 1] ?? Infinity, endNs);
    if (begin > endNs) break;
    if (!(end > begin)) continue;
    areas.push({ left: clampX(timeToX(view, width, begin), width), right: clampX(timeToX(view, width, end), width), low: low[index]!, high: high[index]! });
  }
  return areas;
}

function block(surface: Surface, scene: Scene, fill: Fill, x: number, y: number, width: number, height: number, patterned: boolean): void {
  // A peak that is thinner than a pixel is a pixel.
  const wide = Math.max(width, 1);
  surface.fillStyle = fill.base;
  surface.fillRect(x, y, wide, height);
  const pattern = patterned ? scene.pattern({ ...fill, pattern: fill.pattern === 'none' ? 'hatch' : fill.pattern, stroke: scene.palette.foreground }) : null;
  if (pattern === null || wide < 2) return;
  surface.fillStyle = pattern;
  surface.fillRect(x, y, wide, height);
}

/** The upper edge, as a line: in high contrast it is what is read. */
function outline(surface: Surface, scene: Scene, areas: readonly Area[], y: (value: number) => number): void {
  surface.strokeStyle = scene.palette.highContrast ? scene.palette.foreground : scene.palette.muted;
  surface.lineWidth = 1;
  surface.beginPath();
  let drawn = false;
  for (const { left, right, high } of areas) {
    if (Number.isNaN(high)) {
      drawn = false;
      continue;
    }
    const edge = y(high) - 0.5;
    if (drawn) surface.lineTo(left, edge);
    else surface.moveTo(left, edge);
    surface.lineTo(Math.max(right, left + 1), edge);
    drawn = true;
  }
  surface.stroke();
}

/** At the right edge of what is in sight: what stands there, and on what scale the row is drawn. */
function paintValue(surface: Surface, scene: Scene, top: number, areas: readonly Area[], words: (value: number) => string): void {
  const last = areas[areas.length - 1];
  if (last === undefined || Number.isNaN(last.high)) return;
  const most = areas.reduce((greatest, { high }) => (high > greatest ? high : greatest), 0);
  const now = last.low === last.high ? words(last.high) : `${words(last.low)}–${words(last.high)}`;
  surface.font = `11px ${scene.palette.font}`;
  surface.textBaseline = 'middle';
  surface.textAlign = 'left';
  plate(surface, scene, now, Math.min(last.right, scene.width) + 4, top);
  if (most > last.high) plate(surface, scene, `≤ ${words(most)}`, 4, top);
}

function plate(surface: Surface, scene: Scene, text: string, x: number, top: number): void {
  const width = surface.measureText(text).width + 8;
  const left = Math.max(0, Math.min(x, scene.width - width));
  surface.fillStyle = scene.palette.background;
  surface.fillRect(left, top + 3, width, rowHeight - 7);
  surface.fillStyle = scene.palette.foreground;
  surface.fillText(text, left + 4, top + rowHeight / 2);
}

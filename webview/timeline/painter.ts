/**
 * Paints the lanes: row bands, grid, spans, their names. Pure functions of a scene on a canvas-like surface.
 *
 * Spans are gathered by fill before they are drawn: setting a fill style costs more than a rectangle, and a lane changes
 * its state hundreds of times across the width while there are about thirty fills.
 */
import type { ShownRow } from '../rowOrder';
import { spanAt, type Columns, type Span } from './columns';
import { clampX, timeToX, type TimeView } from './geometry';
import { rowHeight } from './metrics';
import type { Fill, Palette } from './palette';
import type { Surface } from './surface';
import type { Tick } from './ticks';

export interface Scene {
  width: number;
  height: number;
  /** Device pixels per CSS pixel. */
  density: number;
  scrollTop: number;
  view: TimeView;
  nowNs: number;
  /** The run goes on: its present is marked. */
  running: boolean;
  lanes: readonly ShownRow[];
  columns: Columns | null;
  ticks: readonly Tick[];
  palette: Palette;
  /** The pattern over a fill; null for none. */
  pattern(fill: Fill): CanvasPattern | string | null;
  /** What to write into a span. */
  label(span: Span): readonly string[];
  selectedRow: string | null;
  selectedSpanNs: number | null;
  hoverRow: string | null;
}

/** Places of the lanes that are in sight, one past the last. */
export function lanesInSight(scene: Pick<Scene, 'scrollTop' | 'height' | 'lanes'>): readonly [from: number, to: number] {
  const from = Math.max(0, Math.floor(scene.scrollTop / rowHeight));
  return [from, Math.min(scene.lanes.length, Math.ceil((scene.scrollTop + scene.height) / rowHeight))];
}

export function laneTop(scene: Pick<Scene, 'scrollTop'>, at: number): number {
  return at * rowHeight - scene.scrollTop;
}

export function paintBackground(surface: Surface, scene: Scene): void {
  const { palette, width, height } = scene;
  surface.fillStyle = palette.background;
  surface.fillRect(0, 0, width, height);
  const [from, to] = lanesInSight(scene);
  for (let at = from; at < to; at++) {
    const { row } = scene.lanes[at]!;
    const band = row.id === scene.selectedRow ? palette.selectedRow
      : row.id === scene.hoverRow ? palette.hoverRow
      : row.kind === 'process' ? palette.processRow
      : null;
    if (band === null) continue;
    surface.fillStyle = band;
    surface.fillRect(0, laneTop(scene, at), width, rowHeight);
  }
  surface.fillStyle = palette.rowLine;
  for (let at = from; at < to; at++) surface.fillRect(0, laneTop(scene, at) + rowHeight - 1, width, 1);
  surface.fillStyle = palette.grid;
  for (const tick of scene.ticks) surface.fillRect(Math.round(timeToX(scene.view, width, tick.atNs)), 0, 1, height);
}

interface Box {
  x: number;
  y: number;
  width: number;
  fill: Fill;
  span: Span;
}

/** The boxes of all spans in sight, at device pixels. Neighbours keep a hairline between them where there is room. */
export function spanBoxes(scene: Scene): Box[] {
  const { columns, view, width, density } = scene;
  if (columns === null) return [];
  const boxes: Box[] = [];
  const snap = (x: number): number => Math.round(x * density) / density;
  const [from, to] = lanesInSight(scene);
  for (let at = from; at < to; at++) {
    const range = columns.ranges.get(scene.lanes[at]!.row.id);
    if (range === undefined) continue;
    const top = laneTop(scene, at);
    for (let index = range[0]; index < range[1]; index++) {
      const span = spanAt(columns, index, scene.nowNs);
      if (span.endNs < view.fromNs || span.beginNs > view.toNs) continue;
      const left = snap(clampX(timeToX(view, width, span.beginNs), width));
      const right = snap(clampX(timeToX(view, width, span.endNs), width));
      const wide = right - left;
      const fill = scene.palette.fill(span.state, span.owner);
      const gap = wide >= 4 && fill.height > 6 ? 1 / density : 0;
      boxes.push({ x: left, y: top + Math.floor((rowHeight - 1 - fill.height) / 2), width: Math.max(1, wide - gap), fill, span });
    }
  }
  return boxes;
}

/** A listener has no spans: that it listens is a line over its life. */
function lifeBoxes(scene: Scene): Box[] {
  const [from, to] = lanesInSight(scene);
  const boxes: Box[] = [];
  for (let at = from; at < to; at++) {
    const { row } = scene.lanes[at]!;
    if (row.kind !== 'listener') continue;
    const span: Span = { index: -1, state: 'alive', owner: 0, beginNs: row.startNs, endNs: row.endNs ?? scene.nowNs, open: row.endNs === null, merged: false };
    const left = clampX(timeToX(scene.view, scene.width, span.beginNs), scene.width);
    const right = clampX(timeToX(scene.view, scene.width, span.endNs), scene.width);
    const fill = scene.palette.fill('alive', 0);
    if (right > left) boxes.push({ x: left, y: laneTop(scene, at) + Math.floor((rowHeight - 1 - fill.height) / 2), width: right - left, fill, span });
  }
  return boxes;
}

export function paintSpans(surface: Surface, scene: Scene): void {
  const boxes = [...spanBoxes(scene), ...lifeBoxes(scene)];
  const byFill = new Map<string, Box[]>();
  for (const box of boxes) {
    const same = byFill.get(box.fill.key);
    if (same === undefined) byFill.set(box.fill.key, [box]);
    else same.push(box);
  }
  for (const same of byFill.values()) paintAlike(surface, scene, same);
  if (scene.palette.outline !== null) {
    surface.strokeStyle = scene.palette.outline;
    surface.lineWidth = 1;
    for (const box of boxes) {
      // Around thin spans it would be all that is seen.
      if (box.width >= 8 && box.fill.height > 6) surface.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.fill.height - 1);
    }
  }
  paintLabels(surface, scene, boxes);
  paintSelected(surface, scene, boxes);
}

function paintAlike(surface: Surface, scene: Scene, boxes: readonly Box[]): void {
  const { fill } = boxes[0]!;
  surface.fillStyle = fill.base;
  for (const box of boxes) surface.fillRect(box.x, box.y, box.width, fill.height);
  const pattern = scene.pattern(fill);
  if (pattern === null) return;
  surface.fillStyle = pattern;
  for (const box of boxes) {
    if (box.width >= 2) surface.fillRect(box.x, box.y, box.width, fill.height);
  }
}

const labelSize = 11;
const labelPad = 5;

/** Widths of texts by font: measuring is the slowest call of a canvas. */
const widths = new Map<string, number>();

function widthOf(surface: Surface, font: string, text: string): number {
  const key = `${font}\n${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 5000) widths.clear();
    width = surface.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/** The first of the span's texts that has room; on a pattern it gets a plate, or it could not be read. */
function paintLabels(surface: Surface, scene: Scene, boxes: readonly Box[]): void {
  const font = `${labelSize}px ${scene.palette.font}`;
  surface.font = font;
  surface.textAlign = 'left';
  surface.textBaseline = 'middle';
  for (const box of boxes) {
    if (box.fill.height < 12) continue;
    const left = Math.max(box.x, 0);
    const room = Math.min(box.x + box.width, scene.width) - left - 2 * labelPad;
    if (room < 14) continue;
    const text = scene.label(box.span).find((candidate) => widthOf(surface, font, candidate) <= room);
    if (text === undefined) continue;
    if (box.fill.pattern !== 'none') {
      surface.fillStyle = box.fill.base;
      surface.fillRect(left + labelPad - 3, box.y + 1, widthOf(surface, font, text) + 6, box.fill.height - 2);
    }
    surface.fillStyle = box.fill.ink;
    surface.fillText(text, left + labelPad, box.y + box.fill.height / 2 + 0.5);
  }
}

function paintSelected(surface: Surface, scene: Scene, boxes: readonly Box[]): void {
  if (scene.selectedSpanNs === null || scene.selectedRow === null || scene.columns === null) return;
  const range = scene.columns.ranges.get(scene.selectedRow);
  if (range === undefined) return;
  for (const box of boxes) {
    const { index, beginNs, endNs } = box.span;
    if (index < range[0] || index >= range[1] || scene.selectedSpanNs < beginNs || scene.selectedSpanNs >= Math.max(endNs, beginNs + 1)) continue;
    surface.strokeStyle = scene.palette.focus;
    surface.lineWidth = 2;
    surface.strokeRect(box.x - 1, box.y - 1, box.width + 2, box.fill.height + 2);
    return;
  }
}

/** The present of a running program, or the end of one that is over. */
export function paintNow(surface: Surface, scene: Scene): void {
  const x = Math.round(timeToX(scene.view, scene.width, scene.nowNs));
  if (x < 0 || x > scene.width) return;
  surface.fillStyle = scene.running ? scene.palette.now : scene.palette.grid;
  surface.fillRect(x, 0, 1, scene.height);
}

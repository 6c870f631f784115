/**
 * Paints the lanes: row bands, grid, spans, their names. Pure functions of a scene on a canvas-like surface.
 *
 * Wide spans are rectangles, gathered by fill before they are drawn: setting a fill style costs more than a rectangle, and a lane
 * changes its state hundreds of times across the width while there are about thirty fills. Narrow ones and cells go pixel by pixel
 * into a picture (`laneImage.ts`), so that a frame costs no more than its pixels.
 */
import type { ShownRow } from '../rowOrder';
import { Boxes } from './boxes';
import { paintCells } from './cells';
import { cellAt, endOf, firstAfter, lastBefore, spanAt, type Columns, type RowRange, type Span } from './columns';
import { clampX, spanOf, timeToX, type TimeView } from './geometry';
import { stripHeight, type LaneImage } from './laneImage';
import { rowHeight } from './metrics';
import type { Fill, Palette } from './palette';
import type { Surface } from './surface';
import { textureOf } from './texture';
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
  /** For what is too thin for a rectangle; null: cells are not drawn. */
  image: LaneImage | null;
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

function barTop(laneTopPx: number, height: number): number {
  return laneTopPx + Math.floor((rowHeight - 1 - height) / 2);
}

/** Spans narrower than this, in device pixels, go into the picture; where there are very many spans, wider ones too. */
const narrow = { few: 6, many: 32, from: 3000 };

/** Vectors of a row that touch the view: first, and one past the last. */
function inView(columns: Columns, range: RowRange, view: TimeView, nowNs: number): readonly [from: number, to: number] {
  const to = firstAfter(columns, range, view.toNs);
  let from = Math.max(range.from, firstAfter(columns, range, view.fromNs) - 1);
  while (from < to && endOf(columns, from, nowNs) < view.fromNs) from++;
  return [from, to];
}

interface DrawnStrip {
  strip: number;
  top: number;
}

/** Puts the vectors in sight into the boxes, the narrow ones and the cells into the image. @returns the image's strips. */
export function collectSpans(scene: Scene, boxes: Boxes): DrawnStrip[] {
  boxes.clear();
  const { columns, view, width, density, image, palette, nowNs } = scene;
  const strips: DrawnStrip[] = [];
  const [from, to] = lanesInSight(scene);
  image?.begin(Math.round(width * density));
  let total = 0;
  const ranges: (RowRange | undefined)[] = [];
  for (let at = from; at < to; at++) {
    const range = columns?.ranges.get(scene.lanes[at]!.row.id);
    ranges.push(range);
    if (columns === null || range === undefined) continue;
    const [first, last] = inView(columns, range, view, nowNs);
    total += last - first;
  }
  const narrowPx = image === null ? 0 : total < narrow.from ? narrow.few : narrow.many;
  const scale = (width * density) / spanOf(view);
  for (let at = from; at < to; at++) {
    const range = ranges[at - from];
    if (columns === null || range === undefined) {
      addLife(scene, at, boxes);
      continue;
    }
    const top = laneTop(scene, at);
    let strip = -1;
    const stripOf = (made: LaneImage): number => {
      if (strip >= 0) return strip;
      strip = made.addStrip();
      strips.push({ strip, top: barTop(top, stripHeight) });
      return strip;
    };
    const [first, last] = inView(columns, range, view, nowNs);
    for (let index = first; index < last; index++) {
      const begin = columns.begin[index]!;
      const left = clampDevice((begin - view.fromNs) * scale, width, density);
      const right = clampDevice((endOf(columns, index, nowNs) - view.fromNs) * scale, width, density);
      const wide = right - left;
      const fill = palette.fillOf(columns.state[index]!, columns.owner[index]!);
      if (image !== null && wide < narrowPx) {
        const high = (stripHeight - fill.height) >> 1;
        image.fill(stripOf(image), left, Math.max(right - (wide >= 4 * density && fill.height > 6 ? 1 : 0), left + 1), high, high + fill.height, textureOf(fill));
        continue;
      }
      // Neighbours keep a hairline between them where there is room.
      const gap = wide >= 4 * density && fill.height > 6 ? 1 : 0;
      boxes.push(left / density, barTop(top, fill.height), Math.max(1, (wide - gap) / density), fill, index);
    }
    if (image !== null && range.runTo > range.runFrom) paintCells(image, stripOf(image), columns, range, view, palette);
    if (range.to === range.from && range.runTo === range.runFrom) addLife(scene, at, boxes);
  }
  return strips;
}

/** In whole device pixels; far outside cut to the edge, not left to the canvas. */
function clampDevice(x: number, width: number, density: number): number {
  return Math.round(clampX(x / density, width) * density);
}

/** A listener has no spans: that it listens is a line over its life. */
function addLife(scene: Scene, at: number, boxes: Boxes): void {
  const { row } = scene.lanes[at]!;
  if (row.kind !== 'listener') return;
  const left = clampX(timeToX(scene.view, scene.width, row.startNs), scene.width);
  const right = clampX(timeToX(scene.view, scene.width, row.endNs ?? scene.nowNs), scene.width);
  const fill = scene.palette.fill('alive', 0);
  if (right > left) boxes.push(left, barTop(laneTop(scene, at), fill.height), right - left, fill, -1 - at);
}

/** Kept from frame to frame. */
const boxes = new Boxes();

export function paintSpans(surface: Surface, scene: Scene): void {
  const strips = collectSpans(scene, boxes);
  boxes.eachFill((fill, first) => paintAlike(surface, scene, fill, first));
  if (scene.palette.outline !== null) {
    surface.strokeStyle = scene.palette.outline;
    surface.lineWidth = 1;
    for (let at = 0; at < boxes.count; at++) {
      const { height } = boxes.fillOf[at]!;
      // Around thin spans it would be all that is seen.
      if (boxes.width[at]! >= 8 && height > 6) surface.strokeRect(boxes.x[at]! + 0.5, boxes.y[at]! + 0.5, boxes.width[at]! - 1, height - 1);
    }
  }
  const picture = scene.image?.picture() ?? null;
  if (picture !== null) {
    const pixels = scene.image!.width;
    for (const { strip, top } of strips) surface.drawImage(picture, 0, strip * stripHeight, pixels, stripHeight, 0, top, pixels / scene.density, stripHeight);
  }
  paintLabels(surface, scene);
  paintSelected(surface, scene);
}

function paintAlike(surface: Surface, scene: Scene, fill: Fill, first: number): void {
  const { x, y, width, next } = boxes;
  surface.fillStyle = fill.base;
  for (let at = first; at >= 0; at = next[at]!) surface.fillRect(x[at]!, y[at]!, width[at]!, fill.height);
  const pattern = scene.pattern(fill);
  if (pattern === null) return;
  surface.fillStyle = pattern;
  for (let at = first; at >= 0; at = next[at]!) {
    if (width[at]! >= 2) surface.fillRect(x[at]!, y[at]!, width[at]!, fill.height);
  }
}

const labelSize = 11;
const labelPad = 5;

/** Widths of texts of a font: measuring is the slowest call of a canvas. A duration grows with each frame: its digits count as zeros, and no digit is wider. */
interface Widths {
  readonly shapes: Map<string, number>;
  /** The same by the text itself: what stands still is not even taken for its shape, which took a third of a frame full of names. */
  readonly texts: Map<string, number>;
}

const widths = new Map<string, Widths>();
const mostWidths = 5000;

function widthsOf(font: string): Widths {
  let known = widths.get(font);
  if (known === undefined) widths.set(font, (known = { shapes: new Map(), texts: new Map() }));
  return known;
}

function widthOf(surface: Surface, { shapes, texts }: Widths, text: string): number {
  const known = texts.get(text);
  if (known !== undefined) return known;
  const shape = text.replace(/\d/g, '0');
  let width = shapes.get(shape);
  if (width === undefined) {
    if (shapes.size > mostWidths) shapes.clear();
    width = surface.measureText(shape).width;
    shapes.set(shape, width);
  }
  if (texts.size > mostWidths) texts.clear();
  texts.set(text, width);
  return width;
}

/** A text costs as much as fifty rectangles: of so many at most, the widest boxes have one. */
const mostLabels = 500;
const labelRooms = [14 + 2 * labelPad, 40, 64, 96, 140, 200];

/** The least width of a box that gets a label. */
function labelWidth(): number {
  for (const room of labelRooms) {
    let count = 0;
    for (let at = 0; at < boxes.count; at++) if (boxes.width[at]! >= room) count++;
    if (count <= mostLabels) return room;
  }
  return labelRooms[labelRooms.length - 1]!;
}

/** The first of the span's texts that has room; on a pattern it gets a plate, or it could not be read. */
function paintLabels(surface: Surface, scene: Scene): void {
  const { columns } = scene;
  const font = `${labelSize}px ${scene.palette.font}`;
  surface.font = font;
  surface.textAlign = 'left';
  surface.textBaseline = 'middle';
  const known = widthsOf(font);
  const least = labelWidth();
  for (let at = 0; at < boxes.count; at++) {
    const index = boxes.span[at]!;
    const fill = boxes.fillOf[at]!;
    const width = boxes.width[at]!;
    if (width < least || fill.height < 12 || index < 0 || columns === null) continue;
    const left = Math.max(boxes.x[at]!, 0);
    const room = Math.min(boxes.x[at]! + width, scene.width) - left - 2 * labelPad;
    if (room < 14) continue;
    const text = scene.label(spanAt(columns, index, scene.nowNs)).find((candidate) => widthOf(surface, known, candidate) <= room);
    if (text === undefined) continue;
    const y = boxes.y[at]!;
    if (fill.pattern !== 'none') {
      surface.fillStyle = fill.base;
      surface.fillRect(left + labelPad - 3, y + 1, widthOf(surface, known, text) + 6, fill.height - 2);
    }
    surface.fillStyle = fill.ink;
    surface.fillText(text, left + labelPad, y + fill.height / 2 + 0.5);
  }
}

/** A frame around the selected span, or around the bin that the selected moment is in. */
function paintSelected(surface: Surface, scene: Scene): void {
  const { columns, selectedRow, selectedSpanNs: ns, view, width, palette } = scene;
  if (ns === null || selectedRow === null || columns === null) return;
  const [from, to] = lanesInSight(scene);
  let at = from;
  while (at < to && scene.lanes[at]!.row.id !== selectedRow) at++;
  if (at === to) return;
  const index = lastBefore(columns, selectedRow, ns);
  const isInside = index >= 0 && ns < Math.max(endOf(columns, index, scene.nowNs), columns.begin[index]! + 1);
  const span = isInside ? spanAt(columns, index, scene.nowNs) : cellAt(columns, selectedRow, ns);
  if (span === null || span.endNs < view.fromNs || span.beginNs > view.toNs) return;
  const left = clampDevice(timeToX(view, width, span.beginNs) * scene.density, width, scene.density) / scene.density;
  const right = clampDevice(timeToX(view, width, span.endNs) * scene.density, width, scene.density) / scene.density;
  const { height } = span.cell === null ? palette.fill(span.state, span.owner) : { height: stripHeight };
  const gap = right - left >= 4 && height > 6 ? 1 / scene.density : 0;
  surface.strokeStyle = palette.focus;
  surface.lineWidth = 2;
  surface.strokeRect(left - 1, barTop(laneTop(scene, at), height) - 1, Math.max(1, right - left - gap) + 2, height + 2);
}

/** The present of a running program, or the end of one that is over. */
export function paintNow(surface: Surface, scene: Scene): void {
  const x = Math.round(timeToX(scene.view, scene.width, scene.nowNs));
  if (x < 0 || x > scene.width) return;
  surface.fillStyle = scene.running ? scene.palette.now : scene.palette.grid;
  surface.fillRect(x, 0, 1, scene.height);
}

/**
 * Bands over the lanes where a debugger stopped them: what is below stays to be seen between the strokes.
 *
 *     ▕╱╱╱ ▕breakpoint · server.py:7 · 1.5 s▏ ╱╱╱▏    solid: an edge at both ends, strokes near each other, the words on a plate
 *     ▕╱   ╱   ╱   ╱▏                                light: it stood in a call anyway
 *
 * Strokes lean as no state's pattern does and are twice as wide, so that they are told apart without their colour.
 */
import type { TileBand } from '../../../src/protocol/tile';
import { duration, place } from '../../format';
import { clampX, timeToX } from '../../timeline/geometry';
import { rowHeight } from '../../timeline/metrics';
import { laneTop, lanesInSight, type Scene } from '../../timeline/painter';
import type { Surface } from '../../timeline/surface';
import { reasonWord } from '../../stopWords';
import { t } from '../../words';

const margin = 1;
const pad = 5;
/** CSS pixels between two strokes, and how far a stroke leans. */
const apart = { solid: 7, light: 18 };
const lean = 6;
const least = 2;
/** Which parts of a stroke are drawn, from its foot to its head. */
const whole = [[0, 1]] as const;
const besideWords = [[0, 0.26], [0.78, 1]] as const;

export function paintBands(surface: Surface, scene: Scene): void {
  const bands = scene.columns?.tile.bands;
  if (bands === undefined || bands.length === 0) return;
  const [from, to] = lanesInSight(scene);
  const tops = new Map<string, number>();
  for (let at = from; at < to; at++) {
    const shown = scene.lanes[at]!;
    if (shown.fold === null) tops.set(shown.row.id, laneTop(scene, at));
  }
  surface.font = `11px ${scene.palette.font}`;
  surface.textAlign = 'left';
  surface.textBaseline = 'middle';
  for (const band of bands) {
    const top = tops.get(band.row);
    if (top !== undefined) paintBand(surface, scene, band, top);
  }
}

function paintBand(surface: Surface, scene: Scene, band: TileBand, laneTopPx: number): void {
  const { view, width, palette } = scene;
  const endNs = band.open ? Math.max(band.toNs, scene.nowNs) : band.toNs;
  const left = Math.round(clampX(timeToX(view, width, band.fromNs), width));
  const right = Math.max(left + least, Math.round(clampX(timeToX(view, width, endNs), width)));
  if (right <= 0 || left >= width) return;
  const [x, end] = [Math.max(left, 0), Math.min(right, width)];
  const [top, height] = [laneTopPx + margin, rowHeight - 1 - 2 * margin];
  surface.strokeStyle = palette.stop;
  surface.lineWidth = band.light ? 1 : 2;
  surface.beginPath();
  // From a place that stays where it is while one pans.
  const step = band.light ? apart.light : apart.solid;
  for (let at = x - ((x - left) % step) - lean; at < end; at += step) {
    const [begin, over] = [Math.max(at, x), Math.min(at + lean, end)];
    // The words of what it did anyway stand in the middle: no stroke goes through them.
    for (const [low, high] of band.light ? besideWords : whole) {
      const [from, to] = [Math.max(begin, at + low * lean), Math.min(over, at + high * lean)];
      if (to <= from) continue;
      surface.moveTo(from, top + height - ((from - at) / lean) * height);
      surface.lineTo(to, top + height - ((to - at) / lean) * height);
    }
  }
  surface.stroke();
  surface.fillStyle = palette.stop;
  const edge = band.light ? 1 : 2;
  if (left >= 0) surface.fillRect(left, top, edge, height);
  if (right <= width && !band.open && right - left > 2 * edge) surface.fillRect(right - edge, top, edge, height);
  if (!band.light) {
    surface.fillRect(x, top, end - x, 1);
    surface.fillRect(x, top + height - 1, end - x, 1);
  }
  // What a lane did anyway keeps its own words.
  if (!band.light) paintWords(surface, scene, wordsOf(band, endNs), x, end, top, height);
}

/** The longest first. */
export function wordsOf(band: TileBand, endNs: number): string[] {
  const length = duration(band.stops > 1 ? band.stoppedNs : endNs - band.fromNs);
  if (band.asked > 1) return [`${t('{0} stops', band.asked)} · ${length}`, t('{0} stops', band.asked)];
  const reason = reasonWord(band.reason);
  const where = band.at === null ? [] : [place({ ...band.at, function: '' })];
  return [[reason, ...where, length].join(' · '), [reason, length].join(' · '), reason];
}

function paintWords(surface: Surface, { palette }: Scene, words: readonly string[], x: number, end: number, top: number, height: number): void {
  const room = end - x - 2 * pad - 4;
  if (room < 20) return;
  for (const text of words) {
    const wide = surface.measureText(text).width;
    if (wide > room) continue;
    surface.fillStyle = palette.background;
    surface.fillRect(x + 4, top + 2, wide + 2 * pad, height - 4);
    surface.fillStyle = palette.foreground;
    surface.fillText(text, x + 4 + pad, top + height / 2 + 0.5);
    return;
  }
}

/**
 * The bands of a tile: over which stretches of its rows a debugger's stops lie. What is thinner than a bin is joined with its neighbour, and of
 * more than a picture can show also what stands near; a joined band remembers how much of it was stopped, so that sums stay right.
 */
import type { Model } from '../model/model';
import { Stalls, type Band } from '../model/stalls';
import { placeOf, reasonOf } from '../model/stopJoin';
import type { Tile, TileBand } from '../protocol/tile';
import { findThing } from './things';

/** Of a tile. */
export const mostBands = 1000;

interface Joined {
  readonly row: string;
  first: Band;
  fromNs: number;
  toNs: number;
  light: boolean;
  stoppedNs: number;
  stops: number;
  asked: number;
}

/** Nothing where nothing was stopped. @param nowNs the present, ns from the first event. */
export function bandsOf(model: Model, rows: readonly string[], { fromNs, toNs }: Pick<Tile, 'fromNs' | 'toNs'>, binNs: number, nowNs: number): Pick<Tile, 'bands'> {
  const { originNs } = model;
  const now = nowNs + originNs;
  const stalls = new Stalls(model, now);
  if (stalls.empty) return {};
  const found: Joined[] = [];
  for (const row of rows) {
    const thing = findThing(model, row);
    if (thing === undefined) continue;
    for (const band of stalls.bands(thing)) {
      const to = Math.min(band.toNs, now);
      if (to < fromNs + originNs || band.fromNs > toNs + originNs || to < band.fromNs) continue;
      found.push({ row, first: band, fromNs: band.fromNs, toNs: band.toNs, light: band.light, stoppedNs: to - band.fromNs, stops: 1, asked: band.halt.unasked ? 0 : 1 });
    }
  }
  let bands = join(found, binNs, true);
  for (let gapNs = binNs; bands.length > mostBands && Number.isFinite(gapNs); gapNs *= 2) bands = join(bands, gapNs, false);
  return { bands: bands.map((band) => tileBand(model, band, now)) };
}

/** @param thin only what is thinner than the gap is joined. */
function join(bands: readonly Joined[], gapNs: number, thin: boolean): Joined[] {
  const joined: Joined[] = [];
  for (const band of bands) {
    const last = joined[joined.length - 1];
    const isThin = last !== undefined && Math.min(last.toNs - last.fromNs, band.toNs - band.fromNs) < gapNs;
    if (last?.row !== band.row || band.fromNs - last.toNs >= gapNs || (thin && !isThin)) {
      joined.push({ ...band });
      continue;
    }
    last.toNs = band.toNs;
    last.light &&= band.light;
    last.stoppedNs += band.stoppedNs;
    // A light piece and a solid one of one stop.
    if (band.first.halt === last.first.halt) continue;
    if (last.asked === 0) last.first = band.first;
    last.stops += band.stops;
    last.asked += band.asked;
  }
  return joined;
}

function tileBand(model: Model, { row, first, fromNs, toNs, light, stoppedNs, stops, asked }: Joined, now: number): TileBand {
  const open = toNs === Infinity;
  const { halt } = first;
  const site = placeOf(model, halt);
  return {
    row, fromNs: fromNs - model.originNs, toNs: Math.min(toNs, now) - model.originNs, open, light, stoppedNs, stops, asked,
    thread: halt.thread?.id ?? null, reason: asked > 1 ? null : reasonOf(model, halt), at: asked > 1 || site === null ? null : { file: site.file, line: site.line },
  };
}

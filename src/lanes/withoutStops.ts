/** What a debugger's stops were of a moment and of a stretch of time: for tooltips, the details and their durations. */
import type { Model } from '../model/model';
import { overlap, type Span } from '../model/span';
import { Stalls, stalledWithin, type Band } from '../model/stalls';
import { placeOf, reasonOf } from '../model/stopJoin';
import type { StopAt, StoppedTime } from '../protocol/stopped';
import { labelOf, type RowThing } from './things';

/** The stop that stalls a row at a moment, model time; else the longest that does within the span of that moment; null where none does. */
export function stopAt(model: Model, thing: RowThing, ns: number, span: Span | null, nowNs: number): StopAt | null {
  const bands = new Stalls(model, nowNs).bands(thing);
  const band = bands.find(({ fromNs, toNs }) => fromNs <= ns && ns < toNs) ?? (span === null ? undefined : longestIn(bands, span));
  if (band === undefined) return null;
  const { halt, light } = band;
  return {
    reason: reasonOf(model, halt), at: placeOf(model, halt), fromNs: band.fromNs - model.originNs, toNs: band.toNs === Infinity ? null : band.toNs - model.originNs, light,
    thread: halt.thread?.id ?? null, threadLabel: halt.thread === null ? null : labelOf(model, halt.thread), own: halt.thread === thing,
  };
}

function longestIn(bands: readonly Band[], span: Span): Band | undefined {
  let longest: Band | undefined;
  for (const band of bands) if (overlap(band, span) > (longest === undefined ? 0 : overlap(longest, span))) longest = band;
  return longest;
}

/** How much of a span of a row was stopped time. @param endNs model time; NaN: it goes on. */
export function stoppedTime(model: Model, bands: readonly Band[], beginNs: number, endNs: number): StoppedTime {
  const last = bands[bands.length - 1];
  const open = Number.isNaN(endNs) && last?.toNs === Infinity ? last : null;
  return {
    ns: stalledWithin(bands, beginNs, open === null ? (Number.isNaN(endNs) ? Infinity : endNs) : open.fromNs),
    sinceNs: open === null ? null : Math.max(open.fromNs, beginNs) - model.originNs,
  };
}

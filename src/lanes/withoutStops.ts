/** What a debugger's stops were of a moment and of a stretch of time: for tooltips, the details and their durations. */
import type { Model } from '../model/model';
import { apart, placeOf, reasonOf } from '../model/stopJoin';
import { overlap, type Span } from '../model/span';
import { Stalls, stalledWithin, type Band } from '../model/stalls';
import type { StopAt, StoppedRequest, StoppedSpan, StoppedTime } from '../protocol/stopped';
import { findThing, labelOf, type RowThing } from './things';

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

/** One answer for each span asked for. @param nowNs ns from the first event. */
export function stoppedOf(model: Model, { spans }: StoppedRequest, nowNs: number): StoppedTime[] {
  const stalls = new Stalls(model, nowNs + model.originNs);
  return spans.map((span) => stoppedTime(model, solidBands(model, stalls, span), span.fromNs + model.originNs, span.toNs === null ? NaN : span.toNs + model.originNs));
}

/** What stood in a call anyway is not taken off a time that several rows have in common. */
function solidBands(model: Model, stalls: Stalls, { rows }: StoppedSpan): readonly Band[] {
  if (stalls.empty) return [];
  if (rows?.length === 1) {
    const thing = findThing(model, rows[0]!);
    return thing === undefined ? [] : stalls.bands(thing);
  }
  const bands = rows === null
    ? stalls.halts.map((halt): Band => ({ fromNs: halt.fromNs, toNs: halt.toNs, light: false, halt }))
    : rows.flatMap((row) => {
        const thing = findThing(model, row);
        return thing === undefined ? [] : stalls.bands(thing).filter(({ light }) => !light);
      });
  return apart(bands.sort((a, b) => a.fromNs - b.fromNs));
}

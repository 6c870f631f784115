/**
 * What the details pane shows of one row at one moment. The lane's own spans are its events; a process, which has one span for all
 * its life, has the moments at which it had to do with others.
 */
import type { Model } from '../model/model';
import type { Inspection, InspectionRequest } from '../protocol/inspection';
import { describe } from './details';
import { eventsOf } from './inspectEvents';
import { linksOf, placesOf } from './inspectLinks';
import { totalsOf } from './inspectTotals';
import { Stalls } from '../model/stalls';
import { findThing } from './things';
import { stoppedTime } from './withoutStops';

/** More than a pane can show, whatever is asked for. */
const mostAround = 200;

/** @param nowNs the present, ns from the first event. */
export function inspect(model: Model, { row, atNs, around, withoutStops = false }: InspectionRequest, nowNs: number): Inspection {
  const details = describe(model, { row, atNs, withoutStops }, nowNs);
  const thing = findThing(model, row);
  if (thing === undefined) return { row, atNs, details, totals: [], lifeNs: 0, events: [], before: 0, more: { before: false, after: false }, links: [], places: [] };
  const now = nowNs + model.originNs;
  const end = thing.kind === 'connection' || thing.kind === 'listener' ? thing.closedNs : thing.kind === 'task' ? thing.overNs : thing.endNs;
  const stalls = new Stalls(model, now);
  const bands = withoutStops ? stalls.bands(thing) : [];
  const { events, before, more } = eventsOf(model, thing, atNs + model.originNs, now, Math.min(around, mostAround));
  const life = Math.max(0, (end ?? now) - thing.startNs);
  const queue = thing.kind === 'connection' && thing.queuedNs !== null && thing.acceptedNs !== null ? stalls.durationWithout(thing, thing.queuedNs, thing.acceptedNs) : null;
  return {
    row, atNs, details,
    totals: totalsOf(model, thing, now, bands),
    lifeNs: withoutStops ? Math.max(0, stalls.durationWithout(thing, thing.startNs, Math.max(thing.startNs, end ?? now))) : life,
    ...(withoutStops && queue !== null ? { queueNs: Math.max(0, queue) } : {}),
    events: bands.length === 0 ? events : events.map((event) => (event.arrow !== null ? event : { ...event, stopped: stoppedTime(model, bands, event.beginNs + model.originNs, event.endNs === null ? NaN : event.endNs + model.originNs) })),
    before, more,
    links: linksOf(model, thing),
    places: placesOf(model, thing),
  };
}

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
import { findThing } from './things';

/** More than a pane can show, whatever is asked for. */
const mostAround = 200;

/** @param nowNs the present, ns from the first event. */
export function inspect(model: Model, { row, atNs, around }: InspectionRequest, nowNs: number): Inspection {
  const details = describe(model, { row, atNs }, nowNs);
  const thing = findThing(model, row);
  if (thing === undefined) return { row, atNs, details, totals: [], lifeNs: 0, events: [], before: 0, more: { before: false, after: false }, links: [], places: [] };
  const now = nowNs + model.originNs;
  const end = thing.kind === 'connection' || thing.kind === 'listener' ? thing.closedNs : thing.kind === 'task' ? thing.overNs : thing.endNs;
  return {
    row, atNs, details,
    totals: totalsOf(model, thing, now),
    lifeNs: Math.max(0, (end ?? now) - thing.startNs),
    ...eventsOf(model, thing, atNs + model.originNs, now, Math.min(around, mostAround)),
    links: linksOf(model, thing),
    places: placesOf(model, thing),
  };
}

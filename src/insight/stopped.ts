/** A wait that a debugger's stop made longer is not the program's fault: rules count without stopped time, and say so. */
import type { Model } from '../model/model';
import { Stalls, type Stalled } from '../model/stalls';
import { say, type Said } from '../protocol/phrase';
import type { Span } from './spans';
import { duration } from './words';

/** Rules ask it of each of many connections: what has been found out of threads holds until something is told that was not. */
const made = new WeakMap<Model, { events: number; nowNs: number; stalls: Stalls }>();

function stallsOf(model: Model): Stalls {
  const { eventCount, latestNs } = model;
  const known = made.get(model);
  const holds = known === undefined ? false : known.events === eventCount && known.nowNs === latestNs;
  if (known !== undefined && holds) return known.stalls;
  const stalls = new Stalls(model, latestNs);
  made.set(model, { events: eventCount, nowNs: latestNs, stalls });
  return stalls;
}

/** How long of a span was not stopped, ns. @param thing whose stops count. */
export function withoutStops(model: Model, thing: Stalled, { fromNs, toNs }: Span): number {
  return Math.max(0, stallsOf(model).durationWithout(thing, fromNs, toNs));
}

/** What is added to a finding where there was stopped time; else ''. */
export function besideStops(model: Model, thing: Stalled, span: Span): Said {
  const stopped = span.toNs - span.fromNs - withoutStops(model, thing, span);
  return stopped < 1e6 ? '' : say`For ${duration(stopped)} besides it was stopped in the debugger.`;
}

/** A wait that a debugger's stop made longer is not the program's fault: rules count without stopped time, and say so. */
import type { Model } from '../model/model';
import { Stalls, type Stalled } from '../model/stalls';
import { say, type Said } from '../protocol/phrase';
import type { Span } from './spans';
import { duration } from './words';

/** How long of a span was not stopped, ns. @param thing whose stops count. */
export function withoutStops(model: Model, thing: Stalled, { fromNs, toNs }: Span): number {
  return Math.max(0, new Stalls(model, model.latestNs).durationWithout(thing, fromNs, toNs));
}

/** What is added to a finding where there was stopped time; else ''. */
export function besideStops(model: Model, thing: Stalled, span: Span): Said {
  const stopped = span.toNs - span.fromNs - withoutStops(model, thing, span);
  return stopped < 1e6 ? '' : say`For ${duration(stopped)} besides it was stopped in the debugger.`;
}

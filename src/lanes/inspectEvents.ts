/**
 * A row's events around a moment. Both directions are walked from the moment outwards, so that the cost is what is shown, not what
 * there is.
 */
import type { Connection } from '../model/connection';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import { objectCode, type WaitColumns } from '../model/waits';
import type { InspectedEvent, Inspection } from '../protocol/inspection';
import { spanStates } from '../protocol/states';
import { objectOn } from './details';
import { findThing, labelOf, type RowThing } from './things';

type Events = Pick<Inspection, 'events' | 'before' | 'more'>;

/** Times are the model's. */
export function eventsOf(model: Model, thing: RowThing, at: number, now: number, around: number): Events {
  switch (thing.kind) {
    case 'thread':
      return waitEvents(model, thing.process, thing, at, around);
    case 'task':
      return waitEvents(model, thing.thread.process, thing, at, around);
    case 'connection':
      return activityEvents(model, thing, at, now, around);
    case 'process':
      return arrowEvents(model, thing.id, at, around);
    case 'listener':
      return arrivals(model, thing.connections, at, around);
  }
}

/** Rows `first` to `last` of something of `count` rows, of which `from` is the first at or after the moment. */
function windowOf(from: number, count: number, around: number): { first: number; last: number; before: number; more: Events['more'] } {
  const first = Math.max(0, from - around);
  const last = Math.min(count, from + around);
  return { first, last, before: from - first, more: { before: first > 0, after: last < count } };
}

function rows<T>(first: number, last: number, make: (row: number) => T): T[] {
  return Array.from({ length: last - first }, (_, at) => make(first + at));
}

function waitEvents(model: Model, process: Process, waiting: { readonly waits: WaitColumns }, at: number, around: number): Events {
  const { waits } = waiting;
  const { first, last, before, more } = windowOf(waits.firstEndingAfter(at), waits.count, around);
  const events = rows(first, last, (row): InspectedEvent => ({
    beginNs: waits.begin(row) - model.originNs,
    endNs: shifted(model, waits.end(row)),
    state: spanStates[waits.reason(row)] ?? 'unknown',
    arrow: null,
    on: objectOn(model, process, model.waitObject(waiting, row)),
    site: model.waitSite(waiting, row),
  }));
  return { events, before, more };
}

function activityEvents(model: Model, connection: Connection, at: number, now: number, around: number): Events {
  const { activity } = connection;
  const tail = model.tail(connection, now);
  const settled = activity.firstEndingAfter(at);
  const from = settled < activity.count ? settled : activity.count + tail.filter(({ end }) => end <= at).length;
  const { first, last, before, more } = windowOf(from, activity.count + tail.length, around);
  const events = rows(first, last, (row): InspectedEvent => {
    const span = row < activity.count
      ? { begin: activity.begin(row), end: activity.end(row), state: activity.state(row), owner: activity.owner(row) }
      : tail[row - activity.count]!;
    return {
      beginNs: span.begin - model.originNs, endNs: shifted(model, span.end), state: spanStates[span.state] ?? 'unknown', arrow: null,
      ...ownerAt(model, connection, span.owner, span.begin),
    };
  });
  return { events, before, more };
}

/** Where the owner stood at the begin of a span, and what it was on where that was something else. */
function ownerAt(model: Model, connection: Connection, owner: number, begin: number): Pick<InspectedEvent, 'on' | 'site'> {
  const thread = model.threads[owner - 1];
  if (thread === undefined) return { on: null, site: null };
  const row = thread.waits.firstEndingAfter(begin);
  if (row >= thread.waits.count || thread.waits.begin(row) > begin) return { on: null, site: null };
  const own = thread.waits.objectKind(row) === objectCode.connection && thread.waits.object(row) === connection.number;
  return { on: own ? null : objectOn(model, thread.process, model.waitObject(thread, row)), site: model.waitSite(thread, row) };
}

function arrowEvents(model: Model, id: string, at: number, around: number): Events {
  const { arrows } = model;
  const start = arrows.firstAfter(at);
  const earlier: InspectedEvent[] = [];
  const later: InspectedEvent[] = [];
  const event = (row: number): InspectedEvent | null => {
    const { kind, from, to, atNs } = arrows.get(row);
    if (from !== id && to !== id) return null;
    const other = findThing(model, from === id ? to : from);
    const moment = atNs - model.originNs;
    return {
      beginNs: moment, endNs: moment, state: null, arrow: { kind, way: from === id ? 'out' : 'in' },
      on: other === undefined ? null : { id: other.id, label: labelOf(model, other), channel: null }, site: model.arrowSite(row),
    };
  };
  let row = start - 1;
  for (; row >= 0 && earlier.length <= around; row--) {
    const found = event(row);
    if (found !== null) earlier.push(found);
  }
  for (row = start; row < arrows.count && later.length <= around; row++) {
    const found = event(row);
    if (found !== null) later.push(found);
  }
  const more = { before: earlier.length > around, after: later.length > around };
  const before = earlier.slice(0, around).reverse();
  return { events: [...before, ...later.slice(0, around)], before: before.length, more };
}

/** Of a listener: who was accepted when, and how long each had waited for it. */
function arrivals(model: Model, connections: readonly Connection[], at: number, around: number): Events {
  const from = connections.findIndex((connection) => connection.startNs > at);
  const { first, last, before, more } = windowOf(from < 0 ? connections.length : from, connections.length, around);
  const events = rows(first, last, (row): InspectedEvent => {
    const connection = connections[row]!;
    return {
      beginNs: (connection.queuedNs ?? connection.startNs) - model.originNs, endNs: shifted(model, connection.acceptedNs ?? NaN), state: 'queued', arrow: null,
      on: { id: connection.id, label: labelOf(model, connection), channel: null }, site: model.site(connection.acceptedAt),
    };
  });
  return { events, before, more };
}

function shifted(model: Model, ns: number): number | null {
  return Number.isNaN(ns) ? null : ns - model.originNs;
}

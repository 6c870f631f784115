/**
 * What a tooltip says about one moment of one row: the span, what it is on, and who keeps it waiting, which is the first step of the
 * row's chain of causes.
 */
import type { Connection } from '../model/connection';
import { isZombie, zombieUntil } from '../model/endings';
import { unseenFromNs } from '../model/coverage';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import type { SourcePosition } from '../protocol/report';
import { spanStates, stateCode } from '../protocol/states';
import type { Details, DetailsRequest } from '../protocol/tile';
import { momentOf, ownerAt, rowAt, stepOf } from './causeStep';
import { channelFacts } from './channelFacts';
import { connectionSite } from './rows';
import { eachTaskSpan } from './tasks';
import { findThing, labelOf, type RowThing } from './things';
import { ThreadBetween } from './threadSpans';
import { stopAt, stoppedTime } from './withoutStops';
import { Stalls } from '../model/stalls';

/** @param nowNs the present, ns from the first event. */
export function describe(model: Model, request: DetailsRequest, nowNs: number): Details {
  const details = factsAt(model, request, nowNs);
  const thing = findThing(model, request.row);
  if (thing === undefined) return details;
  addCause(model, thing, request.atNs + model.originNs, nowNs, details);
  addStop(model, thing, request, nowNs, details);
  return details;
}

/** That a debugger stopped it, or what it waits for; and how much of the span that took, where it is to be taken off. */
function addStop(model: Model, thing: RowThing, { atNs, withoutStops }: DetailsRequest, nowNs: number, details: Details): void {
  const stalls = new Stalls(model, nowNs + model.originNs);
  if (stalls.empty) return;
  const { span: at } = details;
  const span = at === null ? null : { fromNs: at.beginNs + model.originNs, toNs: (at.endNs ?? nowNs) + model.originNs };
  const stop = stopAt(model, thing, atNs + model.originNs, span, nowNs + model.originNs);
  if (stop !== null) details.stop = stop;
  if (withoutStops !== true) return;
  const bands = stalls.bands(thing);
  if (details.span !== null) details.stopped = stoppedTime(model, bands, details.span.beginNs + model.originNs, (details.span.endNs ?? NaN) + model.originNs);
  if (details.shares === null || thing.kind !== 'thread') return;
  const now = nowNs + model.originNs;
  const account = model.account(thing, now);
  for (const band of bands) {
    const to = Math.min(band.toNs, thing.endNs ?? now);
    if (to <= band.fromNs) continue;
    const stood = account.shares(band.fromNs, to, (to - band.fromNs) / stopCells);
    for (const name of shareNames) details.shares[name] = Math.max(0, details.shares[name] - stood[name]);
  }
}

/** A thread that stands still does the same all the time. */
const stopCells = 100;
const shareNames = ['running', 'ready', 'gil', 'blocked', 'stopped', 'unknown'] as const;

/** Who keeps it waiting, with the line that it does so at: in the accept queue that is the line to look at, its own is a line of the past. */
function addCause(model: Model, thing: RowThing, ns: number, nowNs: number, details: Details): void {
  if (details.span === null) return;
  const { state, beginNs, endNs } = details.span;
  const window = { fromNs: beginNs + model.originNs, toNs: (endNs ?? nowNs) + model.originNs };
  const { why, next, serves = null } = stepOf(model, thing, ns, window, state, null);
  const isHeld = why === 'queued' || why === 'heldLock' || why === 'worksOn' || (why === 'busy' && thing.kind === 'connection');
  if (!isHeld || next === null) return;
  details.cause = { thread: next.id, threadLabel: labelOf(model, next), connection: serves?.id ?? null, connectionLabel: serves === null ? null : labelOf(model, serves) };
  details.causeSite = factsAt(model, { row: next.id, atNs: momentOf(next, window) - model.originNs }, nowNs).site;
  if (why === 'queued') details.site = details.causeSite ?? details.site;
}

function factsAt(model: Model, request: DetailsRequest, nowNs: number): Details {
  const details: Details = {
    row: request.row, atNs: request.atNs, span: null, on: null, cause: null, site: null, causeSite: null, bytesIn: null, bytesOut: null, handler: null, shares: null, memory: null,
  };
  const thing = findThing(model, request.row);
  if (thing === undefined) return details;
  switch (thing.kind) {
    case 'thread':
      details.memory = 'shared';
      describeThread(model, thing, request.atNs + model.originNs, nowNs + model.originNs, details);
      break;
    case 'task':
      describeTask(model, thing, request.atNs + model.originNs, nowNs + model.originNs, details);
      break;
    case 'connection':
      describeConnection(model, thing, request.atNs + model.originNs, nowNs + model.originNs, details);
      break;
    case 'process':
      details.memory = 'own';
      details.site = model.site(thing.bornAt);
      details.span = processSpan(model, thing, request.atNs + model.originNs, nowNs + model.originNs);
      break;
    case 'listener':
      details.site = model.site(thing.listenedAt);
      break;
  }
  return details;
}

/** Its life, then how long it was a zombie, where that is known; null before and after. */
function processSpan(model: Model, process: Process, ns: number, now: number): Details['span'] {
  const { startNs, endNs } = process;
  if (ns < startNs) return null;
  if (endNs === null || ns <= endNs) return span(model, stateCode.alive, startNs, endNs ?? NaN);
  const until = zombieUntil(process, now);
  if (until === null || ns > until) return null;
  return span(model, stateCode.zombie, endNs, isZombie(process) ? NaN : until);
}

/** So many cells at most make up a life's shares: a person waits for the answer. */
const mostCells = 20_000;

function describeThread(model: Model, thread: Thread, ns: number, now: number, details: Details): void {
  const { waits } = thread;
  const account = model.account(thread, now);
  const lifeEnd = thread.endNs ?? now;
  if (thread.samples.count > 0) details.shares = account.shares(thread.startNs, lifeEnd, (lifeEnd - thread.startNs) / mostCells);
  const at = rowAt(thread, ns);
  if (at >= 0) {
    const end = waits.end(at);
    details.span = {
      state: spanStates[waits.reason(at)]!,
      beginNs: waits.begin(at) - model.originNs,
      endNs: Number.isNaN(end) ? null : end - model.originNs,
    };
    details.on = objectOn(model, thread.process, model.waitObject(thread, at));
    details.site = model.waitSite(thread, at);
    return;
  }
  if (ns < thread.startNs || (thread.endNs !== null && ns > thread.endNs)) return;
  const next = waits.firstEndingAfter(ns);
  const before = next > 0 ? waits.end(next - 1) : thread.startNs;
  const after = next < waits.count ? waits.begin(next) : thread.endNs;
  const between = ns >= unseenFromNs(thread.process) ? stateCode.unknown : stateCode.active;
  details.span = { state: spanStates[between]!, beginNs: before - model.originNs, endNs: after === null ? null : after - model.originNs };
  // Where it was looked at, the piece that is drawn there.
  const cell = account.cellAt(ns);
  const range = { from: Math.max(before, cell.begin), to: Math.min(after ?? now, cell.end), binNs: 0 };
  new ThreadBetween(thread, account, range, (begin, end, state, open) => {
    if (begin <= ns && ns < end && state !== between) details.span = span(model, state, begin, open ? NaN : end);
  }).add(before, after ?? lifeEnd, after === null);
  // Between calls only the calls' lines are known: the next one is what it is on its way to, else where it was.
  details.site = siteNear(model, thread, next < waits.count ? next : next - 1);
}

function siteNear(model: Model, thread: Thread, row: number): SourcePosition | null {
  return (row >= 0 && row < thread.waits.count ? model.waitSite(thread, row) : null) ?? model.site(thread.startedAt);
}

function describeTask(model: Model, task: Task, ns: number, now: number, details: Details): void {
  eachTaskSpan(task, ns, ns, now, (piece) => {
    if (piece.begin <= ns && !(piece.end <= ns)) details.span = span(model, piece.state, piece.begin, piece.end);
  });
  const row = task.waits.firstEndingAfter(ns);
  const inside = row < task.waits.count && task.waits.begin(row) <= ns;
  if (inside) details.on = objectOn(model, task.thread.process, model.waitObject(task, row));
  const last = Math.min(row, task.waits.count - 1);
  details.site = (last < 0 ? null : model.waitSite(task, last)) ?? model.site(task.createdAt);
}

function describeConnection(model: Model, connection: Connection, ns: number, now: number, details: Details): void {
  details.bytesIn = connection.bytesIn;
  details.bytesOut = connection.bytesOut;
  details.site = connectionSite(model, connection);
  details.handler = handlerAt(model, connection, ns);
  const { activity } = connection;
  const at = activity.firstEndingAfter(ns);
  if (at < activity.count && activity.begin(at) <= ns) {
    details.span = span(model, activity.state(at), activity.begin(at), activity.end(at));
  } else {
    const tail = model.tail(connection, now).find((piece) => piece.begin <= ns && !(piece.end <= ns));
    if (tail !== undefined) details.span = span(model, tail.state, tail.begin, tail.end);
  }
  if (details.span === null) return;
  const owner = details.span.state === 'queued' ? null : ownerAt(connection, ns);
  const row = owner === null ? -1 : rowAt(owner, ns);
  if (owner === null || row < 0) return;
  details.on = details.span.state === 'idle' ? objectOn(model, owner.process, model.waitObject(owner, row)) : null;
  details.site = model.waitSite(owner, row) ?? details.site;
}

function handlerAt(model: Model, connection: Connection, ns: number): Details['handler'] {
  const phase = connection.phases.find((each) => each.beginNs <= ns && (each.endNs === null || ns < each.endNs));
  return phase === undefined ? null : { phase: phase.name, error: model.text(phase.error) };
}

function span(model: Model, state: number, begin: number, end: number): Details['span'] {
  return { state: spanStates[state] ?? 'unknown', beginNs: begin - model.originNs, endNs: Number.isNaN(end) ? null : end - model.originNs };
}

/** `connection:c1` as an id with its label; a channel as the waiting process sees it. */
export function objectOn(model: Model, process: Process, reference: string | null): Details['on'] {
  if (reference === null) return null;
  const [, id = ''] = reference.split(':');
  const channel = /^h\d+$/.test(id) ? model.channels[Number(id.slice(1)) - 1] : undefined;
  if (channel !== undefined) return { id, label: id, channel: channelFacts(model, channel, process) };
  const thing = /^[ptkcl]\d+$/.test(id) ? findThing(model, id) : undefined;
  return thing === undefined ? { id: reference, label: reference, channel: null } : { id: thing.id, label: labelOf(model, thing), channel: null };
}

/**
 * What a debugger's stops stalled: the bands over a lane, and how much of a stretch of time they take.
 *
 *     stopped thread      ▨▨▨▨▨▨▨▨▨▨           solid: it stood still
 *     another thread      ░░░░▨▨▨▨▨▨           light: blocked in a call anyway, until that returned
 *     its connections     ▨▨▨▨▨▨▨▨▨▨           their owner stood still
 *     queued client        ▨▨▨▨▨▨▨▨▨           all who accept at its listener stood still
 *
 * Where no probe says from when on the others stood still, they did wherever they were in no call.
 *
 * Made for one answer: it remembers what it has found out about threads.
 */
import { stateCode } from '../protocol/states';
import type { Connection } from './connection';
import type { Listener } from './listener';
import type { Model } from './model';
import type { Process } from './process';
import { overlap, type Span } from './span';
import { apart, stopsOf, type Halt, type JoinedStops } from './stopJoin';
import type { Task } from './task';
import type { Thread } from './thread';

/** toNs is Infinity while the stop lasts. */
export interface Band extends Span {
  /** It stood in a call anyway. */
  readonly light: boolean;
  readonly halt: Halt;
}

export type Stalled = Process | Thread | Task | Connection | Listener;

const nothing: readonly Band[] = [];
/** Of a thread that is told to stand still so many calls are looked at: what has more does not stand still. */
const mostWaits = 1000;

export class Stalls {
  private readonly stops: JoinedStops;
  private readonly threads = new Map<Thread, readonly Band[]>();

  /** @param nowNs the present, model time: what lasts is known until then. */
  constructor(private readonly model: Model, private readonly nowNs: number) {
    this.stops = stopsOf(model);
  }

  /** Nothing was stopped. */
  get empty(): boolean {
    return this.stops.halts.length === 0;
  }

  get halts(): readonly Halt[] {
    return this.stops.halts;
  }

  /** In the order of time, without overlap. */
  bands(thing: Stalled): readonly Band[] {
    if (this.empty) return nothing;
    switch (thing.kind) {
      case 'process':
        return apart((this.stops.byProcess.get(thing) ?? []).map((halt) => ({ ...within(halt, thing.startNs, thing.endNs), light: false, halt })));
      case 'thread':
        return this.ofThread(thing);
      case 'task':
        return cut(this.solid(thing.thread), thing.startNs, thing.overNs);
      case 'connection':
        return this.ofConnection(thing);
      case 'listener':
        return nothing;
    }
  }

  /** Which thread the debugger has stopped now; null where it goes on. */
  standing(thread: Thread): Band | null {
    if (!this.stops.lasts) return null;
    const bands = this.ofThread(thread);
    const last = bands[bands.length - 1];
    return last?.light === false && last.toNs === Infinity ? last : null;
  }

  /** How much of the time of a thing was spent otherwise than stalled by a stop, ns. The one place where stopped time is taken off. */
  durationWithout(thing: Stalled, fromNs: number, toNs: number): number {
    return toNs - fromNs - stalledWithin(this.bands(thing), fromNs, toNs);
  }

  private solid(thread: Thread): readonly Band[] {
    return this.ofThread(thread).filter(({ light }) => !light);
  }

  private ofThread(thread: Thread): readonly Band[] {
    let bands = this.threads.get(thread);
    if (bands === undefined) this.threads.set(thread, (bands = this.threadBands(thread)));
    return bands;
  }

  private threadBands(thread: Thread): readonly Band[] {
    const stood = (this.stops.byThread.get(thread) ?? []).map(({ fromNs, toNs, halt }): Band => ({ fromNs, toNs, light: false, halt }));
    const along = (this.stops.byProcess.get(thread.process) ?? []).filter((halt) => halt.all && halt.thread !== thread);
    if (along.length === 0) return stood;
    const rest = subtract(apart(along.map((halt): Band => ({ ...within(halt, thread.startNs, thread.endNs), light: true, halt }))), stood);
    const all = [...stood, ...rest.flatMap((band) => (band.halt.exact ? [band] : this.byCalls(thread, band)))];
    return all.sort((a, b) => a.fromNs - b.fromNs);
  }

  /** Nobody says when the thread stood still: it did so between its calls. */
  private byCalls({ waits }: Thread, band: Band): Band[] {
    const calls: Band[] = [];
    for (let row = waits.firstEndingAfter(band.fromNs); row < waits.count && waits.begin(row) < band.toNs; row++) {
      if (calls.length === mostWaits) return [band];
      const end = waits.end(row);
      const span = within(band, waits.begin(row), Number.isNaN(end) ? null : end);
      if (span.toNs > span.fromNs) calls.push({ ...band, ...span });
    }
    return [...calls, ...subtract([band], calls).map((each) => ({ ...each, light: false }))];
  }

  private ofConnection(connection: Connection): readonly Band[] {
    const bands: Band[] = [];
    const { queuedNs, listener } = connection;
    if (queuedNs !== null && listener !== null) bands.push(...this.atListener(listener, queuedNs, connection.acceptedNs ?? connection.closedNs ?? Infinity));
    for (const { thread, fromNs, toNs } of connection.owners) bands.push(...cut(this.solid(thread), fromNs, toNs ?? connection.closedNs));
    if (connection.role === 'client' && connection.otherEnd?.role === 'server') bands.push(...subtract(this.ofClient(connection, connection.otherEnd), bands));
    return bands.length === 0 ? nothing : apart(bands.sort((a, b) => a.fromNs - b.fromNs));
  }

  /** While every thread that accepts there, and lived, stood still. */
  private atListener({ acceptors }: Listener, fromNs: number, toNs: number): readonly Band[] {
    let bands: readonly Band[] | null = null;
    for (const thread of acceptors) {
      if (thread.startNs >= toNs || (thread.endNs ?? Infinity) <= fromNs) continue;
      const own = cut(this.solid(thread), fromNs, toNs);
      // One that has ended, or has not begun, accepts nobody either.
      const absent = [{ fromNs, toNs: thread.startNs }, { fromNs: thread.endNs ?? Infinity, toNs }];
      bands = bands === null ? own : subtract(bands, subtractSpans({ fromNs, toNs }, [...own, ...absent]));
      if (bands.length === 0) break;
    }
    return bands ?? nothing;
  }

  /** A client that is traced too waits in its calls while its server is stopped. */
  private ofClient(client: Connection, server: Connection): Band[] {
    const bands: Band[] = [];
    for (const band of this.ofConnection(server)) {
      const waits = (state: number, begin: number, end: number): void => {
        const span = within(band, begin, Number.isNaN(end) ? null : end);
        if ((state === stateCode.receiveWait || state === stateCode.sendWait) && span.toNs > span.fromNs) bands.push({ ...band, ...span, light: true });
      };
      const { activity } = client;
      for (let row = activity.firstEndingAfter(band.fromNs); row < activity.count && activity.begin(row) < band.toNs; row++) {
        waits(activity.state(row), activity.begin(row), activity.end(row));
      }
      if (band.toNs > activity.settledNs) for (const { state, begin, end } of this.model.tail(client, this.nowNs)) waits(state, begin, end);
    }
    return bands;
  }
}

/** How much of a stretch lies in the bands, ns. */
export function stalledWithin(bands: readonly Band[], fromNs: number, toNs: number): number {
  let sum = 0;
  for (const band of bands) {
    if (band.fromNs >= toNs) break;
    sum += overlap(band, { fromNs, toNs });
  }
  return sum;
}

/** @param toNs null: it has no end yet. */
function within(span: Span, fromNs: number, toNs: number | null): Span {
  const from = Math.max(span.fromNs, fromNs);
  return { fromNs: from, toNs: Math.max(from, Math.min(span.toNs, toNs ?? Infinity)) };
}

function cut(bands: readonly Band[], fromNs: number, toNs: number | null): Band[] {
  return bands.map((band) => ({ ...band, ...within(band, fromNs, toNs) })).filter((band) => band.toNs > band.fromNs);
}

/** What of the bands lies in none of the holes. @param holes in any order. */
function subtract(bands: readonly Band[], holes: readonly Span[]): Band[] {
  return bands.flatMap((band) => subtractSpans(band, holes).map((span) => ({ ...band, ...span })));
}

function subtractSpans(span: Span, holes: readonly Span[]): Span[] {
  let { fromNs } = span;
  const left: Span[] = [];
  for (const hole of [...holes].sort((a, b) => a.fromNs - b.fromNs)) {
    if (hole.toNs <= fromNs || hole.toNs <= hole.fromNs || hole.fromNs >= span.toNs) continue;
    if (hole.fromNs > fromNs) left.push({ fromNs, toNs: hole.fromNs });
    fromNs = Math.max(fromNs, hole.toNs);
  }
  if (fromNs < span.toNs) left.push({ fromNs, toNs: span.toNs });
  return left;
}

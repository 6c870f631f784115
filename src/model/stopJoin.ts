/**
 * What the debugger told and what the probe told, joined into one picture of the stops:
 *
 *     probe      t1   ├── suspended ─────────────────┤       t1 stopped for a reason: the probe's times, the debugger's reason
 *                t2       ├── suspended ────────────┤        t2 was stopped along with it
 *     debugger           ├ stop t1, "breakpoint", all ┤
 *     halt            ├──────────────────────────────┤       the stop as a whole: what it stalled hangs on it
 *
 * A standstill that the debugger told nobody of, although it has a session for the process, is its own doing: js-debug holds a program at its first
 * statement until its breakpoints are set.
 *
 * Where no probe tells (a Node without an inspector, other debuggers) the debugger's times alone count. A thread is known by the kernel's id, else by a name that no
 * other living thread of the process has, else by the one suspension that it can be; else it is null.
 */
import type { SourcePosition } from '../protocol/report';
import { ownReason } from '../protocol/stopped';
import type { Model } from './model';
import type { Process } from './process';
import type { Reference } from './references';
import { overlap, type Span } from './span';
import type { DebugThread, Suspension, ToldStop } from './stops';
import type { Thread } from './thread';

/** One stop of a debugger's, from its first thread's standstill to when that went on. */
export interface Halt extends Span {
  readonly process: Process | null;
  /** The thread that was stopped for a reason; null where it is unknown. */
  readonly thread: Thread | null;
  /** What the debugger said of it; null where only the probe told. */
  readonly told: ToldStop | null;
  /** Where the thread stood, as its probe says. */
  readonly site: Reference | null;
  /** The debugger's own doing: it told nobody, although it tells of this process. */
  readonly unasked: boolean;
  /** All threads of the process were stopped. */
  readonly all: boolean;
  /** The times are the probe's. */
  readonly exact: boolean;
}

/** A thread stood still; the halt's own, or one that was stopped along. toNs is Infinity while it does. */
export interface Standstill extends Span {
  readonly thread: Thread;
  readonly halt: Halt;
}

export interface JoinedStops {
  /** In the order of time. */
  readonly halts: readonly Halt[];
  readonly byProcess: ReadonlyMap<Process, readonly Halt[]>;
  /** In the order of time, without overlap. */
  readonly byThread: ReadonlyMap<Thread, readonly Standstill[]>;
  /** Something stands still now. */
  readonly lasts: boolean;
}

const none: JoinedStops = { halts: [], byProcess: new Map(), byThread: new Map(), lasts: false };
const kept = new WeakMap<object, { told: string; events: number; joined: JoinedStops }>();

export function stopsOf(model: Model): JoinedStops {
  const { stops } = model;
  if (stops.told.length === 0 && stops.suspensions.length === 0) return none;
  const known = kept.get(stops);
  const told = [stops.version, model.processes.length, model.threads.length].join();
  if (known?.told === told && (!known.joined.lasts || known.events === model.eventCount)) return known.joined;
  const joined = new Join(model).joined();
  // What lasts ends with its thread, which no record of a stop tells.
  kept.set(stops, { told, events: model.eventCount, joined });
  return joined;
}

/** So many neighbours are looked at for the one that tells of the same stop. */
const lookBack = 64;

class Join {
  private readonly halts: Halt[] = [];
  private readonly standstills: Standstill[] = [];
  private readonly byPid = new Map<number, Process[]>();

  constructor(private readonly model: Model) {
    for (const process of model.processes) {
      const same = this.byPid.get(process.pid);
      if (same === undefined) this.byPid.set(process.pid, [process]);
      else same.push(process);
    }
  }

  joined(): JoinedStops {
    const { told, suspensions } = this.model.stops;
    const stood = grouped(suspensions, ({ thread }) => thread);
    const inProcess = grouped(suspensions, ({ thread }) => thread.process);
    const claimed = new Set<Suspension>();
    for (const stop of told) this.addTold(stop, stood, inProcess, claimed);
    this.halts.sort(byBegin);
    const known = grouped(this.halts, ({ process }) => process);
    for (const suspension of suspensions) if (!claimed.has(suspension)) this.addAlong(suspension, known.get(suspension.thread.process) ?? []);
    this.halts.sort(byBegin);
    const byProcess = grouped(this.halts, ({ process }) => process);
    byProcess.delete(null);
    const byThread = new Map<Thread, Standstill[]>();
    for (const [thread, list] of grouped(this.standstills, ({ thread }) => thread)) byThread.set(thread, apart(list.sort(byBegin)));
    const lasts = [...this.halts, ...this.standstills].some(({ toNs }) => toNs === Infinity);
    return { halts: this.halts, byProcess: byProcess as Map<Process, Halt[]>, byThread, lasts };
  }

  private addTold(told: ToldStop, stood: ReadonlyMap<Thread, Suspension[]>, inProcess: ReadonlyMap<Process, Suspension[]>, claimed: Set<Suspension>): void {
    const process = this.processOf(told);
    const named = process === null ? null : threadOf(this.model, told, process);
    const span: Span = { fromNs: told.fromNs, toNs: told.toNs ?? process?.endNs ?? Infinity };
    const known = named !== null ? stood.get(named) : process !== null ? inProcess.get(process) : undefined;
    const candidates = around(known ?? [], told.fromNs).filter((each) => !claimed.has(each) && overlap(spanOf(each), span) > 0);
    const own = named === null ? this.theOne(candidates, told) : nearest(candidates, told.fromNs);
    const thread = own?.thread ?? named;
    const { fromNs, toNs } = own === null ? cut(span, thread) : spanOf(own);
    const halt: Halt = { process, thread, told, site: own?.site ?? null, unasked: false, all: told.all, exact: own !== null, fromNs, toNs: Math.max(fromNs, toNs) };
    this.halts.push(halt);
    if (own !== null) claimed.add(own);
    if (thread !== null) this.standstills.push({ thread, halt, fromNs: halt.fromNs, toNs: halt.toNs });
  }

  /** A suspension that no stop was told of: along with one that was, or by itself. */
  private addAlong(suspension: Suspension, halts: readonly Halt[]): void {
    const { thread, site } = suspension;
    const span = spanOf(suspension);
    let along: Halt | null = null;
    let most = 0;
    for (let at = firstFrom(halts, span.toNs) - 1, looks = 0; at >= 0 && looks < lookBack; at--, looks++) {
      const halt = halts[at]!;
      const shared = halt.all ? overlap(halt, span) : 0;
      if (shared <= most) continue;
      most = shared;
      along = halt;
    }
    if (along === null) this.halts.push((along = { process: thread.process, thread, told: null, site, unasked: this.isDebugged(suspension), all: false, exact: true, ...span }));
    this.standstills.push({ thread, halt: along, ...span });
  }

  /** Whether there was a session that would have told of its stop. */
  private isDebugged({ thread, fromNs }: Suspension): boolean {
    for (const { pid, endedNs } of this.model.stops.sessions.values()) if (pid === thread.process.pid && (endedNs ?? Infinity) >= fromNs) return true;
    return false;
  }

  /** Where it can be one thread only: the only one that stood still then, or the only one at the line of the stop. */
  private theOne(candidates: readonly Suspension[], { line }: ToldStop): Suspension | null {
    if (candidates.length === 1) return candidates[0]!;
    const there = line === 0 ? [] : candidates.filter(({ site }) => this.model.site(site)?.line === line);
    return there.length === 1 ? there[0]! : null;
  }

  /** Of a pid that was given again the process that lived then. */
  private processOf({ pid, session, fromNs }: ToldStop): Process | null {
    const same = this.byPid.get(pid || session.pid) ?? [];
    let found: Process | null = same[0] ?? null;
    for (const process of same) if (process.startNs <= fromNs) found = process;
    return found;
  }
}

/** The thread that a debugger means; null where that is not certain. */
function threadOf(model: Model, told: ToldStop, process: Process): Thread | null {
  const called: DebugThread | undefined = told.debugThread === null ? undefined : told.threads.get(told.debugThread);
  const tid = told.tid || (called?.tid ?? 0);
  const living = process.threads.filter((thread) => thread.startNs <= told.fromNs && (thread.endNs ?? Infinity) >= told.fromNs);
  const numbered = living.filter((thread) => tid !== 0 && thread.tid === tid);
  if (numbered.length > 0) return numbered[numbered.length - 1]!;
  const name = model.text(called?.name ?? null);
  const named = name === null ? [] : living.filter((thread) => model.threadName(thread) === name);
  if (named.length === 1) return named[0]!;
  return tid === 0 && isNodeProcess(model, told) ? process.main : null;
}

/** js-debug has a session for each process, which is its main thread's, and one below for each worker. */
function isNodeProcess(model: Model, { session, pid }: ToldStop): boolean {
  const type = model.text(session.type);
  if (type !== 'pwa-node' && type !== 'node') return false;
  const own = pid || session.pid;
  return own !== 0 && session.parent?.pid !== own;
}

/** Those that begin next to the moment. */
function around(suspensions: readonly Suspension[], ns: number): readonly Suspension[] {
  const at = firstFrom(suspensions, ns);
  return suspensions.slice(Math.max(0, at - lookBack), at + lookBack);
}

function spanOf({ thread, fromNs, toNs }: Suspension): Span {
  return { fromNs, toNs: Math.max(fromNs, toNs ?? thread.endNs ?? Infinity) };
}

function cut({ fromNs, toNs }: Span, thread: Thread | null): Span {
  return { fromNs, toNs: Math.max(fromNs, Math.min(toNs, thread?.endNs ?? Infinity)) };
}

/** The debugger tells of a stop while the thread stands: of the suspensions the last that had begun by then, else the first after it. */
function nearest(candidates: readonly Suspension[], ns: number): Suspension | null {
  let found: Suspension | null = null;
  for (const each of candidates) if (found === null || each.fromNs <= ns) found = each;
  return found;
}

function byBegin(a: Span, b: Span): number {
  return a.fromNs - b.fromNs;
}

/** As the debugger calls it, or `ownReason`; null where only the probe told. */
export function reasonOf(model: Model, { told, unasked }: Halt): string | null {
  if (unasked) return ownReason;
  return told === null ? null : model.text(told.reason);
}

/** Where the thread stopped: as the debugger says, which knows the source that a script was made from; else as its probe says. */
export function placeOf(model: Model, { site, told }: Halt): SourcePosition | null {
  const known = model.site(site);
  const file = told === null || told.line === 0 ? null : model.text(told.file);
  if (told === null || file === null) return known;
  // The probe's path may begin at the program's directory.
  if (known?.line === told.line && file.endsWith(known.file)) return known;
  return { file, line: told.line, function: known?.function ?? '' };
}

/** Place of the first that begins at or after the moment. */
export function firstFrom(spans: readonly Pick<Span, 'fromNs'>[], ns: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans[middle]!.fromNs < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of what overlaps the later one begins where the earlier one ends. @param spans in the order of their begins. */
export function apart<T extends Span>(spans: readonly T[]): T[] {
  const parts: T[] = [];
  let endNs = -Infinity;
  for (const span of spans) {
    if (span.toNs <= endNs) continue;
    parts.push(span.fromNs < endNs ? { ...span, fromNs: endNs } : span);
    endNs = span.toNs;
  }
  return parts.filter(({ fromNs, toNs }) => toNs > fromNs);
}

function grouped<T, K>(list: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

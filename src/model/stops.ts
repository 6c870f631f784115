/**
 * When a debugger stopped what, as it was told: by the debugger's adapter through the editor (`debugStop`, `debugContinue`), and by the probe,
 * which knows to the nanosecond from when to when a thread stood still (`suspended`).
 *
 *     probe      t1        suspended ├───────────────────┤              exact, by thread; no reason
 *     adapter    session 1    stop "breakpoint" ├──────────┤ continue   a reason; late by as long as the editor needed to hear of it
 *
 * Nothing is joined here, because the two tell of a stop in either order: `stopJoin.ts` does. Adapters leave out ends of stops, and name other
 * threads in them than in their begins: the handlers below know what else ends one.
 */
import { debugThreadPhases, noDebugThread, sessionPhases } from '../protocol/events';
import { kinds, offsets } from '../protocol/layout';
import type { Process } from './process';
import type { Reading } from './reading';
import type { Reference } from './references';
import type { Thread } from './thread';
import type { World } from './world';

/** What a debugger calls a thread. */
export interface DebugThread {
  /** The kernel's id; 0 where it is unknown. */
  readonly tid: number;
  readonly name: Reference | null;
}

/** A debug session of the editor's. */
export class DebugSession {
  /** Its process; 0 while it is unknown. */
  pid = 0;
  type: Reference | null = null;
  name: Reference | null = null;
  endedNs: number | null = null;
  /** By the debugger's number. Another map after a restart: the numbers begin anew. */
  threads = new Map<number, DebugThread>();
  /** Stops that last. */
  readonly open = new Set<ToldStop>();

  /** @param parent null for a root, and where it is unknown. */
  constructor(
    readonly number: number,
    readonly parent: DebugSession | null,
    readonly startNs: number,
  ) {}
}

/** A stop as the debugger told it. */
export interface ToldStop {
  readonly session: DebugSession;
  /** 0 where it is unknown. */
  readonly pid: number;
  /** The kernel's id of the thread; 0 where it is unknown. */
  readonly tid: number;
  /** Null where none was named. */
  readonly debugThread: number | null;
  /** The session's threads as they were numbered then. */
  readonly threads: ReadonlyMap<number, DebugThread>;
  readonly reason: Reference | null;
  readonly file: Reference | null;
  /** 0 where it is unknown. */
  readonly line: number;
  /** Every thread of the process is stopped with it. */
  readonly all: boolean;
  /** ns from the recording's base. */
  readonly fromNs: number;
  /** Null while it lasts. */
  toNs: number | null;
}

/** A thread stood still in the debugger, as its probe says. */
export interface Suspension {
  readonly thread: Thread;
  readonly fromNs: number;
  /** Null while it lasts. */
  toNs: number | null;
  readonly site: Reference | null;
}

export class Stops {
  readonly sessions = new Map<number, DebugSession>();
  /** In the order in which they were told. */
  readonly told: ToldStop[] = [];
  /** In the order of their begins. */
  readonly suspensions: Suspension[] = [];
  /** Grows with all that changes any of them. */
  version = 0;
  /** Of each thread that stands still: since when. */
  private readonly standing = new Map<Thread, Suspension>();

  /** A record of the debugger's, written by who attends the run. */
  takeTold(world: World, reading: Reading): void {
    switch (reading.kind) {
      case kinds.debugSession:
        this.takeSession(world, reading);
        break;
      case kinds.debugStop:
        this.takeStop(world, reading);
        break;
      case kinds.debugContinue:
        this.takeContinue(world, reading);
        break;
      case kinds.debugThread:
        this.takeThread(world, reading);
        break;
      case kinds.debugExit:
        for (const stop of this.session(reading, offsets.debugExit.session).open) this.end(world, stop, atOf(reading));
        break;
      default:
        return;
    }
    this.version++;
  }

  /** The probe: the thread stands still, or goes on. */
  takeSuspended(world: World, thread: Thread, reading: Reading): void {
    this.version++;
    touch(world, thread.process);
    const open = this.standing.get(thread);
    if (reading.begins) {
      if (open !== undefined) open.toNs = reading.time;
      this.add(thread, reading, null);
      return;
    }
    this.standing.delete(thread);
    if (open?.fromNs === reading.time) open.toNs = reading.end;
    else this.add(thread, reading, reading.end);
  }

  /** The thread stands still now, as its probe says; undefined where it goes on, or has no probe that tells. */
  suspensionOf(thread: Thread): Suspension | undefined {
    return this.standing.get(thread);
  }

  private add(thread: Thread, reading: Reading, toNs: number | null): void {
    const suspension: Suspension = { thread, fromNs: reading.time, toNs, site: reading.reference(offsets.suspended.site) };
    if (toNs === null) this.standing.set(thread, suspension);
    let at = this.suspensions.length;
    while (at > 0 && this.suspensions[at - 1]!.fromNs > suspension.fromNs) at--;
    this.suspensions.splice(at, 0, suspension);
  }

  private session(reading: Reading, offset: number): DebugSession {
    const number = reading.u32(offset);
    let session = this.sessions.get(number);
    if (session === undefined) this.sessions.set(number, (session = new DebugSession(number, null, atOf(reading))));
    return session;
  }

  private takeSession(world: World, reading: Reading): void {
    const at = offsets.debugSession;
    const number = reading.u32(at.session);
    const parent = this.sessions.get(reading.u32(at.parent)) ?? null;
    if (!this.sessions.has(number)) this.sessions.set(number, new DebugSession(number, parent, atOf(reading)));
    const session = this.session(reading, at.session);
    session.pid = reading.u32(at.process) || session.pid;
    session.type = reading.reference(at.type) ?? session.type;
    session.name = reading.reference(at.name) ?? session.name;
    const phase = reading.u16(at.phase);
    if (phase === sessionPhases.process) return;
    // Whatever was stopped is so no more: its adapter is gone, or begins anew.
    this.endAll(world, session, atOf(reading));
    session.threads = new Map();
    session.endedNs = phase === sessionPhases.ended ? atOf(reading) : null;
    if (phase === sessionPhases.restarted) session.pid = reading.u32(at.process);
  }

  private takeStop(world: World, reading: Reading): void {
    const at = offsets.debugStop;
    const session = this.session(reading, at.session);
    const number = reading.u32(at.debugThread);
    const debugThread = number === noDebugThread ? null : number;
    const fromNs = atOf(reading);
    const stop: ToldStop = {
      session, debugThread, fromNs, pid: reading.u32(at.process), tid: reading.u32(at.thread), threads: session.threads, reason: reading.reference(at.reason),
      file: reading.reference(at.file), line: reading.u32(at.line), all: reading.u16(at.all) !== 0, toNs: null,
    };
    if (!this.toldAgain(stop)) {
      // A thread that stops again has gone on in between, whether that was told or not.
      for (const open of session.open) if (open.debugThread === debugThread) this.end(world, open, fromNs);
      session.open.add(stop);
      this.told.push(stop);
    }
    touch(world, world.process(stop.pid || session.pid));
  }

  /** The same stop, of which more is known by now (marks.ts): it takes the other's place, and its end, should it be over. */
  private toldAgain(stop: ToldStop): boolean {
    const { session, debugThread, fromNs } = stop;
    for (let at = this.told.length - 1; at >= 0; at--) {
      const known = this.told[at]!;
      if (known.session !== session || known.debugThread !== debugThread || known.fromNs !== fromNs) continue;
      stop.toNs = known.toNs;
      this.told[at] = stop;
      if (session.open.delete(known)) session.open.add(stop);
      return true;
    }
    return false;
  }

  /** Of a stop of all threads the debugger may name another thread to go on than the one that it named to stop. */
  private takeContinue(world: World, reading: Reading): void {
    const at = offsets.debugContinue;
    const session = this.session(reading, at.session);
    const debugThread = reading.u32(at.debugThread);
    const all = reading.u16(at.all) !== 0 || debugThread === noDebugThread;
    for (const open of session.open) {
      if (all || open.debugThread === null || open.debugThread === debugThread) this.end(world, open, atOf(reading));
    }
  }

  private takeThread(world: World, reading: Reading): void {
    const at = offsets.debugThread;
    const session = this.session(reading, at.session);
    const number = reading.u32(at.debugThread);
    const known = session.threads.get(number);
    session.threads.set(number, { tid: reading.u32(at.thread) || (known?.tid ?? 0), name: reading.reference(at.name) ?? known?.name ?? null });
    if (reading.u16(at.phase) !== debugThreadPhases.exited) return;
    for (const open of session.open) if (open.debugThread === number) this.end(world, open, atOf(reading));
  }

  private endAll(world: World, session: DebugSession, ns: number): void {
    for (const open of session.open) this.end(world, open, ns);
  }

  private end(world: World, stop: ToldStop, ns: number): void {
    stop.toNs = Math.max(ns, stop.fromNs);
    stop.session.open.delete(stop);
    touch(world, world.process(stop.pid || stop.session.pid));
  }
}

/** When it happened, which is before it was written. All these kinds begin with it. */
function atOf(reading: Reading): number {
  const at = reading.timeAt(offsets.debugStop.at);
  return at <= reading.time ? at : reading.time;
}

/** That a thread is stopped stands in its row, and which others are stopped with it nobody tells. */
function touch(world: World, process: Process | null): void {
  if (process === null) return;
  world.changed.add(process);
  for (const thread of process.threads) if (thread.endNs === null) world.changed.add(thread);
}

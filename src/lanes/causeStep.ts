/**
 * Who keeps a row waiting, and why: one step of a chain of causes. The tooltip, the details and the chain all say what is said here, so
 * that they never name different ones.
 *
 *     c2  queued ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│      c2 waits for t1, since that serves c1
 *     t1     receive c1 ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│
 *            ├─────── window ───────────┤
 */
import type { Connection } from '../model/connection';
import { isZombie } from '../model/endings';
import { keptBy, longestWait } from '../model/keeping';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { Span } from '../model/span';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import { objectCode, reasonCode } from '../model/waits';
import type { CauseReason, Named } from '../protocol/causeChain';
import { labelOf, type RowThing } from './things';

/** A thread that waits for less of the window than this is at work in it. */
const leastShare = 0.25;

/** Who is next, and why. Times are the model's. */
export interface Step {
  readonly why: CauseReason;
  readonly next: RowThing | null;
  readonly on?: Named | null;
  /** Of the next link. */
  readonly serves?: Connection | null;
}

const nobody: Step = { why: 'itself', next: null };

const middleOf = ({ fromNs, toNs }: Span): number => (fromNs + toNs) / 2;

/** A moment of the window at which the row does what it does most in it. */
export function momentOf(thing: RowThing, window: Span): number {
  const middle = middleOf(window);
  if (thing.kind === 'thread') {
    const { waits } = thing;
    const row = longestWait(thing, window, (window.toNs - window.fromNs) * leastShare, reasonCode.accept);
    if (row >= 0) return middleOf({ fromNs: Math.max(waits.begin(row), window.fromNs), toNs: Math.min(Number.isNaN(waits.end(row)) ? Infinity : waits.end(row), window.toNs) });
    // Between two of its waits, where it is in none in the middle.
    const inside = waits.firstEndingAfter(middle);
    return inside < waits.count && waits.begin(inside) <= middle && waits.end(inside) <= window.toNs ? waits.end(inside) : middle;
  }
  return middle;
}

/** @param at of the model's time, at which `state` is the row's; @param window what the links before have in common; @param before the link before. */
export function stepOf(model: Model, thing: RowThing, at: number, window: Span, state: string, before: RowThing | null): Step {
  switch (thing.kind) {
    case 'connection':
      return connectionStep(thing, at, state);
    case 'thread':
      return waitStep(model, thing, thing, rowAt(thing, at), before);
    case 'task': {
      const row = rowAt(thing, at);
      // Its loop is at another task's step.
      if (row < 0) return state === 'idle' ? { why: 'busy', next: thing.thread } : nobody;
      return waitStep(model, thing, thing.thread, row, before);
    }
    case 'process':
      return isZombie(thing) && at >= (thing.endNs ?? Infinity) ? { why: 'reaped', next: mainOf(thing.parent, window) } : nobody;
    case 'listener':
      return nobody;
  }
}

function connectionStep(connection: Connection, at: number, state: string): Step {
  const { otherEnd } = connection;
  const server = otherEnd?.owner ?? null;
  switch (state) {
    case 'queued': {
      const queued = { fromNs: connection.queuedNs ?? connection.startNs, toNs: connection.acceptedNs ?? connection.closedNs ?? Infinity };
      const kept = keptBy(connection, queued, 1);
      return kept === null ? nobody : { why: 'queued', next: kept.holder, serves: kept.held };
    }
    case 'receiveWait':
    case 'sendWait':
      if (otherEnd === null) return { why: state === 'receiveWait' ? 'silent' : 'slow', next: null };
      // Nobody has taken the other end out of its queue yet: that is what is waited for.
      return { why: 'otherEnd', next: server ?? otherEnd };
    case 'idle':
      return { why: 'busy', next: ownerAt(connection, at) ?? connection.owner };
    default:
      return nobody;
  }
}

/** Null where nobody owned it then. */
export function ownerAt({ owners }: Connection, ns: number): Thread | null {
  return owners.find(({ fromNs, toNs }) => fromNs <= ns && (toNs === null || ns < toNs))?.thread ?? null;
}

/** Row of the wait at a moment, -1 between waits. */
export function rowAt({ waits }: Thread | Task, ns: number): number {
  const row = waits.firstEndingAfter(ns);
  return row < waits.count && waits.begin(row) <= ns ? row : -1;
}

/** @param thread of a task the one that its loop runs in. */
function waitStep(model: Model, waiting: Thread | Task, thread: Thread, row: number, before: RowThing | null): Step {
  const { waits } = waiting;
  if (row < 0) return nobody;
  const reason = waits.reason(row);
  const number = waits.object(row);
  switch (waits.objectKind(row)) {
    case objectCode.connection: {
      const connection = model.connections[number - 1];
      if (connection === undefined || (reason !== reasonCode.receive && reason !== reasonCode.send)) return nobody;
      const [why, on] = [reason === reasonCode.receive ? 'bytes' as const : 'room' as const, named(model, connection)];
      // Its lane says the same of itself: from there it goes on with the other end.
      if (connection !== before) return { why, on, next: connection };
      return { why, on, next: connection.otherEnd?.owner ?? connection.otherEnd };
    }
    case objectCode.thread:
      return { why: 'ended', next: model.threads[number - 1] ?? null };
    case objectCode.process: {
      const process = model.processes[number - 1];
      return process === undefined ? nobody : { why: 'ended', next: mainOf(process, { fromNs: waits.begin(row), toNs: waits.begin(row) }) };
    }
    case objectCode.channel:
      return channelStep(model, thread.process, number);
    default:
      return lockStep(model, waiting, row);
  }
}

function lockStep(model: Model, waiting: Thread | Task, row: number): Step {
  const { waits } = waiting;
  const object = model.waitObject(waiting, row);
  const on = object === null ? null : { id: object, label: object };
  const holder = model.threads[waits.holder(row) - 1] ?? null;
  if (holder === waiting) return { why: 'ownLock', on, next: holder };
  if (holder !== null) return { why: waits.reason(row) === reasonCode.lock ? 'heldLock' : 'worksOn', on, next: holder };
  const waker = model.threads[waits.endedBy(row) - 1] ?? null;
  return waker === null ? { ...nobody, on } : { why: 'woken', on, next: waker };
}

/** Whoever is alone at the other end. */
function channelStep(model: Model, process: Process, number: number): Step {
  const channel = model.channels[number - 1];
  const others = channel?.ends.filter((end) => end.process !== process).map((end) => end.process) ?? [];
  const [other] = others;
  if (channel === undefined || other === undefined || others.length > 1) return nobody;
  const live = other.threads.filter((thread) => thread.endNs === null);
  return { why: 'channel', on: { id: channel.id, label: channel.id }, next: live.length === 1 ? live[0]! : other };
}

/** The thread that a process began with, where it lives then; else the process. */
function mainOf(process: Process | null, { fromNs }: Span): RowThing | null {
  const main = process?.main ?? null;
  return main !== null && !(main.endNs !== null && main.endNs < fromNs) ? main : process;
}

export function named(model: Model, thing: RowThing | null): Named | null {
  return thing === null ? null : { id: thing.id, label: labelOf(model, thing) };
}

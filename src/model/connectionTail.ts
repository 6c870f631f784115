/**
 * What a connection's owner did between two calls on it.
 *
 *     owner's waits      ──recv c1──      ─sleep─            ───── poll ─────  ─recv c2─     ──recv c1──
 *     lane of c1         receiveWait│work.│ idle  │ working │        idle                   │receiveWait
 *
 * After a sleep, a lock or a call to another server the owner is back at this connection's work; from a poll, an accept
 * or a call on another client's connection on it may be at anybody's, so the lane stays idle until the next call on this one.
 */
import { stateCode } from '../protocol/states';
import type { Connection, OwnerSpan } from './connection';
import type { Thread } from './thread';
import { objectCode, reasonCode, type WaitColumns } from './waits';

/** Where spans go: a lane, or a list of them. No callback, because every call on a connection comes by here. */
export interface SpanSink {
  push(begin: number, end: number, state: number, owner: number): void;
}

/** A span of a connection's lane that is not settled. `end` is NaN where it is open. */
export interface TailSpan {
  begin: number;
  end: number;
  state: number;
  owner: number;
}

/** So many rows are looked at from the last one on before they are searched. */
const nearRows = 8;

function isConversation(reason: number): boolean {
  return reason === reasonCode.receive || reason === reasonCode.send || reason === reasonCode.poll || reason === reasonCode.accept;
}

/** Emits the owner's spans between two calls on the connection, from `from` to `to`. */
function emitGap(connection: Connection, owner: Thread, from: number, to: number, connections: readonly Connection[], spans: SpanSink): void {
  const { waits, number } = owner;
  let at = from;
  for (let row = firstEndingAfter(waits, from); row < waits.count && waits.begin(row) < to; row++) {
    const on = waits.objectKind(row) === objectCode.connection ? connections[waits.object(row) - 1] : undefined;
    const begin = Math.max(waits.begin(row), at);
    const end = Number.isNaN(waits.end(row)) ? to : Math.min(waits.end(row), to);
    if (begin > at) spans.push(at, begin, stateCode.working, number);
    if (on === connection) {
      // A call that never returned: its process ended inside it.
      if (end > begin) spans.push(begin, end, callState(waits.reason(row)), number);
      at = Math.max(at, end);
      continue;
    }
    if (isConversation(waits.reason(row)) && on?.role !== 'client') {
      spans.push(begin, to, stateCode.idle, number);
      return;
    }
    if (end > begin) spans.push(begin, end, stateCode.idle, number);
    at = Math.max(at, end);
  }
  if (to > at) spans.push(at, to, stateCode.working, number);
}

/** As `waits.firstEndingAfter`; as a rule the last call on the connection was a moment ago. */
function firstEndingAfter(waits: WaitColumns, ns: number): number {
  let row = waits.count;
  for (const last = row - nearRows; row > 0 && waits.begin(row - 1) > ns; row--) if (row <= last) return waits.firstEndingAfter(ns);
  if (row === 0) return 0;
  const before = waits.end(row - 1);
  return Number.isNaN(before) || before > ns ? row - 1 : row;
}

/** Emits who did what from where the lane is settled up to `to`, owner by owner. */
export function emitOwners(connection: Connection, to: number, connections: readonly Connection[], spans: SpanSink): void {
  let from = connection.activity.settledNs;
  if (Number.isNaN(from)) from = connection.startNs;
  for (const span of connection.owners) {
    const begin = Math.max(span.fromNs, from, connection.completeFromNs);
    const end = Math.min(span.toNs ?? to, to);
    if (end > begin) emitGap(connection, span.thread, begin, end, connections, spans);
  }
}

/** The begin of the call on the connection that its owner is inside now; NaN where there is none. */
function openCall(connection: Connection, span: OwnerSpan | undefined): { begin: number; state: number } | null {
  if (span?.toNs !== null) return null;
  const { waits } = span.thread;
  const last = waits.count - 1;
  if (!waits.open || waits.objectKind(last) !== objectCode.connection || waits.object(last) !== connection.number) return null;
  return { begin: waits.begin(last), state: callState(waits.reason(last)) };
}

/** The lane's state during a call on the connection. */
export function callState(reason: number): number {
  return reason === reasonCode.receive ? stateCode.receiveWait : stateCode.sendWait;
}

/** What follows the settled rows of the connection's lane up to `nowNs`; empty once it is closed. */
export function connectionTail(connection: Connection, nowNs: number, connections: readonly Connection[]): TailSpan[] {
  if (connection.closedNs !== null) return [];
  if (connection.listener?.unaccepted.has(connection) === true) {
    return [{ begin: Math.min(connection.queuedNs ?? nowNs, nowNs), end: NaN, state: stateCode.queued, owner: 0 }];
  }
  const spans: TailSpan[] = [];
  const call = openCall(connection, connection.owners[connection.owners.length - 1]);
  const to = call === null ? nowNs : Math.min(call.begin, nowNs);
  emitOwners(connection, to, connections, { push: (begin, end, state, owner) => spans.push({ begin, end, state, owner }) });
  if (call !== null) {
    spans.push({ begin: Math.max(call.begin, connection.activity.settledNs || call.begin), end: NaN, state: call.state, owner: connection.owner!.number });
  } else {
    const last = spans[spans.length - 1];
    if (last !== undefined && last.end >= nowNs && connection.owners[connection.owners.length - 1]?.toNs === null) last.end = NaN;
  }
  return spans;
}

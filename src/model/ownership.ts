/**
 * Who owns a connection, and what that makes of its lane. See README.md for the rules and their reasons.
 */
import type { Connection, OwnerSpan } from './connection';
import { callState, emitOwners } from './connectionTail';
import type { Process } from './process';
import type { Reading } from './reading';
import type { Thread } from './thread';
import { objectCode, reasonCode } from './waits';
import type { World } from './world';

/** The first owner: who accepted it or connected. */
export function begin(world: World, connection: Connection, thread: Thread, ns: number): void {
  owns(connection, { thread, fromNs: ns, toNs: null });
  thread.connections.add(connection);
  world.changed.add(connection);
}

/** A receive on the connection has begun: who waits for its bytes serves it, however long the client stays silent. */
export function receiving(world: World, connection: Connection, thread: Thread, call: Reading): void {
  if (connection.owner !== thread && takesOver(connection, thread, true)) handOver(world, connection, thread, call.time);
  receives(connection, thread);
}

/** A finished receive or send on the connection, which is the thread's last wait. */
export function called(world: World, connection: Connection, thread: Thread, call: Reading, isReceive: boolean): void {
  if (connection.owner !== thread && takesOver(connection, thread, isReceive)) handOver(world, connection, thread, call.time);
  if (isReceive) receives(connection, thread);
  if (connection.owner === thread && connection.closedNs === null) {
    const state = callState(isReceive ? reasonCode.receive : reasonCode.send);
    if (hasWorked(connection, thread)) connection.activity.pushCall(call, state, thread.number);
    else {
      settle(world, connection, call.time);
      connection.activity.push(call.time, call.end, state, thread.number);
    }
  }
  world.changed.add(connection);
}

/**
 * Whether the owner, whose last wait is a call on the connection, has done nothing else that can block since its last call on it: then it
 * was at its work, and no wait has to be looked for. Of five calls on connections that are four.
 */
function hasWorked(connection: Connection, owner: Thread): boolean {
  const settled = connection.activity.settledNs;
  return owner.waits.endBeforeLast <= settled && connection.owned!.fromNs <= settled && connection.completeFromNs <= settled;
}

function owns(connection: Connection, span: OwnerSpan): void {
  connection.owners.push(span);
  connection.owned = span;
}

function receives(connection: Connection, thread: Thread): void {
  const { lastReceiver } = connection;
  if (lastReceiver === thread) return;
  if (lastReceiver !== null) (connection.receivers ??= new Set([lastReceiver])).add(thread);
  connection.lastReceiver = thread;
}

/** The lane becomes final up to `ns`. */
export function settle(world: World, connection: Connection, ns: number): void {
  emitOwners(connection, ns, world.connections, connection.activity);
}

/** The process has no descriptor of the connection any more. */
export function leave(world: World, connection: Connection, process: Process, ns: number): void {
  const span = connection.owners[connection.owners.length - 1];
  if (span?.toNs !== null || span.thread.process !== process) return;
  // Only who took the connection in passes it on by letting go; a child that inherited it by the way never served it.
  const heir = connection.owners.length > 1 ? undefined : connection.socket.heldBy.find((holder) => holder.startNs > connection.startNs);
  const main = heir?.main ?? null;
  if (main !== null) {
    handOver(world, connection, main, ns);
    return;
  }
  settle(world, connection, ns);
  span.toNs = Math.max(ns, span.fromNs);
  span.thread.connections.delete(connection);
  world.changed.add(span.thread).add(connection);
}

function takesOver(connection: Connection, thread: Thread, receives: boolean): boolean {
  const span = connection.owners[connection.owners.length - 1];
  if (span === undefined) return true;
  if (span.toNs !== null && connection.closedNs === null) return true;
  if (receives) return !isInside(span.thread, connection);
  return connection.lastReceiver !== span.thread && connection.receivers?.has(span.thread) !== true && thread.connections.size === 0;
}

/** Whether the thread is in a call on the connection now. */
function isInside(thread: Thread, connection: Connection): boolean {
  const { waits } = thread;
  const last = waits.count - 1;
  return waits.open && waits.objectKind(last) === objectCode.connection && waits.object(last) === connection.number;
}

/** @param ns the new owner's first call, or the moment at which the old one let go. */
function handOver(world: World, connection: Connection, thread: Thread, ns: number): void {
  const from = Math.max(thread.startNs > connection.startNs ? thread.startNs : ns, connection.startNs);
  const before = connection.owners[connection.owners.length - 1];
  if (connection.closedNs !== null && from > connection.closedNs) return;
  const settled = connection.closedNs === null ? connection.activity.settledNs : NaN;
  const atNs = Math.max(from, before?.fromNs ?? from, Number.isNaN(settled) ? from : settled);
  if (before !== undefined) {
    before.toNs = Math.min(before.toNs ?? atNs, atNs);
    before.thread.connections.delete(connection);
    if (connection.closedNs === null) settle(world, connection, atNs);
    world.arrow('handover', before.thread, thread, atNs);
    world.changed.add(before.thread);
  }
  owns(connection, { thread, fromNs: atNs, toNs: connection.closedNs });
  if (connection.closedNs === null) thread.connections.add(connection);
  world.changed.add(thread).add(connection);
}

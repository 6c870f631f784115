/**
 * Bytes on a connection: a receive or a send through a descriptor that leads to one and nothing else. Of ten records eight are one of these, so the
 * common case stands here by itself: the socket is looked for once, and the row is written as it is read. What is less common (a pair's
 * first call, datagrams, a channel, a descriptor that nobody told of) goes the long way, which says the same (`blocking.ts`, `socketCalls.ts`).
 */
import { kinds, offsets } from '../protocol/layout';
import { called, receiving } from './ownership';
import type { Connection } from './connection';
import type { Reading } from './reading';
import type { Thread } from './thread';
import { reasonCode } from './waits';
import type { World } from './world';

const errno = { pipe: 32, reset: 104 } as const;
const { receive, send } = kinds;
const inReceive = offsets.receive;
const inSend = offsets.send;

/** @returns false where it is something else, and nothing was done. */
export function takeTransfer(world: World, thread: Thread, reading: Reading): boolean {
  const receives = reading.kind === receive;
  if (!receives && reading.kind !== send) return false;
  const at = receives ? inReceive : inSend;
  const socket = thread.process.descriptors.at(reading.u32(at.descriptor), reading.time);
  if (socket === null) return false;
  const { connection } = socket;
  if (connection === null || socket.channel !== null || socket.listener !== null || socket.datagram) return false;
  const reason = receives ? reasonCode.receive : reasonCode.send;
  if (reading.begins) {
    // Before the call is the thread's wait: who owned the connection until now must not seem to be inside it.
    if (receives && connection.closedNs === null) receiving(world, connection, thread, reading);
    world.changed.add(connection);
    const site = reading.u32(at.site);
    connection.calledFrom(thread, reading.owner, site);
    thread.waits.pushOnConnection(reading, reason, connection.number, 0, site);
    return true;
  }
  const result = reading.i32(at.result);
  world.changed.add(connection);
  const site = reading.u32(at.site);
  thread.waits.pushOnConnection(reading, reason, connection.number, result, site);
  moved(world, connection, thread, reading, result, receives);
  connection.calledFrom(thread, reading.owner, site);
  return true;
}

/** Bytes went through a connection, or could not. @param result the call's. */
export function moved(world: World, connection: Connection, thread: Thread, reading: Reading, result: number, receives: boolean): void {
  if (result === -errno.reset) connection.firstEnd ??= 'reset';
  else if (result === -errno.pipe || (receives && result === 0 && !connection.readsNoMore)) connection.firstEnd ??= 'peer';
  if (result >= 0 && world.counts(reading.key)) {
    if (receives) {
      connection.receives++;
      connection.bytesIn += result;
    } else {
      connection.sends++;
      connection.bytesOut += result;
    }
    world.traffic.add(reading, result, receives);
  }
  if (connection.lastCallNs < reading.end) connection.lastCallNs = reading.end;
  called(world, connection, thread, reading, receives);
}

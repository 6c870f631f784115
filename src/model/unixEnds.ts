/**
 * The two ends of Unix connections. They have no addresses to compare, but a listener's queue is first in, first out, and
 * an accepted socket knows the pid of who connected (SO_PEERCRED): of one process's connects to one path the n-th belongs
 * to the n-th accept of that process's connections there.
 *
 *     p2   connect A ── connect B          p1   accept (from p2) = A   accept (from p2) = B
 *
 * The records come in either order, so whichever end is first waits for the other. Where connects of one process
 * overlap, nobody can tell which came first, and they stay apart.
 */
import type { Connection } from './connection';
import { joinBoth } from './joinEnds';
import type { Socket } from './sockets';
import type { World } from './world';

/** Ends that wait for their other one: of connects, or of accepts; never both. */
export interface WaitingEnds {
  readonly connects: { connection: Connection; beginNs: number; endNs: number; unclear: boolean }[];
  readonly accepts: Connection[];
}

/** An accepted socket was told with the process that had connected it. */
export function accepted(world: World, socket: Socket, peerProcess: number): void {
  const { connection } = socket;
  if (connection?.role !== 'server' || peerProcess === 0 || connection.otherEnd !== null || connection.listener === null) return;
  const key = connection.listener.pathKey;
  if (key === null) return;
  const waiting = waitingEnds(world, peerProcess, key);
  const connect = waiting.connects.shift();
  if (connect === undefined) waiting.accepts.push(connection);
  else if (!connect.unclear) joinBoth(world, connection, connect.connection);
}

/** A connect to a path has succeeded. */
export function connected(world: World, connection: Connection, process: number, pathKey: string, beginNs: number, endNs: number): void {
  const waiting = waitingEnds(world, process, pathKey);
  const end = waiting.accepts.shift();
  if (end !== undefined) {
    joinBoth(world, end, connection);
    return;
  }
  const last = waiting.connects[waiting.connects.length - 1];
  const overlaps = last !== undefined && beginNs < last.endNs;
  if (overlaps) last.unclear = true;
  waiting.connects.push({ connection, beginNs, endNs, unclear: overlaps });
}

function waitingEnds(world: World, process: number, pathKey: string): WaitingEnds {
  const key = `${String(process)} ${pathKey}`;
  let waiting = world.unixEnds.get(key);
  if (waiting === undefined) world.unixEnds.set(key, (waiting = { connects: [], accepts: [] }));
  return waiting;
}

/** Letting go of descriptors: when the last one of a socket goes, its connection or listener is closed. */
import { leave, settle } from './ownership';
import type { Connection } from './connection';
import type { Process } from './process';
import type { Socket } from './sockets';
import type { World } from './world';

/** How a descriptor went: by a close, or with its process. */
export type Going = 'local' | 'exit';

/** The process lets go of one descriptor of the socket. */
export function release(world: World, process: Process, socket: Socket, ns: number, going: Going): void {
  if (!socket.release(process, ns)) return;
  const { connection, listener } = socket;
  if (connection !== null) leave(world, connection, process, ns);
  if (socket.held) return;
  if (connection !== null) close(world, connection, ns, going);
  if (listener !== null) {
    listener.closedNs = ns;
    world.changed.add(listener);
  }
}

/** The process lets go of all it has. Its table stays readable: calls that were under way still have to be told. */
export function releaseAll(world: World, process: Process, ns: number): void {
  for (const [, socket] of process.descriptors.open()) release(world, process, socket, ns, 'exit');
}

function close(world: World, connection: Connection, ns: number, going: Going): void {
  settle(world, connection, ns);
  connection.closedNs = ns;
  const peerWasFirst = (connection.otherEnd?.finishedNs ?? Infinity) < (connection.finishedNs ?? ns);
  connection.closedBy = connection.firstEnd ?? (peerWasFirst ? 'peer' : going);
  connection.finishedNs ??= ns;
  const span = connection.owners[connection.owners.length - 1];
  if (span !== undefined) {
    span.toNs ??= Math.max(ns, span.fromNs);
    span.thread.connections.delete(connection);
    world.changed.add(span.thread);
  }
  world.changed.add(connection);
}

/** A descriptor of the socket came to light after all its known ones were closed: a copy that was passed on. */
export function reopen(world: World, connection: Connection): void {
  if (connection.closedNs === null) return;
  if (connection.finishedNs === connection.closedNs) connection.finishedNs = null;
  connection.closedNs = null;
  connection.closedBy = null;
  world.changed.add(connection);
}

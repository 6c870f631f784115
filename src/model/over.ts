/**
 * When nobody will ask any more for what is closed.
 *
 *     client    connect ── close                                 its server may be busy for minutes: the accept comes then
 *     server                           accept ── endpoints
 *
 * A record may be late, and a look at the kernel's tables takes its time. But for two things more can come much later: a client may have
 * closed while it stood in the queue of a listener that is known, and a descriptor may be on its way to another process.
 */
import type { Connection } from './connection';
import type { Socket } from './sockets';
import type { World } from './world';

/** No record is so late. */
const belatedNs = 30e9;
/** Nobody is looked for longer: what comes then is told as another connection. */
const patienceNs = 600e9;

/** @param addresses its own and its peer's, as `World.byAddresses` has them. */
export function connectionOver(world: World, connection: Connection, nowNs: number, addresses: string): boolean {
  const { closedNs, otherEnd, role } = connection;
  if (closedNs === null) return false;
  const mayStandInQueue = role === 'client' && otherEnd === null && world.listenerOf(addresses.slice(addresses.indexOf('|') + 1))?.closedNs === null;
  return nowNs - closedNs > (mayStandInQueue ? patienceNs : belatedNs);
}

/** Of a socket whose inode was told: its descriptors are passed around. */
export function socketOver(socket: Socket, nowNs: number): boolean {
  const letGoNs = socket.listener === null ? socket.letGoNs : socket.listener.closedNs;
  return letGoNs !== null && nowNs - letGoNs > patienceNs;
}

/** What the kernel observer saw of accept queues: how long they are, and who stands in them. */
import { offsets } from '../protocol/layout';
import { stateCode } from '../protocol/states';
import { formatAddress, streamProtocol } from './address';
import type { Connection } from './connection';
import { joinWithClient } from './endpoints';
import type { Listener } from './listener';
import { cameBetween } from './queueTime';
import type { Reading } from './reading';
import { Socket } from './sockets';
import type { World } from './world';

/** A look that took longer than this did not look meanwhile. */
const longestLookNs = 1e9;

export function takeQueueLength(world: World, reading: Reading): void {
  const at = offsets.queueLength;
  const listener = world.listenerAt(reading, at.address, at.port);
  if (listener === null) return;
  listener.mostQueued = Math.max(listener.mostQueued ?? 0, reading.u32(at.length));
  world.changed.add(listener);
}

/** A client that a look saw in a queue. */
export interface QueuedClient {
  readonly listener: Listener;
  /** Both addresses as a key of `World.byAddresses`, and as its client would write them. */
  readonly addresses: string;
  readonly reversed: string;
  readonly family: number;
  readonly local: string;
  readonly peer: string;
  /** It came between these. */
  readonly fromNs: number;
  readonly seenNs: number;
}

/** A client in a queue is a connection from here on; who accepts it goes on with it (accepting.ts). */
export function takeQueuedClient(world: World, reading: Reading): void {
  const at = offsets.queuedClient;
  const listener = world.listenerAt(reading, at.local, at.localPort);
  // A server that no probe tells of: nobody would say what becomes of its clients.
  if (listener === null) return;
  const local = reading.addressKey(at.local, at.localPort);
  const peer = reading.addressKey(at.peer, at.peerPort);
  const since = reading.timeAt(at.since);
  const family = reading.u16(at.family);
  const { batch, record } = reading;
  place(world, {
    listener,
    addresses: `${local}|${peer}`,
    reversed: `${peer}|${local}`,
    family,
    local: formatAddress(batch.slice(record, at.local, 16), reading.u16(at.localPort), family),
    peer: formatAddress(batch.slice(record, at.peer, 16), reading.u16(at.peerPort), family),
    fromNs: Math.min(Math.max(listener.startNs, Number.isNaN(since) ? -Infinity : since), reading.key),
    seenNs: reading.key,
  });
}

/** An accepted connection has got its addresses: is it the client that was seen in the queue between its accept and now? */
export function settleSeen(world: World, accepted: Connection): void {
  const clients = world.seenWhileUnnamed.get(accepted);
  if (clients === undefined) return;
  world.seenWhileUnnamed.delete(accepted);
  for (const client of clients) place(world, client);
}

/**
 *     look at the queues   ├────────── seen ──┤ record
 *     accepting thread          accept ┤ … │ endpoints │ … │ close
 *
 * A look takes a while, in which the client may have been accepted, and even served. Only the endpoints tell who was accepted.
 */
function place(world: World, client: QueuedClient): void {
  const known = world.byAddresses.get(client.addresses);
  if (known?.role === 'server' && (known.acceptedNs === null ? known.closedNs === null : client.fromNs <= known.acceptedNs)) {
    if (known.acceptedNs !== null) known.setQueued(cameBetween(known.queued, client.fromNs, Math.min(client.seenNs, known.acceptedNs)));
    world.changed.add(known);
    return;
  }
  const unnamed = acceptedUnnamed(client);
  if (unnamed === null) {
    makeQueued(world, client);
    return;
  }
  const clients = world.seenWhileUnnamed.get(unnamed);
  if (clients === undefined) world.seenWhileUnnamed.set(unnamed, [client]);
  else clients.push(client);
}

/** Whoever was accepted since the look began, and whose endpoints are not told yet; as a rule a thread says both at once. */
function acceptedUnnamed({ listener, fromNs, seenNs }: QueuedClient): Connection | null {
  const { connections } = listener;
  for (let index = connections.length - 1; index >= 0; index--) {
    const { acceptedNs, local, closedNs } = connections[index]!;
    if (acceptedNs === null || acceptedNs < Math.max(fromNs, seenNs - longestLookNs)) return null;
    if (local === null && closedNs === null) return connections[index]!;
  }
  return null;
}

function makeQueued(world: World, { listener, addresses, reversed, family, local, peer, fromNs, seenNs }: QueuedClient): void {
  const queued = cameBetween(null, fromNs, seenNs);
  const connection = world.newConnection('server', new Socket(), queued.ns);
  connection.protocol = streamProtocol(family);
  connection.listener = listener;
  connection.local = local;
  connection.peer = peer;
  connection.setQueued(queued);
  listener.unaccepted.add(connection);
  world.unaccepted++;
  world.byAddresses.set(addresses, connection, seenNs);
  joinWithClient(world, connection, reversed);
  world.changed.add(listener);
}

/** It stands there no more. Nobody has told of an accept: it gave up, unless that comes yet. */
export function takeQueuedClientGone(world: World, reading: Reading): void {
  const at = offsets.queuedClientGone;
  const key = `${reading.addressKey(at.local, at.localPort)}|${reading.addressKey(at.peer, at.peerPort)}`;
  const connection = world.byAddresses.get(key);
  if (connection?.listener?.unaccepted.has(connection) !== true || connection.closedNs !== null) return;
  const { listener, queuedNs } = connection;
  connection.closedNs = reading.key;
  connection.closedBy = listener.closedNs === null ? 'peer' : [...listener.owners].every((process) => process.endNs !== null) ? 'exit' : 'local';
  connection.activity.push(queuedNs ?? reading.key, reading.key, stateCode.queued, 0);
  world.changed.add(connection);
}

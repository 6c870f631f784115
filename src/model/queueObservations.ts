/** What the kernel observer saw of accept queues: how long they are, and who stands in them. */
import { offsets } from '../protocol/layout';
import { stateCode } from '../protocol/states';
import { formatAddress, streamProtocol } from './address';
import { joinWithClient } from './endpoints';
import { cameBetween } from './queueTime';
import type { Reading } from './reading';
import { Socket } from './sockets';
import type { World } from './world';

export function takeQueueLength(world: World, reading: Reading): void {
  const at = offsets.queueLength;
  const listener = world.listenerAt(reading, at.address, at.port);
  if (listener === null) return;
  listener.mostQueued = Math.max(listener.mostQueued ?? 0, reading.u32(at.length));
  world.changed.add(listener);
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
  const from = Math.min(Math.max(listener.startNs, Number.isNaN(since) ? -Infinity : since), reading.key);
  const known = world.byAddresses.get(`${local}|${peer}`);
  if (known?.role === 'server' && known.closedNs === null && from <= (known.acceptedNs ?? Infinity)) {
    // It was accepted between the look and this record.
    if (known.acceptedNs !== null) known.setQueued(cameBetween(known.queued, from, Math.min(reading.key, known.acceptedNs)));
    world.changed.add(known);
    return;
  }
  const queued = cameBetween(null, from, reading.key);
  const connection = world.newConnection('server', new Socket(), queued.ns);
  const family = reading.u16(at.family);
  const { batch, record } = reading;
  connection.protocol = streamProtocol(family);
  connection.listener = listener;
  connection.local = formatAddress(batch.slice(record, at.local, 16), reading.u16(at.localPort), family);
  connection.peer = formatAddress(batch.slice(record, at.peer, 16), reading.u16(at.peerPort), family);
  connection.setQueued(queued);
  listener.unaccepted.add(connection);
  world.unaccepted++;
  world.byAddresses.set(`${local}|${peer}`, connection);
  joinWithClient(world, connection, `${peer}|${local}`);
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

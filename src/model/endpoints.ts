/**
 * Both addresses of a connection: they join its two ends where both are traced, and recognise a connection whose
 * descriptor was passed to another process (multiprocessing's spawn, SCM_RIGHTS).
 */
import { offsets } from '../protocol/layout';
import { familyUnix, formatAddress, streamProtocol } from './address';
import { reopen } from './closing';
import type { Connection } from './connection';
import { datagramListener, isDatagramSocket } from './datagramCalls';
import { begin } from './ownership';
import { dateByClient, joinBoth } from './joinEnds';
import type { Reading } from './reading';
import { Socket } from './sockets';
import type { Thread } from './thread';
import type { World } from './world';

/** @returns the connection that has got its TCP addresses; null where none has. */
export function joinEnds(world: World, thread: Thread, reading: Reading): Connection | null {
  const at = offsets.endpoints;
  const descriptor = reading.u32(at.descriptor);
  const unix = reading.u16(at.family) === familyUnix;
  const local = reading.addressKey(at.local, at.localPort);
  const peer = reading.addressKey(at.peer, at.peerPort);
  const known = thread.process.descriptors.current(descriptor);
  if (known !== null && isDatagramSocket(known)) {
    datagramEnds(world, thread, known, reading, unix);
    return null;
  }
  if (known !== null && (known.listener !== null || known.pair !== null)) return null;
  // A Unix socket without a path is one of a pair, which its maker has told of.
  if (unix && (known?.connection ?? null) === null && reading.u32(at.path) === 0) return null;
  const connection = known?.connection ?? passedOn(world, thread, descriptor, reading, unix ? null : `${local}|${peer}`, local);
  // A connect that went on in the background is done when the program hears of it.
  if (connection.role === 'client') connection.acceptedNs ??= reading.key;
  setAddresses(connection, reading, unix);
  world.changed.add(connection);
  if (unix) return null;
  world.byAddresses.set(`${local}|${peer}`, connection, reading.key);
  joinWithClient(world, connection, `${peer}|${local}`);
  return connection;
}

/** Joins it with its other end, where that is known by its addresses. */
export function joinWithClient(world: World, connection: Connection, otherAddresses: string): void {
  const other = world.byAddresses.get(otherAddresses);
  if (other === undefined || other === connection) return;
  if (other.otherEnd === null && connection.otherEnd === null) joinBoth(world, connection, other);
  else if (other.otherEnd === connection) dateByClient(connection, other);
}

/** A datagram socket that is connected: the address that the kernel chose for it, and its peer. */
function datagramEnds(world: World, thread: Thread, socket: Socket, reading: Reading, unix: boolean): void {
  if (unix) return;
  const at = offsets.endpoints;
  const { batch, record } = reading;
  const family = reading.u16(at.family);
  const text = formatAddress(batch.slice(record, at.local, 16), reading.u16(at.localPort), family);
  socket.bound = { family, text, datagram: true };
  datagramListener(world, socket, thread, reading.key).address = text;
  const label = formatAddress(batch.slice(record, at.peer, 16), reading.u16(at.peerPort), family);
  socket.remote = { key: reading.addressKey(at.peer, at.peerPort), label };
}

/** A descriptor that this process got otherwise than by accept, connect or fork. */
function passedOn(world: World, thread: Thread, descriptor: number, reading: Reading, key: string | null, local: string): Connection {
  const same = key === null ? undefined : world.byAddresses.get(key);
  const socket = same?.socket ?? thread.process.descriptors.current(descriptor) ?? new Socket();
  if (thread.process.descriptors.current(descriptor) !== socket) {
    thread.process.descriptors.set(descriptor, socket, reading.key);
    socket.hold(thread.process, reading.key);
  }
  if (same !== undefined) {
    reopen(world, same);
    return same;
  }
  const listener = world.listenersByAddress.get(local) ?? null;
  const connection = world.newConnection(listener === null ? 'client' : 'server', socket, reading.key);
  connection.listener = listener;
  begin(world, connection, thread, reading.key);
  return connection;
}

function setAddresses(connection: Connection, reading: Reading, unix: boolean): void {
  const at = offsets.endpoints;
  const family = reading.u16(at.family);
  connection.protocol = streamProtocol(family);
  if (unix) {
    const path = reading.reference(at.path);
    if (connection.role === 'server') connection.local = path ?? connection.listener?.address ?? null;
    else connection.peer = path ?? connection.peer;
    return;
  }
  const { batch, record } = reading;
  connection.local = formatAddress(batch.slice(record, at.local, 16), reading.u16(at.localPort), family);
  connection.peer = formatAddress(batch.slice(record, at.peer, 16), reading.u16(at.peerPort), family);
  if (connection.listener !== null) connection.listener.address ??= connection.local;
}

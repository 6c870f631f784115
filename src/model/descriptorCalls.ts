/**
 * How descriptors come to lead to sockets otherwise than by accept and connect: copied, made in pairs, kept over an exec,
 * inherited by a fresh program, received from another process.
 *
 *     p1   accept → 7 ──socketSeen 7 (inode 99)── sendmsg(SCM_RIGHTS) ── close 7
 *     p2                                          recvmsg → 4 ──socketSeen 4 (inode 99): p1's connection
 *
 * Until the receiver speaks the socket may seem closed: then it is opened again.
 */
import { kinds, offsets } from '../protocol/layout';
import { familyUnix } from './address';
import { release, reopen } from './closing';
import type { Process } from './process';
import type { Reading } from './reading';
import { Socket } from './sockets';
import type { Thread } from './thread';
import { accepted } from './unixEnds';
import type { World } from './world';

const datagramType = 2;
const typeMask = 0xf;

export function isDatagram(type: number): boolean {
  return (type & typeMask) === datagramType;
}

/** @returns false where the record is none of these kinds. */
export function takeDescriptorCall(world: World, thread: Thread, reading: Reading): boolean {
  switch (reading.kind) {
    case kinds.duplicate:
      duplicate(world, thread, reading);
      return true;
    case kinds.close:
      lead(world, thread.process, reading.u32(offsets.close.descriptor), null, reading.key);
      return true;
    case kinds.socketSeen:
      seen(world, thread, reading);
      return true;
    case kinds.socketPair:
      pair(world, thread, reading);
      return true;
    case kinds.inheritDescriptor:
      inherit(world, thread, reading);
      return true;
    default:
      return false;
  }
}

/** The socket that the descriptor leads to now; one that nobody told of is made. */
export function socketAt(world: World, process: Process, descriptor: number, ns: number): Socket {
  const known = process.descriptors.current(descriptor);
  if (known !== null) return known;
  const socket = new Socket();
  lead(world, process, descriptor, socket, ns);
  return socket;
}

/** The descriptor leads to another socket now, or to none; what it led to before is let go. */
export function lead(world: World, process: Process, descriptor: number, socket: Socket | null, ns: number): void {
  const before = process.descriptors.current(descriptor);
  if (before === null && socket === null) return;
  process.descriptors.set(descriptor, socket, ns);
  if (socket !== null) {
    socket.hold(process, ns);
    if (socket.connection !== null) reopen(world, socket.connection);
    if (socket.listener !== null && socket.listener.closedNs !== null) {
      socket.listener.closedNs = null;
      world.changed.add(socket.listener);
    }
  }
  if (before !== null) release(world, process, before, ns, 'local');
}

function duplicate(world: World, thread: Thread, reading: Reading): void {
  const from = reading.u32(offsets.duplicate.from);
  const to = reading.u32(offsets.duplicate.to);
  if (from !== to) lead(world, thread.process, to, thread.process.descriptors.current(from), reading.key);
}

function seen(world: World, thread: Thread, reading: Reading): void {
  const at = offsets.socketSeen;
  const descriptor = reading.u32(at.descriptor);
  const { process } = thread;
  const known = process.descriptors.current(descriptor);
  const socket = identify(world, known, reading.hex(at.inode), reading.key);
  process.unconfirmed?.delete(descriptor);
  if (socket !== known) lead(world, process, descriptor, socket, reading.key);
  const family = reading.u16(at.family);
  if (family === 0) return;
  socket.family = family;
  if (isDatagram(reading.u16(at.type))) {
    socket.datagram = true;
    if (family === familyUnix || reading.u16(at.port) !== 0) {
      socket.bound ??= { family, text: reading.address(at), datagram: true };
      if (socket.listener !== null) socket.listener.address = socket.bound.text ?? socket.listener.address;
    }
  } else if (family === familyUnix) accepted(world, socket, reading.u32(at.peerProcess));
}

/** The socket of this inode: the one that the descriptor leads to, or one that another process has told of. */
function identify(world: World, known: Socket | null, inode: string, ns: number): Socket {
  if (known !== null && (known.inode === null || known.inode === inode)) {
    known.inode = inode;
    if (!world.socketsByInode.has(inode)) world.socketsByInode.set(inode, known, ns);
  }
  let socket = world.socketsByInode.get(inode);
  if (socket === undefined) {
    socket = new Socket();
    socket.inode = inode;
    world.socketsByInode.set(inode, socket, ns);
  }
  return socket;
}

function pair(world: World, thread: Thread, reading: Reading): void {
  const at = offsets.socketPair;
  const sockets = [
    [at.left, at.leftInode],
    [at.right, at.rightInode],
  ].map(([descriptor, inode]) => {
    const socket = new Socket();
    socket.inode = reading.hex(inode!);
    socket.family = reading.u16(at.family);
    socket.datagram = isDatagram(reading.u16(at.type));
    socket.pairedAt = reading.reference(at.site);
    world.socketsByInode.set(socket.inode, socket, reading.key);
    lead(world, thread.process, reading.u32(descriptor!), socket, reading.key);
    return socket;
  });
  const channel = world.newChannel('socketpair', reading.key, true);
  for (const socket of sockets) socket.channel = channel;
  sockets[0]!.pair = sockets[1]!;
  sockets[1]!.pair = sockets[0]!;
}

/** A child that was started with a copy of the descriptor; what it reports itself is the same. */
function inherit(world: World, thread: Thread, reading: Reading): void {
  const at = offsets.inheritDescriptor;
  const child = world.process(reading.u32(at.process));
  const socket = thread.process.descriptors.current(reading.u32(at.from));
  const to = reading.u32(at.to);
  if (child === null || !child.alive || socket === null || child.descriptors.current(to) === socket) return;
  lead(world, child, to, socket, reading.key);
}

/** After an exec: what the fresh program has not told of by its first other record was closed by it. */
export function settleExec(world: World, process: Process): void {
  const { unconfirmed } = process;
  if (unconfirmed === null) return;
  process.unconfirmed = null;
  for (const descriptor of unconfirmed) lead(world, process, descriptor, null, process.image?.atNs ?? process.lastSeenNs);
}

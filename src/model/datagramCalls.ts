/** Datagrams to and from a socket, by peer. A socket that was never bound gets its address with its first datagram. */
import { streamProtocol } from './address';
import { DatagramPeer } from './datagrams';
import type { Listener } from './listener';
import type { Reading } from './reading';
import type { Peer, Socket } from './sockets';
import type { Thread } from './thread';
import type { World } from './world';

/** Somebody whose address nobody knows: a Unix socket without a name, or a call that does not tell. */
const nobody: Peer = { key: '', label: null };

export function isDatagramSocket(socket: Socket): boolean {
  return socket.datagram || socket.listener?.datagram === true;
}

/** What a datagram socket's exchanges belong to, as a stream's connections belong to their listener. */
export function datagramListener(world: World, socket: Socket, thread: Thread, ns: number): Listener {
  if (socket.listener !== null) return socket.listener;
  const stream = streamProtocol(socket.bound?.family ?? socket.family);
  const listener = world.newListener(stream === 'tcp' ? 'udp' : stream === 'tcp6' ? 'udp6' : 'unix', true, ns);
  listener.address = socket.bound?.text ?? null;
  listener.owners.add(thread.process);
  socket.listener = listener;
  return listener;
}

/** A finished receive or send. */
export function exchanged(world: World, socket: Socket, thread: Thread, reading: Reading, bytes: number, address: Peer | null, receives: boolean): void {
  if (bytes < 0) return;
  const who = address ?? socket.remote ?? nobody;
  const peer = peerOf(world, socket, datagramListener(world, socket, thread, reading.time), who, receives);
  peer.threads.add(thread);
  if (receives) {
    peer.received++;
    peer.bytesIn += bytes;
  } else {
    peer.sent++;
    peer.bytesOut += bytes;
  }
}

function peerOf(world: World, socket: Socket, listener: Listener, who: Peer, receives: boolean): DatagramPeer {
  let peer = socket.peers?.get(who.key);
  if (peer === undefined) {
    peer = new DatagramPeer(listener, who.label, receives ? 'peer' : 'local');
    (socket.peers ??= new Map()).set(who.key, peer);
    world.datagrams.push(peer);
  }
  return peer;
}

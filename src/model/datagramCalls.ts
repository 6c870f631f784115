/** Datagrams to and from a bound socket, by peer. */
import { familyUnix } from './address';
import { DatagramPeer } from './datagrams';
import type { Reading } from './reading';
import type { Socket } from './sockets';
import type { Thread } from './thread';
import type { World } from './world';

interface PeerOffsets {
  readonly result: number;
  readonly address: number;
  readonly port: number;
  readonly family: number;
  readonly path: number;
}

/** A finished recvfrom or sendto. */
export function exchanged(world: World, socket: Socket, thread: Thread, reading: Reading, at: PeerOffsets, receives: boolean): void {
  const bytes = reading.i32(at.result);
  const address = reading.address(at);
  const { listener } = socket;
  if (bytes < 0 || address === null || listener === null) return;
  const unix = reading.u16(at.family) === familyUnix;
  const key = unix ? `${String(thread.process.number)}/${String(reading.u32(at.path))}` : reading.addressKey(at.address, at.port);
  let peer = socket.peers.get(key);
  if (peer === undefined) {
    peer = new DatagramPeer(listener, address);
    socket.peers.set(key, peer);
    world.datagrams.push(peer);
  }
  peer.threads.add(thread);
  if (receives) {
    peer.received++;
    peer.bytesIn += bytes;
  } else {
    peer.sent++;
    peer.bytesOut += bytes;
  }
}

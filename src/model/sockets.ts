/**
 * A socket as the kernel has it: shared by every descriptor that leads to it, in every process. It is closed when its last
 * holder has closed it or died.
 */
import type { Channel } from './channels';
import type { Connection } from './connection';
import type { Listener } from './listener';
import type { Process } from './process';
import type { Reference } from './references';
import type { DatagramPeer } from './datagrams';

/** A process that has, or had, descriptors of the socket. */
export interface Hold {
  readonly process: Process;
  /** Descriptors that it has now. */
  count: number;
  readonly fromNs: number;
  /** Null while it holds the socket. */
  toNs: number | null;
}

/** Who datagrams are exchanged with: `key` identifies it in every process. */
export interface Peer {
  readonly key: string;
  /** Null for a Unix socket without a name. */
  readonly label: Reference | string | null;
}

/** What bind said. */
export interface BoundAddress {
  readonly family: number;
  readonly text: Reference | string | null;
  readonly datagram: boolean;
}

export class Socket {
  listener: Listener | null = null;
  connection: Connection | null = null;
  /** Of one of a pair. */
  channel: Channel | null = null;
  bound: BoundAddress | null = null;
  /** As in socket(2); 0 where unknown. */
  family = 0;
  /** Known to be a datagram socket. */
  datagram = false;
  /** Of a datagram socket: whom it is connected to. */
  remote: Peer | null = null;
  /** The other one of a pair. */
  pair: Socket | null = null;
  /** The line of the socketpair call. */
  pairedAt: Reference | null = null;
  /** The kernel's number of the socket, in hexadecimal; null where nobody told. */
  inode: string | null = null;
  /** Of a bound datagram socket: its peers by address. */
  readonly peers = new Map<string, DatagramPeer>();
  /** One per process, in the order in which they came to hold it. */
  readonly holds: Hold[] = [];

  get held(): boolean {
    return this.holds.some((hold) => hold.toNs === null);
  }

  hold(process: Process, ns: number): void {
    const current = this.holds.find((hold) => hold.process === process && hold.toNs === null);
    if (current === undefined) this.holds.push({ process, count: 1, fromNs: ns, toNs: null });
    else current.count++;
  }

  /** @returns true when the process has let go of its last descriptor. */
  release(process: Process, ns: number): boolean {
    const current = this.holds.find((hold) => hold.process === process && hold.toNs === null);
    if (current === undefined || --current.count > 0) return false;
    current.toNs = Math.max(ns, current.fromNs);
    return true;
  }
}

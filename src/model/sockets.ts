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
  /** In the order in which processes came to hold it, those that let go included. */
  readonly holds: Hold[] = [];
  /** Who holds it now: a listener of a server that forks for every client has been held by thousands. */
  private readonly holders = new Map<Process, Hold>();

  get held(): boolean {
    return this.holders.size > 0;
  }

  /** Those who hold it now, in the order in which they came to. */
  get heldBy(): Iterable<Process> {
    return this.holders.keys();
  }

  hold(process: Process, ns: number): void {
    const current = this.holders.get(process);
    if (current !== undefined) {
      current.count++;
      return;
    }
    const hold: Hold = { process, count: 1, fromNs: ns, toNs: null };
    this.holds.push(hold);
    this.holders.set(process, hold);
  }

  /** @returns true when the process has let go of its last descriptor. */
  release(process: Process, ns: number): boolean {
    const current = this.holders.get(process);
    if (current === undefined || --current.count > 0) return false;
    current.toNs = Math.max(ns, current.fromNs);
    this.holders.delete(process);
    return true;
  }
}

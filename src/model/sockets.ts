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
  peers: Map<string, DatagramPeer> | null = null;
  /** Who holds it now, where it is only one process: most sockets have no other holder. */
  private sole: Hold | null = null;
  /** Who holds it now, once several do. */
  private holders: Map<Process, Hold> | null = null;
  /** Who held it and let go, one after the other; not of a listener, which may have been held by thousands. */
  private past: Hold[] | null = null;

  get held(): boolean {
    return this.sole !== null || (this.holders !== null && this.holders.size > 0);
  }

  /** When its last holder let go; null while it is held, and of one that was never held or was a listener. */
  get letGoNs(): number | null {
    return this.held || this.past === null ? null : this.past[this.past.length - 1]!.toNs;
  }

  /** Those who hold it now, in the order in which they came to. */
  get heldBy(): readonly Process[] {
    if (this.sole !== null) return [this.sole.process];
    return this.holders === null ? [] : [...this.holders.keys()];
  }

  /** When the process first came to hold it, and when it let go; of a listener only for who holds it now. */
  holdOf(process: Process): Hold | undefined {
    return this.past?.find((each) => each.process === process) ?? this.current(process);
  }

  hold(process: Process, ns: number): void {
    const current = this.current(process);
    if (current !== undefined) {
      current.count++;
      return;
    }
    const hold: Hold = { process, count: 1, fromNs: ns, toNs: null };
    if (!this.held) {
      this.sole = hold;
      return;
    }
    this.holders ??= new Map();
    if (this.sole !== null) this.holders.set(this.sole.process, this.sole);
    this.sole = null;
    this.holders.set(process, hold);
  }

  private current(process: Process): Hold | undefined {
    return this.sole?.process === process ? this.sole : this.holders?.get(process);
  }

  /** @returns true when the process has let go of its last descriptor. */
  release(process: Process, ns: number): boolean {
    const current = this.current(process);
    if (current === undefined || --current.count > 0) return false;
    current.toNs = Math.max(ns, current.fromNs);
    if (current === this.sole) this.sole = null;
    else this.holders!.delete(process);
    if (this.listener === null) {
      if (this.past === null) this.past = [current];
      else this.past.push(current);
    }
    return true;
  }
}

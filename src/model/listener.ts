/** A listening socket: what one call of listen made, however many processes share it; or a bound datagram socket. */
import type { Process } from './process';
import type { Reference } from './references';
import type { Connection } from './connection';
import type { Thread } from './thread';

export type ListenerProtocol = 'tcp' | 'tcp6' | 'udp' | 'udp6' | 'unix';

export class Listener {
  readonly kind = 'listener';
  /** See `Changes`. */
  changedIn = 0;
  readonly id: string;
  /** Null where it was never told. */
  address: Reference | string | null = null;
  /** Identifies a Unix path; null where it is none. */
  pathKey: string | null = null;
  /** Null for datagrams. */
  backlog: number | null = null;
  /** Who made it and who called accept (or received a datagram) on it, in that order. */
  readonly owners = new Set<Process>();
  /** The threads that called accept on it. */
  readonly acceptors = new Set<Thread>();
  readonly connections: Connection[] = [];
  /** Clients that were seen in its queue and have not been accepted: they wait, or gave up. */
  readonly unaccepted = new Set<Connection>();
  /** The longest queue that an observer saw; null where none looked. */
  mostQueued: number | null = null;
  accepted = 0;
  closedNs: number | null = null;
  /** The line of the listen call. */
  listenedAt: Reference | null = null;

  /** @param startNs ns from the recording's base. */
  constructor(
    readonly number: number,
    readonly protocol: ListenerProtocol,
    readonly datagram: boolean,
    readonly startNs: number,
  ) {
    this.id = `l${String(number)}`;
  }
}

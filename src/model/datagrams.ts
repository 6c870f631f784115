/** What one bound datagram socket exchanged with one peer. */
import type { HandlerPhase } from './handlers';
import type { Listener } from './listener';
import type { Reference } from './references';
import type { Thread } from './thread';

export class DatagramPeer {
  received = 0;
  sent = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** What a framework's request handlers did for it, in order. */
  readonly phases: HandlerPhase[] = [];
  readonly threads = new Set<Thread>();

  constructor(
    readonly listener: Listener,
    /** Null for a Unix socket without a name. */
    readonly peer: Reference | string | null,
    /** Whose datagram was the first. */
    readonly startedBy: 'peer' | 'local',
  ) {}
}

/**
 * A process's descriptors and the sockets they lead to, now and shortly before.
 *
 * Records come in the order of the calls' returns, and a call is about the socket that its descriptor led to when it began:
 * another thread may have closed the descriptor and got the same number again meanwhile. So a number remembers a few
 * of its earlier sockets.
 */
import type { Socket } from './sockets';

interface Slot {
  /** Null once closed. */
  socket: Socket | null;
  readonly sinceNs: number;
  before: Slot | null;
}

/** Earlier sockets that a number remembers. */
const memory = 4;

/** Of numbers below this the present socket is found without a hash. The kernel gives the lowest that is free. */
const small = 4096;

export class DescriptorTable {
  private readonly slots = new Map<number, Slot>();
  /** Of small numbers: the socket now, and since when it is that; null and any moment where it is none. */
  private readonly sockets: (Socket | null)[] = [];
  private readonly sinceNs: number[] = [];

  /** The socket that the descriptor led to at this moment; null where it is not a known socket. */
  at(descriptor: number, ns: number): Socket | null {
    const { sockets, sinceNs } = this;
    if (descriptor < sockets.length && ns >= sinceNs[descriptor]!) return sockets[descriptor]!;
    return this.earlier(descriptor, ns);
  }

  private earlier(descriptor: number, ns: number): Socket | null {
    let slot = this.slot(descriptor);
    while (slot !== null && ns < slot.sinceNs && slot.before !== null) slot = slot.before;
    return slot === null ? null : slot.socket;
  }

  /** The socket it leads to now. */
  current(descriptor: number): Socket | null {
    return this.slot(descriptor)?.socket ?? null;
  }

  set(descriptor: number, socket: Socket | null, ns: number): void {
    const before = this.slot(descriptor);
    const slot: Slot = { socket, sinceNs: ns, before };
    let depth: Slot = slot;
    for (let count = 0; count < memory && depth.before !== null; count++) depth = depth.before;
    depth.before = null;
    this.slots.set(descriptor, slot);
    if (descriptor >= small) return;
    while (this.sockets.length <= descriptor) {
      this.sockets.push(null);
      this.sinceNs.push(-Infinity);
    }
    this.sockets[descriptor] = socket;
    this.sinceNs[descriptor] = ns;
  }

  /** Every descriptor that leads to a socket now. */
  *open(): IterableIterator<[number, Socket]> {
    for (const [descriptor, slot] of this.slots) if (slot.socket !== null) yield [descriptor, slot.socket];
  }

  private slot(descriptor: number): Slot | null {
    return this.slots.get(descriptor) ?? null;
  }
}

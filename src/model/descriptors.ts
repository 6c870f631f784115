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

export class DescriptorTable {
  private readonly slots = new Map<number, Slot>();

  /** The socket that the descriptor led to at this moment; null where it is not a known socket. */
  at(descriptor: number, ns: number): Socket | null {
    let slot = this.slots.get(descriptor) ?? null;
    while (slot !== null && ns < slot.sinceNs && slot.before !== null) slot = slot.before;
    return slot?.socket ?? null;
  }

  /** The socket it leads to now. */
  current(descriptor: number): Socket | null {
    return this.slots.get(descriptor)?.socket ?? null;
  }

  set(descriptor: number, socket: Socket | null, ns: number): void {
    const before = this.slots.get(descriptor) ?? null;
    const slot: Slot = { socket, sinceNs: ns, before };
    let depth: Slot = slot;
    for (let count = 0; count < memory && depth.before !== null; count++) depth = depth.before;
    depth.before = null;
    this.slots.set(descriptor, slot);
  }

  /** Every descriptor that leads to a socket now. */
  *open(): IterableIterator<[number, Socket]> {
    for (const [descriptor, slot] of this.slots) if (slot.socket !== null) yield [descriptor, slot.socket];
  }
}

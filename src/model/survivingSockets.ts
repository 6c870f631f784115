/**
 * Which records of sockets have to be kept: those of every socket to which a descriptor leads still, in any process, and of
 * whatever these records refer to. Which socket a descriptor leads to is found as socketCalls.ts and descriptorCalls.ts do.
 */
import { kinds, offsets } from '../protocol/layout';
import { familyUnix } from './address';
import type { Reading } from './reading';
import { SocketLife, type Entry, type ProcessLife, type ThreadLife } from './survivorThings';

const errno = { isConnected: 106, reset: 104, inProgress: 115 } as const;

/** Where the descriptor stands in calls that move bytes. */
const transfers: Readonly<Record<number, { descriptor: number; result: number; receives: boolean }>> = {
  [kinds.receive]: { ...offsets.receive, receives: true },
  [kinds.receiveFrom]: { ...offsets.receiveFrom, receives: true },
  [kinds.send]: { ...offsets.send, receives: false },
  [kinds.sendTo]: { ...offsets.sendTo, receives: false },
};

/** Ends of Unix connections that wait for their other one, of one process at one path: see unixEnds.ts. */
interface Waiting {
  readonly connects: SocketLife[];
  readonly accepts: SocketLife[];
}

export class SurvivingSockets {
  private readonly byInode = new Map<string, SocketLife>();
  private readonly byAddresses = new Map<string, SocketLife>();
  private readonly unixEnds = new Map<string, Waiting>();
  /** Clients that stand in accept queues. */
  private readonly queued = new Map<string, Entry>();
  /** Closed a moment ago. */
  private readonly closed = new Set<SocketLife>();

  constructor(
    private readonly processOf: (pid: number) => ProcessLife | null,
    private readonly ended: (ns: number, socket: SocketLife) => void,
  ) {}

  /** The records of all that is open, or was a moment ago. */
  living(processes: readonly ProcessLife[]): Entry[] {
    const entries = [...this.queued.values()];
    const done = new Set<SocketLife>();
    const work: SocketLife[] = [...this.closed];
    for (const process of processes) work.push(...process.descriptors.values());
    for (let socket = work.pop(); socket !== undefined; socket = work.pop()) {
      if (done.has(socket)) continue;
      done.add(socket);
      entries.push(...socket.entries);
      for (const entry of [socket.lastReceive.entry, socket.lastSend.entry, socket.end]) if (entry !== null) entries.push(entry);
      work.push(...socket.linked);
    }
    return entries;
  }

  forget(socket: SocketLife): void {
    if (socket.references > 0) return;
    this.closed.delete(socket);
    if (socket.inode !== null && this.byInode.get(socket.inode) === socket) this.byInode.delete(socket.inode);
    for (const key of socket.keys) if (this.byAddresses.get(key) === socket) this.byAddresses.delete(key);
  }

  hold(process: ProcessLife, descriptor: number, socket: SocketLife): void {
    process.descriptors.set(descriptor, socket);
    socket.references++;
    this.closed.delete(socket);
  }

  releaseAll(process: ProcessLife, ns: number): void {
    for (const socket of process.descriptors.values()) this.release(socket, ns);
    process.descriptors.clear();
  }

  settleExec(process: ProcessLife, ns: number): void {
    for (const descriptor of process.unconfirmed ?? []) this.lead(process, descriptor, null, null, ns);
    process.unconfirmed = null;
  }

  /** A record that tells something more of the descriptor's socket. */
  about(process: ProcessLife, descriptor: number, entry: Entry): void {
    process.descriptors.get(descriptor)?.entries.push(entry);
  }

  queue(reading: Reading, entry: Entry): void {
    const at = offsets.queuedClient;
    const key = `${reading.addressKey(at.local, reading.kind === kinds.queuedClient ? at.localPort : offsets.queuedClientGone.localPort)}|${reading.addressKey(at.peer, reading.kind === kinds.queuedClient ? at.peerPort : offsets.queuedClientGone.peerPort)}`;
    if (reading.kind === kinds.queuedClient) this.queued.set(key, entry);
    else this.queued.delete(key);
  }

  take(thread: ThreadLife, reading: Reading, order: number, entry: () => Entry): void {
    const { process } = thread;
    const transfer = transfers[reading.kind];
    if (transfer !== undefined) {
      const socket = process.descriptors.get(reading.u32(transfer.descriptor));
      if (socket === undefined) return;
      (transfer.receives ? socket.lastReceive : socket.lastSend).set(reading, order, thread);
      const result = reading.i32(transfer.result);
      if ((transfer.receives && result === 0) || result === -errno.reset) socket.end ??= entry();
      return;
    }
    switch (reading.kind) {
      case kinds.bind:
      case kinds.listen:
        this.bound(process, reading, entry());
        return;
      case kinds.accept:
        this.accept(process, reading, entry());
        return;
      case kinds.connect:
        this.connect(process, reading, entry());
        return;
      case kinds.endpoints:
        this.endpoints(process, reading, entry());
        return;
      case kinds.shutdown:
      case kinds.protocol:
        this.about(process, reading.u32(reading.kind === kinds.shutdown ? offsets.shutdown.descriptor : offsets.protocol.descriptor), entry());
        return;
      case kinds.close:
        this.lead(process, reading.u32(offsets.close.descriptor), null, entry(), reading.key);
        return;
      case kinds.duplicate: {
        const from = reading.u32(offsets.duplicate.from);
        const to = reading.u32(offsets.duplicate.to);
        if (from !== to) this.lead(process, to, process.descriptors.get(from) ?? null, entry(), reading.key);
        return;
      }
      case kinds.socketSeen:
        this.seen(process, reading, entry());
        return;
      case kinds.socketPair:
        this.pair(process, reading, entry());
        return;
      case kinds.inheritDescriptor: {
        const child = this.processOf(reading.u32(offsets.inheritDescriptor.process));
        const socket = process.descriptors.get(reading.u32(offsets.inheritDescriptor.from));
        const to = reading.u32(offsets.inheritDescriptor.to);
        if (child?.ended === false && socket !== undefined && child.descriptors.get(to) !== socket) this.lead(child, to, socket, entry(), reading.key);
      }
    }
  }

  /** The descriptor leads to another socket now, or to none. @param entry the record that says so. */
  private lead(process: ProcessLife, descriptor: number, socket: SocketLife | null, entry: Entry | null, ns: number): void {
    const before = process.descriptors.get(descriptor) ?? null;
    if (socket !== null) {
      this.hold(process, descriptor, socket);
      if (entry !== null) socket.entries.push(entry);
    } else process.descriptors.delete(descriptor);
    if (before === null) return;
    if (entry !== null && before !== socket) before.entries.push(entry);
    // Without the records of what came in its place it would seem to be open still.
    if (socket !== null && before !== socket) before.linked.add(socket);
    this.release(before, ns);
  }

  private release(socket: SocketLife, ns: number): void {
    if (--socket.references > 0) return;
    this.closed.add(socket);
    this.ended(ns, socket);
  }

  private socketAt(process: ProcessLife, descriptor: number): SocketLife {
    const known = process.descriptors.get(descriptor);
    if (known !== undefined) return known;
    const socket = new SocketLife();
    this.hold(process, descriptor, socket);
    return socket;
  }

  private bound(process: ProcessLife, reading: Reading, entry: Entry): void {
    const at = reading.kind === kinds.listen ? offsets.listen : offsets.bind;
    if (reading.i32(at.result) < 0) return;
    const socket = this.socketAt(process, reading.u32(at.descriptor));
    if (reading.kind === kinds.listen && reading.u16(at.family) === familyUnix) socket.path = reading.peerKey(at);
    socket.entries.push(entry);
  }

  private accept(process: ProcessLife, reading: Reading, entry: Entry): void {
    const at = offsets.accept;
    const descriptor = reading.i32(at.result);
    if (descriptor < 0) return;
    const socket = new SocketLife();
    const listener = this.socketAt(process, reading.u32(at.descriptor));
    socket.listener = listener;
    socket.linked.add(listener);
    this.lead(process, descriptor, socket, entry, reading.end);
  }

  private connect(process: ProcessLife, reading: Reading, entry: Entry): void {
    const at = offsets.connect;
    const result = reading.i32(at.result);
    if (result !== 0 && result !== -errno.isConnected && result !== -errno.inProgress) return;
    const known = process.descriptors.get(reading.u32(at.descriptor));
    const socket = known ?? this.socketAt(process, reading.u32(at.descriptor));
    socket.entries.push(entry);
    if (reading.u16(at.family) === familyUnix) this.join(`${String(process.pid)} ${reading.peerKey(at)}`, socket, 'connects', 'accepts');
  }

  private endpoints(process: ProcessLife, reading: Reading, entry: Entry): void {
    const at = offsets.endpoints;
    const descriptor = reading.u32(at.descriptor);
    const key = reading.u16(at.family) === familyUnix ? null : `${reading.addressKey(at.local, at.localPort)}|${reading.addressKey(at.peer, at.peerPort)}`;
    const known = process.descriptors.get(descriptor);
    const socket = known ?? (key === null ? undefined : this.byAddresses.get(key)) ?? new SocketLife();
    if (known === undefined) this.hold(process, descriptor, socket);
    socket.entries.push(entry);
    if (key === null) return;
    this.byAddresses.set(key, socket);
    socket.keys.add(key);
    this.queued.delete(key);
  }

  private seen(process: ProcessLife, reading: Reading, entry: Entry): void {
    const at = offsets.socketSeen;
    const descriptor = reading.u32(at.descriptor);
    const inode = reading.hex(at.inode);
    const known = process.descriptors.get(descriptor);
    if (known !== undefined && (known.inode === null || known.inode === inode)) {
      known.inode = inode;
      if (!this.byInode.has(inode)) this.byInode.set(inode, known);
    }
    const socket = this.byInode.get(inode) ?? new SocketLife();
    socket.inode = inode;
    this.byInode.set(inode, socket);
    process.unconfirmed?.delete(descriptor);
    if (socket === known) socket.entries.push(entry);
    else this.lead(process, descriptor, socket, entry, reading.key);
    const path = socket.listener?.path ?? null;
    const peer = reading.u32(at.peerProcess);
    if (path !== null && peer !== 0) this.join(`${String(peer)} ${path}`, socket, 'accepts', 'connects');
  }

  private pair(process: ProcessLife, reading: Reading, entry: Entry): void {
    const at = offsets.socketPair;
    const sockets = [new SocketLife(), new SocketLife()] as const;
    [at.leftInode, at.rightInode].forEach((inode, index) => {
      const socket = sockets[index]!;
      socket.inode = reading.hex(inode);
      this.byInode.set(socket.inode, socket);
    });
    this.lead(process, reading.u32(at.left), sockets[0], entry, reading.key);
    this.lead(process, reading.u32(at.right), sockets[1], entry, reading.key);
    sockets[0].linked.add(sockets[1]);
    sockets[1].linked.add(sockets[0]);
  }

  /** The ends of a Unix connection find each other by their order, so either is kept with the other. */
  private join(key: string, socket: SocketLife, mine: keyof Waiting, others: keyof Waiting): void {
    let waiting = this.unixEnds.get(key);
    if (waiting === undefined) this.unixEnds.set(key, (waiting = { connects: [], accepts: [] }));
    const other = waiting[others].shift();
    if (other === undefined) {
      waiting[mine].push(socket);
      return;
    }
    other.linked.add(socket);
    socket.linked.add(other);
  }
}

/**
 * An accept that returned, and the client that it took out of the queue.
 *
 *     observer       queued 50002 ───────── gone
 *     accepting thread            accept ┤endpoints│ …        the same addresses: the connection that stood in the queue
 *
 * The accept's record does not name the client, the thread's next one does. So while clients are known to stand in a queue, an accept
 * waits for that record; else it makes a connection at once.
 */
import { kinds, offsets } from '../protocol/layout';
import { reopen } from './closing';
import type { Connection } from './connection';
import type { Listener } from './listener';
import { begin } from './ownership';
import { queuedSince, type Moment } from './queueTime';
import type { Reading } from './reading';
import type { Reference } from './references';
import type { Socket } from './sockets';
import { stateCode } from '../protocol/states';
import type { Thread } from './thread';
import type { World } from './world';

/** What an accept's record says. */
interface Accepted {
  readonly listener: Listener;
  readonly socket: Socket;
  readonly descriptor: number;
  readonly ns: number;
  readonly queued: Moment | null;
  readonly site: Reference | null;
}

/** The observer may see that a client has left the queue before the accepting thread gets to say so. */
const belatedNs = 2e9;

export class Accepting {
  private readonly pending = new Map<Thread, Accepted>();

  constructor(private readonly world: World) {}

  accept(thread: Thread, listener: Listener, socket: Socket, reading: Reading): void {
    const at = offsets.accept;
    const accepted: Accepted = {
      listener,
      socket,
      descriptor: reading.i32(at.result),
      ns: reading.end,
      queued: queuedSince(reading.time, reading.end, reading.u32(at.sinceEstablished), listener.startNs),
      site: reading.reference(at.site),
    };
    if (this.world.unaccepted > 0 && listener.protocol !== 'unix') this.pending.set(thread, accepted);
    else this.connect(thread, accepted, null);
  }

  /** Before each record of a thread: what it accepted gets its connection. */
  settle(thread: Thread, reading: Reading): void {
    if (this.pending.size === 0) return;
    const accepted = this.pending.get(thread);
    if (accepted === undefined) return;
    this.pending.delete(thread);
    const at = offsets.endpoints;
    const named = reading.kind === kinds.endpoints && reading.u32(at.descriptor) === accepted.descriptor;
    const queued = named ? this.world.byAddresses.get(`${reading.addressKey(at.local, at.localPort)}|${reading.addressKey(at.peer, at.peerPort)}`) : undefined;
    this.connect(thread, accepted, queued !== undefined && isSame(queued, accepted) ? queued : null);
  }

  /** The process will say no more. */
  settleProcess(pid: number): void {
    for (const [thread, accepted] of this.pending) {
      if (thread.process.pid !== pid) continue;
      this.pending.delete(thread);
      this.connect(thread, accepted, null);
    }
  }

  private connect(thread: Thread, { listener, socket, ns, queued, site }: Accepted, waited: Connection | null): void {
    const connection = waited ?? this.world.newConnection('server', socket, ns);
    if (waited !== null) takeOut(this.world, waited, socket, ns);
    connection.protocol = listener.protocol === 'tcp6' || listener.protocol === 'unix' ? listener.protocol : 'tcp';
    connection.listener = listener;
    connection.acceptedNs = ns;
    connection.acceptedAt = site;
    connection.setQueued(queued === null || waited === null ? (queued ?? connection.queued) : connection.agreeing(queued));
    connection.activity.push(connection.queuedNs ?? ns, ns, stateCode.queued, 0);
    if (this.world.counts(ns)) listener.accepted++;
    listener.connections.push(connection);
    this.world.changed.add(listener);
    begin(this.world, connection, thread, ns);
  }
}

/** Whether the client that was seen in a queue is the one that was accepted: its port may be another client's by now. */
function isSame(seen: Connection, accepted: Accepted): boolean {
  if (seen.role !== 'server' || seen.acceptedNs !== null || seen.owner !== null) return false;
  if (seen.closedNs === null) return true;
  return accepted.queued === null ? accepted.ns - seen.closedNs < belatedNs : accepted.queued.ns - accepted.queued.withinNs <= seen.closedNs;
}

function takeOut(world: World, connection: Connection, socket: Socket, ns: number): void {
  reopen(world, connection);
  connection.listener?.unaccepted.delete(connection);
  world.unaccepted--;
  connection.socket = socket;
  socket.connection = connection;
  connection.startNs = ns;
  connection.lastCallNs = ns;
  connection.activity.clear();
}

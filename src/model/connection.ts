/**
 * One end of a connection.
 *
 *     queuedNs    acceptedNs          handover                    closedNs
 *        ├─ queued ─┤── owners[0]: acceptor ──┤── owners[1]: handler ──┤
 *
 * What its owner did on it stands in `activity`, settled up to the last finished call, and in `tail` (connectionTail.ts).
 */
import type { Owner } from '../recording/batch';
import { ActivityColumns } from './activity';
import type { StreamProtocol } from './address';
import type { HandlerPhase } from './handlers';
import type { Listener } from './listener';
import type { Pages } from './packedRows';
import { cameBetween, type Moment } from './queueTime';
import { reference, type Reference } from './references';
import type { Socket } from './sockets';
import type { Task } from './task';
import type { Thread } from './thread';

export interface OwnerSpan {
  readonly thread: Thread;
  /** The last of the thread's tasks that handled it. */
  task?: Task;
  fromNs: number;
  /** Null while it owns the connection. */
  toNs: number | null;
}

export type ClosedBy = 'peer' | 'local' | 'reset' | 'exit';

export class Connection {
  readonly kind = 'connection';
  /** See `Changes`. */
  changedIn = 0;
  readonly id: string;
  protocol: StreamProtocol = 'tcp';
  listener: Listener | null = null;
  /** Null where unknown; a Unix socket's path is resolved late. */
  local: Reference | string | null = null;
  peer: Reference | string | null = null;
  /** The same connection's other end, where both are traced. */
  otherEnd: Connection | null = null;
  /** When it was established and not yet accepted; null where unknown, and for a client. Set by `setQueued`. */
  queued: Moment | null = null;
  /** When accept returned; for a client, connect. Null where connect went on in the background. */
  acceptedNs: number | null = null;
  /** Of a client: when its connect was called. */
  connectNs: number | null = null;
  acceptedAt: Reference | null = null;
  /** In an event loop: where its protocol's code for data begins, or what a stream server calls. */
  protocolAt: Reference | null = null;
  closedNs: number | null = null;
  closedBy: ClosedBy | null = null;
  /** What ended the traffic first: it becomes closedBy when the last descriptor is closed. */
  firstEnd: ClosedBy | null = null;
  /** When this end said that it sends no more, or was closed. */
  finishedNs: number | null = null;
  /** This end has said that it reads no more: that it receives nothing from then on says nothing of the peer. */
  readsNoMore = false;
  bytesIn = 0;
  bytesOut = 0;
  receives = 0;
  sends = 0;
  /** Of the time up to then only a part was kept: its totals count from there, and its lane is unknown before. */
  completeFromNs = -Infinity;
  /** When the last call on it returned. */
  lastCallNs = NaN;
  /** Of its owner's last call on it whose line is known: who made it, and the line's names and number in them. */
  private lastCaller: Thread | null = null;
  private lineOwner: Owner | null = null;
  private lineSite = 0;
  readonly owners: OwnerSpan[] = [];
  /** The last of them. */
  owned: OwnerSpan | null = null;
  /** What a framework's request handler did for it, in order. */
  readonly phases: HandlerPhase[] = [];
  readonly activity: ActivityColumns;
  /** Threads that received on it, once there are several. */
  receivers: Set<Thread> | null = null;
  /** The last that received on it and was not the one before. */
  lastReceiver: Thread | null = null;

  /**
   * @param startNs when it became known: accept's or connect's return, ns from the base; of one that still waits, since when it does.
   * @param pages where its rows stand.
   */
  constructor(
    readonly number: number,
    readonly role: 'server' | 'client',
    public socket: Socket,
    public startNs: number,
    pages: Pages,
  ) {
    this.activity = new ActivityColumns(pages);
    this.lastCallNs = startNs;
    this.id = `c${String(number)}`;
  }

  /** It began before the time from which the recording is complete. */
  get partial(): boolean {
    return this.startNs <= this.completeFromNs;
  }

  get queuedNs(): number | null {
    return this.queued?.ns ?? null;
  }

  /** Its lane begins then. */
  setQueued(queued: Moment | null): void {
    this.queued = queued;
    if (queued !== null) this.activity.beginFrom(queued.ns);
  }

  /** What it was seen in the queue, together with what is told now. */
  agreeing(told: Moment): Moment {
    return this.queued === null ? told : cameBetween(told, this.queued.ns - this.queued.withinNs, this.queued.ns + this.queued.withinNs);
  }

  /** A thread's call on it, from a line; 0: no line is known. */
  calledFrom(thread: Thread, owner: Owner, site: number): void {
    if (site === 0 || thread !== this.owner) return;
    this.lastCaller = thread;
    this.lineOwner = owner;
    this.lineSite = site;
  }

  /** The line of its owner's last call on it; null where none is known. */
  get lastCallAt(): Reference | null {
    return this.lineOwner === null || this.lastCaller !== this.owner ? null : reference(this.lineOwner, this.lineSite);
  }

  /** The thread that owns it now, or owned it last. */
  get owner(): Thread | null {
    return this.owned === null ? null : this.owned.thread;
  }

  /** The task that handles it now, or did last; null where none does. */
  get task(): Task | null {
    return this.owned?.task ?? null;
  }
}

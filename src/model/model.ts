/**
 * The model of one recording: takes records in order, and holds what they say. See README.md for its shape and rules.
 */
import { events } from '../protocol/events';
import type { SourcePosition } from '../protocol/report';
import type { Owner, RecordBatch } from '../recording/batch';
import type { Names } from '../recording/names';
import { Account } from './account';
import { formatPath } from './address';
import type { ArrowColumns } from './arrows';
import { commandName } from './commandName';
import type { Changes } from './changes';
import type { Channel } from './channels';
import type { Connection } from './connection';
import { connectionTail, type TailSpan } from './connectionTail';
import type { DatagramPeer } from './datagrams';
import { Ingest } from './ingest';
import type { Listener } from './listener';
import type { Locks } from './locks';
import type { Process } from './process';
import type { Reference } from './references';
import type { Stops } from './stops';
import type { Task } from './task';
import type { Thread } from './thread';
import type { Traffic } from './traffic';
import { objectKinds } from './waits';
import { World, type HandlerFailure, type Thing } from './world';

/** An observer that has not written for so long while others did looks no more: it writes of every thread that moves. */
const silenceNs = 2e9;

/** Whatever waits: a thread or a task. */
export type Waiting = Pick<Thread, 'waits'>;

export class Model {
  /** A record came that is older than one already taken: only a model built again from the start is right. */
  late = false;
  /** By how much, ns: the most since who reads it has set it to 0. */
  lateByNs = 0;
  /** Records taken, without the definitions of texts and sites. */
  eventCount = 0;
  /** The first event's time, ns from the base; NaN before it. */
  originNs = NaN;
  /** The last record's time. */
  latestNs = NaN;
  private readonly world: World;
  private readonly ingestor: Ingest;

  /**
   * @param owners the decoder's list, which grows.
   * @param completeFromNs of the time up to it only a part was kept: nothing is counted there, and where nothing is told it is unknown.
   */
  constructor(
    private readonly names: Names,
    private readonly owners: readonly Owner[],
    readonly completeFromNs = -Infinity,
  ) {
    this.world = new World(completeFromNs);
    this.ingestor = new Ingest(this.world);
  }

  /** In order of start, as all these lists: the object of number n stands at n - 1. */
  get processes(): readonly Process[] {
    return this.world.processes;
  }

  get threads(): readonly Thread[] {
    return this.world.threads;
  }

  get tasks(): readonly Task[] {
    return this.world.tasks;
  }

  get listeners(): readonly Listener[] {
    return this.world.listeners;
  }

  get connections(): readonly Connection[] {
    return this.world.connections;
  }

  get datagrams(): readonly DatagramPeer[] {
    return this.world.datagrams;
  }

  get channels(): readonly Channel[] {
    return this.world.channels;
  }

  /** Request handlers that an exception left, in order. */
  get failures(): readonly HandlerFailure[] {
    return this.world.failures;
  }

  get locks(): Locks {
    return this.world.locks;
  }

  /** As they were told; `stopsOf` (stopJoin.ts) says what that means. */
  get stops(): Stops {
    return this.world.stops;
  }

  get traffic(): Traffic {
    return this.world.traffic;
  }

  get arrows(): ArrowColumns {
    return this.world.arrows;
  }

  /** Things that are new or changed; the caller clears it. A thread counts as changed with every call it makes. */
  get changed(): Changes<Thing> {
    return this.world.changed;
  }

  /** Takes a batch, in its order. */
  ingest(batch: RecordBatch): void {
    const { count, order, keys, owners } = batch;
    for (let at = 0; at < count; at++) {
      const record = order[at]!;
      if (batch.what(record) >>> 16 <= events.site.code) continue;
      const key = keys[record]!;
      if (key < this.latestNs) this.comesLate(this.latestNs - key);
      else this.latestNs = key;
      if (Number.isNaN(this.originNs)) this.originNs = this.world.traffic.originNs = batch.time(record);
      this.eventCount++;
      this.ingestor.take(batch, record, this.owners[owners[record]!]!);
    }
  }

  private comesLate(byNs: number): void {
    this.late = true;
    this.lateByNs = Math.max(this.lateByNs, byNs);
  }

  text(reference: Reference | null): string | null {
    return reference === null ? null : this.names.text(reference.owner, reference.id);
  }

  site(reference: Reference | null): SourcePosition | null {
    return reference === null ? null : this.names.site(reference.owner, reference.id);
  }

  /** A text that is a reference, or stands there already; a path is made readable. */
  label(value: Reference | string | null): string | null {
    if (value === null || typeof value === 'string') return value;
    const text = this.text(value);
    return text === null ? null : formatPath(text);
  }

  /** The source position of a wait, by its row in `thread.waits`. */
  waitSite(thread: Waiting, row: number): SourcePosition | null {
    const owner = this.owners[thread.waits.siteOwner(row)];
    const id = thread.waits.site(row);
    return owner === undefined || id === 0 ? null : this.names.site(owner, id);
  }

  /** The line of the call that drew an arrow, by its row in `arrows`; null where none is known. */
  arrowSite(row: number): SourcePosition | null {
    const owner = this.owners[this.arrows.siteOwner(row)];
    const id = this.arrows.site(row);
    return owner === undefined || id === 0 ? null : this.names.site(owner, id);
  }

  /** What a wait is on, as in the report: `connection:c1`; null where unknown. */
  waitObject(thread: Waiting, row: number): string | null {
    const object = thread.waits.object(row);
    const kind = objectKinds[thread.waits.objectKind(row)]!;
    switch (kind) {
      case 'none':
      case 'pollSet':
        return null;
      case 'listener':
        return `listener:l${String(object)}`;
      case 'connection':
        return `connection:c${String(object)}`;
      case 'thread':
        return `thread:t${String(object)}`;
      case 'process':
        return `process:p${String(object)}`;
      case 'task':
        return `task:k${String(object)}`;
      case 'lock':
        return this.world.locks.id(object);
      case 'channel':
        return `channel:h${String(object)}`;
      case 'descriptor':
        return `descriptor:${String(object)}`;
    }
  }

  /** The arguments that a process runs (or ran last) with; empty where unknown. */
  command(process: Process): string[] {
    return this.argumentsOf(process.image?.command ?? null);
  }

  argumentsOf(command: Reference | null): string[] {
    const text = this.text(command);
    return text === null || text === '' ? [] : text.replace(/\0$/, '').split('\0');
  }

  /** `server.py`; '' where no command is known. */
  processName(process: Process): string {
    return commandName(this.command(process));
  }

  threadName(thread: Thread): string | null {
    return typeof thread.name === 'string' ? thread.name : this.text(thread.name);
  }

  /** How the thread spends its time, as far as it is known at `nowNs`. */
  account(thread: Thread, nowNs: number): Account {
    const { lookedNs } = this.world;
    return new Account(thread, this.latestNs - lookedNs > silenceNs ? lookedNs : nowNs, this.completeFromNs);
  }

  /**
   * The same model as it stands at a later moment, while nothing new was recorded: what is open lasts until then. Who waits for ever
   * writes nothing meanwhile.
   */
  until(nowNs: number): Model {
    const later: Pick<Model, 'latestNs' | 'account'> = {
      latestNs: Math.max(nowNs, this.latestNs),
      // Whether the observer still looks is told by what was recorded.
      account: (thread, ns) => this.account(thread, ns),
    };
    return Object.assign(Object.create(this) as Model, later);
  }

  /**
   * What follows the settled rows of `connection.activity` up to `nowNs`, in order; the last span is open (end NaN)
   * while somebody owns the connection. Empty once it is closed.
   */
  tail(connection: Connection, nowNs: number): TailSpan[] {
    return connectionTail(connection, nowNs, this.world.connections);
  }
}

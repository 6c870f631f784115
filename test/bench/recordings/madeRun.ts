/**
 * A made-up run of 1,000 lanes, with the mix of events that real servers have, whose length is told in events. One seed, one run.
 *
 *     56 processes: the root, 8 preforked, 4 with a selector, 1 busy, 1 with a thread and 1 with a process per client, 40 forked for one client
 *     302 threads, 6 listeners, 636 connections
 *
 * Some 50,000 events a second whatever the length, so a longer run is longer in time, its things live longer, and there are not more of them.
 */
import { Seeded } from '../../engine/support/seeded';
import { packedFormat, type Manifest } from '../../../src/protocol/files';
import { MadeObserver } from './observer';
import { clientOf, Process } from './process';
import type { RunFolder } from './runFolder';
import { Moment, Schedule } from './schedule';
import { rootLife } from './servers';
import { commandLine, defineSites } from './sites';
import type { SharedLock } from './thread';

export const eventsPerSecond = 50_000;
/** What ends and hangs up once the end is near writes about so many. */
const lastWords = 2_300;
/** ns. */
const longestEnd = 2e9;
const supervisor = 999;
const firstId = 1000;

export interface MadeRunOptions {
  /** How many events there will be, within a percent. */
  readonly events: number;
  readonly seed: number;
  /** CLOCK_MONOTONIC ns at which the run begins. */
  readonly startedNs: number;
  /** One more client, at which things happen when they are told to: for who measures how fast they are seen. */
  readonly withSubject?: boolean;
}

/** A client that speaks when it is told to, and is answered after some work. */
export class Subject {
  /** When it speaks next. */
  next: Moment;
  workNs = 0;

  constructor(private readonly schedule: Schedule) {
    this.next = new Moment(schedule);
  }

  speak(at: number, workNs: number): void {
    const spoken = this.next;
    this.workNs = workNs;
    this.next = new Moment(this.schedule);
    spoken.happens(at);
  }
}

export class MadeRun {
  readonly schedule = new Schedule();
  readonly random: Seeded;
  readonly observer: MadeObserver;
  /** Everything hangs up from then on. */
  readonly stop = new Moment(this.schedule);
  readonly supervisor = supervisor;
  /** How long it will be, ns. */
  readonly length: number;
  readonly startedNs: number;
  readonly subject: Subject | null;
  now: number;
  private readonly root: Process;
  private nextId = firstId;
  private clients = 0;
  private objects = 0;

  constructor(
    readonly folder: RunFolder,
    private readonly options: MadeRunOptions,
  ) {
    this.random = new Seeded(options.seed);
    this.subject = options.withSubject === true ? new Subject(this.schedule) : null;
    this.length = (options.events / eventsPerSecond) * 1e9;
    this.startedNs = this.now = options.startedNs;
    this.observer = new MadeObserver(this, this.now);
    this.root = new Process(this, this.id(), null, this.now + 1e6);
    this.observer.begin(this.root.pid, commandLine.join('\0'));
    defineSites(this.root.main.track, this.now + 1e6);
    this.root.image(this.now + 1e6);
    this.schedule.start(rootLife(this.root, this.now + 2e6), this.now + 2e6);
    this.schedule.start(this.observer.look(), this.now + 10e6);
  }

  get over(): boolean {
    return this.stop.at !== Infinity;
  }

  get done(): boolean {
    return this.root.ended.at !== Infinity;
  }

  /** Everything that happens until this moment (CLOCK_MONOTONIC ns). @returns whether the run is still going on. */
  advance(until: number): boolean {
    const { schedule, stop } = this;
    while (!this.done && schedule.next <= until) {
      this.now = schedule.next;
      schedule.step();
      if (this.now > stop.at + longestEnd) throw new Error('the made-up run does not end');
      if (!this.over && this.folder.events >= this.options.events - lastWords) this.end();
    }
    if (!this.done) return true;
    this.observer.end(this.root.pid, this.now + 3e6);
    return false;
  }

  /** Everybody hangs up. */
  private end(): void {
    this.stop.happens(this.now);
    this.subject?.speak(this.now, 0);
  }

  id(): number {
    return this.nextId++;
  }

  client(): { address: Uint8Array; port: number } {
    return clientOf(this.clients++);
  }

  newLock(): SharedLock {
    return { object: this.object(), holder: 0, freeAt: 0 };
  }

  /** The address of an object, as locks are told apart by it. */
  object(): number {
    return 0x7f3a_0000_1000 + 64 * this.objects++;
  }
}

export function manifestOf(startedNs: number, rootPid = firstId): Manifest {
  return {
    format: packedFormat, forkscope: '0.0.0', command: commandLine, directory: '/home/student/servers', startedAt: '2026-11-20T20:30:00.000Z',
    startedNs: String(startedNs), supervisor: null, root: { pid: rootPid }, exit: null, complete: false, droppedBytes: 0,
  };
}

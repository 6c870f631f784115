/**
 * Where a recording's oldest part is dropped, something of it is still needed: how that began which lives on. This takes the
 * records up to a moment T, in order, and says which of them have to be kept.
 *
 *     accept 7 ─ endpoints ─ receive ×1000 ─┬─ T     kept: accept, endpoints, the last receive (it says who owns it)
 *     accept 8 ─ endpoints ─ receive ─ close │       of 8 nothing
 *     thread A ─ begin ─ … ─ lock ├──────────┼──     kept: begin, and the call that it is inside
 *     thread B ─ begin ─ … ─ end             │       of B nothing, unless a kept record is B's own
 *
 * It follows the same rules as the model where these say which socket a descriptor leads to, but remembers records and no facts:
 * a thing is forgotten once it has ended and no later record can be about it. Kept are then the records of what is left, of whose
 * threads these are, of their processes and of those processes' parents. Read alone they give a model in which everything that
 * lived at T lives, with its names, peers, listeners and owners, and with no call counted that was dropped.
 */
import { kinds, offsets, recordBytes } from '../protocol/layout';
import type { Owner, RecordBatch } from '../recording/batch';
import { isEnd } from './exitStatus';
import { Reading } from './reading';
import { SurvivingChannels } from './survivingChannels';
import { SurvivingSockets } from './survivingSockets';
import { SurvivingStops } from './survivingStops';
import { ProcessLife, ThreadLife, type Entry, type TaskLife } from './survivorThings';

/** For so long after something ended records can still be about it: an observer looks first and writes then. */
export const belatedNs = 2e9;

const blocking: ReadonlySet<number> = new Set([
  kinds.accept, kinds.connect, kinds.receive, kinds.receiveFrom, kinds.send, kinds.sendTo, kinds.socketWait, kinds.poll, kinds.sleep,
  kinds.lock, kinds.signalWait, kinds.joinThread, kinds.waitProcess, kinds.system, kinds.channelRead, kinds.channelWrite, kinds.channelWait,
]);

/** What says of a thread or process that it is a debugger's; all else that one does is left out anyway. */
const ofDebuggers: ReadonlySet<number> = new Set([kinds.threadBegin, kinds.forked, kinds.fork, kinds.spawn]);

export class Survivors {
  private readonly reading = new Reading();
  private readonly byPid = new Map<number, ProcessLife>();
  /** The first one, of which all others come. */
  private root: ProcessLife | null = null;
  /** By owner index. */
  private readonly threads: (ThreadLife | undefined)[] = [];
  private readonly sockets: SurvivingSockets;
  private readonly channels = new SurvivingChannels((pid) => this.byPid.get(pid)?.gone === false);
  private readonly stops = new SurvivingStops();
  /** Records that count by themselves: how many were lost, and that nobody was left. */
  private readonly plain: Entry[] = [];
  /** What has ended, in order, and how it is forgotten. */
  private ended: { ns: number; forget: () => void }[] = [];
  private forgotten = 0;
  private order = 0;

  constructor() {
    this.sockets = new SurvivingSockets((pid) => this.byPid.get(pid) ?? null, (ns, socket) => this.end(ns, () => this.sockets.forget(socket)));
  }

  take(batch: RecordBatch, record: number, owner: Owner): void {
    const { reading } = this;
    reading.move(batch, record, owner);
    this.order++;
    this.forget(reading.key - belatedNs);
    if (reading.debuggers && !ofDebuggers.has(reading.kind)) return;
    if (reading.kind === kinds.lost) this.plain.push(this.entry(null));
    else if (owner.writer === 'kernel') this.observed();
    else this.told(this.threadOf(owner));
  }

  /** The scopes of names (`writer:pid:birth`) that can still be referred to. @param records those to keep. */
  scopes(records: readonly Entry[]): Set<string> {
    const scopes = new Set<string>();
    const add = (process: ProcessLife | null): void => {
      for (let each = process; each !== null; each = each.parent) for (const birth of each.births) scopes.add(scopeOf(each.pid, birth));
    };
    for (const process of this.byPid.values()) add(process);
    add(this.root);
    for (const { owner } of records) scopes.add(`${owner.writer}:${String(owner.process)}:${String(owner.birth)}`);
    return scopes;
  }

  /** The records to keep, in order. */
  records(): Entry[] {
    const chosen = new Set<Entry>(this.plain);
    const processes = new Set<ProcessLife>();
    const threads = new Set<ThreadLife>();
    const work: Entry[] = [...this.plain];
    const add = (entry: Entry | null): void => {
      if (entry === null || chosen.has(entry)) return;
      chosen.add(entry);
      work.push(entry);
    };
    const addProcess = (process: ProcessLife | null): void => {
      for (let each = process; each !== null && !processes.has(each); each = each.parent) {
        processes.add(each);
        each.entries.forEach(add);
        add(each.kill);
      }
    };
    addProcess(this.root);
    for (const process of this.byPid.values()) {
      addProcess(process);
      for (const thread of process.threads.values()) [thread.start, thread.loop.entry, thread.handler.entry, thread.stopped.entry, thread.open.entry, thread.phase, thread.sample.entry, ...thread.entries].forEach(add);
      for (const { entries, wait } of process.tasks.values()) [...entries, wait].forEach(add);
    }
    this.sockets.living([...this.byPid.values()]).forEach(add);
    this.channels.living().forEach(add);
    this.stops.living().forEach(add);
    for (let entry = work.pop(); entry !== undefined; entry = work.pop()) {
      const { thread } = entry;
      if (thread === null || threads.has(thread)) continue;
      threads.add(thread);
      // Not the call that started one which has ended: of threads that start each other all would be kept.
      thread.entries.forEach(add);
      add(thread.cost);
      addProcess(thread.process);
    }
    return [...chosen].sort((a, b) => a.key - b.key || a.order - b.order);
  }

  private entry(thread: ThreadLife | null): Entry {
    const { batch, record, owner, key } = this.reading;
    return { bytes: batch.slice(record, 0, recordBytes).slice(), owner, key, order: this.order, thread };
  }

  // ── what a probe tells ───────────────────────────────────────────────────────────────────────────────────

  private told(thread: ThreadLife): void {
    const { reading } = this;
    const { process } = thread;
    if (process.unconfirmed !== null && reading.kind !== kinds.socketSeen && reading.kind !== kinds.image) this.sockets.settleExec(process, reading.key);
    if (blocking.has(reading.kind)) {
      if (reading.begins) {
        thread.open.set(reading, this.order, thread);
        return;
      }
      thread.open.clear();
    }
    const at = offsets;
    switch (reading.kind) {
      case kinds.image:
      case kinds.forked:
      case kinds.threadBegin:
        return;
      case kinds.exec:
        process.entries.push(this.entry(thread));
        if (reading.i32(at.exec.result) < 0) process.entries.splice(-2);
        return;
      case kinds.multiprocessing:
      case kinds.fault:
      case kinds.gap:
      case kinds.processGroup:
        process.entries.push(this.entry(thread));
        return;
      case kinds.exit:
        process.entries.push(this.entry(thread));
        this.endProcess(process, false);
        return;
      case kinds.fork:
      case kinds.spawn:
        this.born(thread);
        return;
      case kinds.waitProcess:
        this.collected(thread);
        return;
      case kinds.kill: {
        const target = this.byPid.get(reading.i32(at.kill.target));
        if (target !== undefined) target.kill = this.entry(thread);
        return;
      }
      case kinds.orphanLeft:
        this.byPid.get(reading.u32(at.orphanLeft.process))?.entries.push(this.entry(thread));
        return;
      case kinds.threadStart: {
        const tid = reading.u32(at.threadStart.thread);
        if (reading.begins || tid === 0 || reading.i32(at.threadStart.result) < 0) return;
        const known = process.threads.get(tid);
        const started = known !== undefined && known.startNs >= reading.time ? known : this.newThread(process, tid, reading.key);
        started.start = this.entry(thread);
        return;
      }
      case kinds.threadEnd:
        thread.entries.push(this.entry(thread));
        this.endThread(thread);
        return;
      case kinds.threadCost:
        thread.cost = this.entry(thread);
        return;
      case kinds.loopRun:
        if (reading.begins) thread.loop.set(reading, this.order, thread);
        else thread.loop.clear();
        return;
      case kinds.signalHandled:
        if (reading.begins) thread.handler.set(reading, this.order, thread);
        else thread.handler.clear();
        return;
      case kinds.suspended:
        if (reading.begins) thread.stopped.set(reading, this.order, thread);
        else thread.stopped.clear();
        return;
      case kinds.handlerPhase:
        thread.phase = reading.begins ? this.entry(thread) : null;
        if (!reading.begins) this.sockets.about(process, reading.u32(at.handlerPhase.descriptor), this.entry(thread));
        return;
      case kinds.task:
        process.tasks.set(reading.u32(at.task.task), { entries: [this.entry(thread)], wait: null });
        return;
      case kinds.taskWait: {
        const task = process.tasks.get(reading.u32(at.taskWait.task));
        if (task !== undefined) task.wait = this.entry(thread);
        return;
      }
      case kinds.taskEnd:
        this.taskEnded(thread);
        return;
      case kinds.channel:
      case kinds.channelGiven:
        this.channels.take(reading, this.entry(thread));
        return;
      default:
        this.sockets.take(thread, reading, this.order, () => this.entry(thread));
    }
  }

  private taskEnded(thread: ThreadLife): void {
    const { tasks } = thread.process;
    const number = this.reading.u32(offsets.taskEnd.task);
    const task: TaskLife | undefined = tasks.get(number);
    if (task === undefined) return;
    task.entries.push(this.entry(thread));
    this.end(this.reading.key, () => {
      if (tasks.get(number) === task) tasks.delete(number);
    });
  }

  /** The thread of a record, as the model finds it. */
  private threadOf(owner: Owner): ThreadLife {
    const { reading } = this;
    const known = this.threads[owner.index];
    let thread: ThreadLife;
    if (reading.kind === kinds.image) thread = this.image(owner);
    else if (reading.kind === kinds.forked) thread = this.forked(owner);
    else if (reading.kind === kinds.threadBegin) thread = this.threadBegin(owner);
    else if (known !== undefined) return known;
    else thread = this.threadIn(this.processOf(owner), owner);
    this.threads[owner.index] = thread;
    return thread;
  }

  private processOf(owner: Owner): ProcessLife {
    const known = this.byPid.get(owner.process);
    const same = known !== undefined && (known.births.size === 0 ? !known.reported && !known.ended : known.births.has(birthOf(owner)));
    const process = same ? known : this.newProcess(owner.process, this.reading.key);
    process.parent ??= this.notItself(process, this.byPid.get(owner.parent));
    return this.reports(process, owner);
  }

  private image(owner: Owner): ThreadLife {
    const { reading } = this;
    const known = this.byPid.get(owner.process);
    const process = known?.ended === false ? known : this.newProcess(owner.process, reading.key);
    process.parent ??= this.notItself(process, this.byPid.get(reading.u32(offsets.image.parent)));
    if (process.reported && !process.births.has(birthOf(owner))) {
      process.unconfirmed = new Set(process.descriptors.keys());
      for (const thread of process.threads.values()) if (thread.tid !== process.pid) this.endThread(thread);
    }
    this.reports(process, owner);
    const thread = this.threadIn(process, owner);
    process.entries.push(this.entry(thread));
    return thread;
  }

  private forked(owner: Owner): ThreadLife {
    const { reading } = this;
    const parent = this.byPid.get(reading.u32(offsets.forked.parent)) ?? null;
    const known = this.byPid.get(owner.process);
    const announced = known !== undefined && !known.ended && !known.reported && known.parent === parent;
    const process = announced ? known : this.newProcess(owner.process, reading.key);
    this.becomeFork(process, parent);
    this.reports(process, owner);
    const thread = this.threadIn(process, owner);
    process.entries.push(this.entry(thread));
    return thread;
  }

  private threadBegin(owner: Owner): ThreadLife {
    const process = this.processOf(owner);
    const known = process.threads.get(owner.thread);
    const thread = known !== undefined && !known.ended && !known.begun ? known : this.newThread(process, owner.thread, this.reading.key);
    thread.begun = true;
    thread.entries.push(this.entry(thread));
    return thread;
  }

  /** fork or spawn returned in the parent. */
  private born(thread: ThreadLife): void {
    const { reading } = this;
    const pid = reading.i32(offsets.fork.result);
    if (reading.begins || pid <= 0) return;
    const known = this.byPid.get(pid);
    const child = known !== undefined && known.startNs >= reading.time ? known : this.newProcess(pid, reading.key);
    child.entries.push(this.entry(thread));
    if (reading.kind === kinds.fork && !child.reported) this.becomeFork(child, thread.process);
    else child.parent ??= this.notItself(child, thread.process);
  }

  private collected(thread: ThreadLife): void {
    const { reading } = this;
    const status = reading.i32(offsets.waitProcess.status);
    const child = this.byPid.get(reading.i32(offsets.waitProcess.result));
    if (child === undefined || (status !== -1 && !isEnd(status))) return;
    child.entries.push(this.entry(thread));
    this.endProcess(child, true);
  }

  /** The child has its parent's descriptors. */
  private becomeFork(process: ProcessLife, parent: ProcessLife | null): void {
    process.parent ??= this.notItself(process, parent ?? undefined);
    if (process.forkTold) return;
    process.forkTold = true;
    if (parent?.ended === false) for (const [descriptor, socket] of parent.descriptors) this.sockets.hold(process, descriptor, socket);
  }

  private notItself(process: ProcessLife, parent: ProcessLife | undefined): ProcessLife | null {
    return parent === undefined || parent === process || process === this.root ? null : parent;
  }

  private reports(process: ProcessLife, owner: Owner): ProcessLife {
    process.reported = true;
    process.births.add(birthOf(owner));
    return process;
  }

  private threadIn(process: ProcessLife, owner: Owner): ThreadLife {
    return process.threads.get(owner.thread) ?? this.newThread(process, owner.thread, this.reading.key);
  }

  private newThread(process: ProcessLife, tid: number, ns: number): ThreadLife {
    const thread = new ThreadLife(process, tid, ns);
    process.threads.set(tid, thread);
    return thread;
  }

  private newProcess(pid: number, ns: number): ProcessLife {
    const process = new ProcessLife(pid, ns);
    this.byPid.set(pid, process);
    this.root ??= process;
    return process;
  }

  // ── what the supervisor and the observer tell ────────────────────────────────────────────────────────────

  private observed(): void {
    const { reading } = this;
    const at = offsets;
    switch (reading.kind) {
      case kinds.rootStarted:
      case kinds.processSeen: {
        const pid = reading.u32(at.processSeen.process);
        const known = this.byPid.get(pid);
        const process = known ?? this.newProcess(pid, reading.key);
        if (reading.kind === kinds.processSeen) process.parent ??= this.notItself(process, this.byPid.get(reading.u32(at.processSeen.parent)));
        process.entries.push(this.entry(null));
        return;
      }
      case kinds.zombieSeen:
      case kinds.processGone:
      case kinds.rootEnded:
      case kinds.reparented: {
        const process = this.byPid.get(reading.u32(at.processGone.process));
        if (process === undefined || process.gone) return;
        process.entries.push(this.entry(null));
        if (reading.kind !== kinds.reparented) this.endProcess(process, reading.kind !== kinds.zombieSeen);
        return;
      }
      case kinds.programSeen:
        this.byPid.get(reading.u32(at.programSeen.process))?.entries.push(this.entry(null));
        return;
      case kinds.orphanLeft:
        this.byPid.get(reading.u32(at.orphanLeft.process))?.entries.push(this.entry(null));
        return;
      case kinds.threadSeen: {
        const process = this.byPid.get(reading.u32(at.threadSeen.process));
        const tid = reading.u32(at.threadSeen.thread);
        if (process === undefined) return;
        const known = process.threads.get(tid);
        (known?.ended === false ? known : this.newThread(process, tid, reading.key)).entries.push(this.entry(null));
        return;
      }
      case kinds.threadGone: {
        const thread = this.byPid.get(reading.u32(at.threadGone.process))?.threads.get(reading.u32(at.threadGone.thread));
        if (thread === undefined) return;
        thread.entries.push(this.entry(null));
        this.endThread(thread);
        return;
      }
      case kinds.threadSample: {
        const thread = this.byPid.get(reading.u32(at.threadSample.process))?.threads.get(reading.u32(at.threadSample.thread));
        thread?.sample.set(reading, this.order, null);
        return;
      }
      case kinds.queuedClient:
      case kinds.queuedClientGone:
        this.sockets.queue(reading, this.entry(null));
        return;
      case kinds.allGone:
        this.plain.push(this.entry(null));
        return;
      default:
        this.stops.take(reading, () => this.entry(null));
    }
  }

  // ── ends ─────────────────────────────────────────────────────────────────────────────────────────────────

  private endThread(thread: ThreadLife): void {
    if (thread.ended) return;
    thread.ended = true;
    const { process: { threads }, tid } = thread;
    this.end(this.reading.key, () => {
      if (threads.get(tid) === thread) threads.delete(tid);
    });
  }

  private endProcess(process: ProcessLife, gone: boolean): void {
    const { key } = this.reading;
    if (!process.ended) {
      process.ended = true;
      for (const thread of process.threads.values()) this.endThread(thread);
      this.sockets.releaseAll(process, key);
      this.end(key, () => process.tasks.clear());
    }
    if (!gone || process.gone) return;
    process.gone = true;
    this.end(key, () => {
      if (this.byPid.get(process.pid) === process) this.byPid.delete(process.pid);
    });
  }

  private end(ns: number, forget: () => void): void {
    this.ended.push({ ns, forget });
  }

  private forget(untilNs: number): void {
    while (this.forgotten < this.ended.length && this.ended[this.forgotten]!.ns < untilNs) this.ended[this.forgotten++]!.forget();
    if (this.forgotten < 4096) return;
    this.ended = this.ended.slice(this.forgotten);
    this.forgotten = 0;
  }
}

function birthOf(owner: Owner): string {
  return `${owner.writer}:${String(owner.birth)}`;
}

function scopeOf(pid: number, birth: string): string {
  const at = birth.indexOf(':');
  return `${birth.slice(0, at)}:${String(pid)}:${birth.slice(at + 1)}`;
}

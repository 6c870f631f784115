/**
 * How processes begin, and whose a record is.
 *
 * A child's birth is told twice, in either order: by its parent's call (fork, spawn) and by its own first words
 * (forked, image). Whoever speaks first makes the process, and the other one is recognised by pid and time:
 *
 *     parent   fork ├──────────────┤ returns pid 102          102 was made after the call began: the same process
 *     child             forked (parent 101)                   102 was made before: the pid was given out again
 */
import { kinds, offsets } from '../protocol/layout';
import { endThread } from './ends';
import { hide, reveal, type Hidden } from './hidden';
import type { Process } from './process';
import type { Reading } from './reading';
import type { Thread } from './thread';
import type { World } from './world';

export class Processes {
  constructor(private readonly world: World) {}

  /** The process of a record whose thread is not known yet. */
  of(reading: Reading): Process {
    const { owner } = reading;
    const known = this.world.process(owner.process);
    if (known !== null && (known.births.get(owner.writer) ?? owner.birth) === owner.birth) {
      this.reports(known, reading);
      return known;
    }
    // Its first words are lost.
    const process = known !== null && !known.reported && known.alive ? known : this.make(owner.process, reading.key);
    if (process.parent === null) this.adopt(process, this.world.process(owner.parent));
    this.reports(process, reading);
    return process;
  }

  /** The thread of a record, made where its first words are lost. */
  thread(reading: Reading): Thread {
    return this.threadIn(this.of(reading), reading);
  }

  /** The first words of a fresh program: of a new process, or after an exec. */
  image(reading: Reading): Thread {
    const { owner, key } = reading;
    const known = this.world.process(owner.process);
    const process = known?.alive === true ? known : this.make(owner.process, key);
    if (process.parent === null) this.adopt(process, this.world.process(reading.u32(offsets.image.parent)));
    this.addImage(process, reading);
    process.births.set(owner.writer, owner.birth);
    this.reports(process, reading);
    return this.threadIn(process, reading);
  }

  /** What was told of the program before (by who spawned it, by another writer) is filled in; else it replaces the old one. */
  private addImage(process: Process, reading: Reading): void {
    const { owner, key } = reading;
    const command = reading.reference(offsets.image.command);
    const birth = process.births.get(owner.writer);
    const replaces = process.reported ? birth !== undefined && birth !== owner.birth : process.birth === 'fork';
    const current = process.image;
    if (replaces && current?.announced === true) {
      process.images[process.images.length - 1] = { command: command ?? current.command, atNs: key };
    } else if (replaces || current === null) process.images.push({ command, atNs: current === null ? process.startNs : key });
    else current.command = command ?? current.command;
    if (replaces) this.replaced(process, key);
  }

  /** A forked child's first words. */
  forked(reading: Reading): Thread {
    const { owner, key } = reading;
    const parent = this.world.process(reading.u32(offsets.forked.parent));
    const forking = parent?.thread(reading.u32(offsets.forked.parentThread)) ?? parent?.main ?? null;
    const known = this.world.process(owner.process);
    const announced = known !== null && known.alive && !known.reported && known.parent === parent;
    const process = announced ? known : this.make(owner.process, key);
    this.becomeFork(process, key, parent, forking);
    process.bornAt ??= reading.reference(offsets.forked.site);
    process.births.set(owner.writer, owner.birth);
    this.reports(process, reading);
    return process.main ?? this.makeThread(process, reading);
  }

  /** fork returned in the parent. */
  fork(thread: Thread, reading: Reading): void {
    const pid = reading.i32(offsets.fork.result);
    if (reading.begins || pid <= 0) return;
    const known = this.world.process(pid);
    const child = known !== null && known.startNs >= reading.time ? known : this.make(pid, reading.key);
    reveal(this.world, child);
    child.bornAt ??= reading.reference(offsets.fork.site);
    child.birthTookNs = reading.end - reading.time;
    if (!child.reported) this.becomeFork(child, reading.key, thread.process, thread);
  }

  /** posix_spawn and its like returned in the parent. */
  spawn(thread: Thread, reading: Reading): void {
    const pid = reading.i32(offsets.spawn.result);
    if (reading.begins || pid <= 0) return;
    const known = this.world.process(pid);
    const child = known !== null && known.startNs >= reading.time ? known : this.make(pid, reading.key);
    reveal(this.world, child);
    this.adopt(child, thread.process);
    child.birth = 'spawn';
    child.bornAt = reading.reference(offsets.spawn.site) ?? child.bornAt;
    child.birthTookNs = reading.end - reading.time;
    // What an observer read before the exec is the parent's command.
    const command = reading.reference(offsets.spawn.command);
    if (!child.reported) child.images = [{ command, atNs: child.startNs }];
    // Forked under the probe's eyes (a preexec_fn wants that), and the program itself has not spoken.
    else if (child.forked && child.images.length === 1) child.images.push({ command, atNs: reading.key, announced: true });
    if (child.bornBy === null) this.bornOf(child, thread);
  }

  /** The program is about to be replaced, by one whose first words may never come; or it was not. */
  exec(thread: Thread, reading: Reading): void {
    const { process } = thread;
    const { images } = process;
    if (reading.i32(offsets.exec.result) === 0) {
      this.world.arrow('exec', thread, process, reading.key);
      images.push({ command: reading.reference(offsets.exec.command), atNs: reading.key, announced: true });
      if (process.birth === 'fork') process.birth = 'spawn';
    } else if (process.image?.announced === true) {
      images.pop();
      if (process.forked) process.birth = 'fork';
    }
    this.world.changed.add(process);
  }

  multiprocessing(thread: Thread, reading: Reading): void {
    const at = offsets.multiprocessing;
    thread.process.multiprocessing = {
      name: reading.reference(at.name),
      target: reading.reference(at.target),
      startMethod: reading.reference(at.startMethod),
      logicalParent: this.world.process(reading.u32(at.logicalParent)),
      daemon: reading.u16(at.daemon) !== 0,
    };
    this.world.changed.add(thread.process);
  }

  fault(thread: Thread, reading: Reading): void {
    const message = reading.reference(offsets.fault.message);
    if (message !== null) thread.process.faults.push({ message, atNs: reading.key });
  }

  gap({ process }: Thread, reading: Reading): void {
    process.gaps.push({ what: reading.u16(offsets.gap.what), detail: reading.reference(offsets.gap.detail), fromNs: reading.key, toNs: null });
    this.world.changed.add(process);
  }

  /** A debugger has started a process: it is no process of the program's, unless it was taken for one. */
  debuggersChild(reading: Reading): void {
    const pid = reading.i32(offsets.fork.result);
    if (reading.begins || pid <= 0) return;
    const known = this.world.process(pid);
    if (known !== null && known.startNs >= reading.time) hide(this.world, known);
    else this.world.newProcess(pid, reading.key, 'debugger');
  }

  /** A debugger's own forked child speaks. */
  debuggersFork(reading: Reading): Thread {
    const { owner, key } = reading;
    const known = this.world.process(owner.process);
    if (known?.hidden === 'undecided') hide(this.world, known);
    const process = known?.hidden === 'debugger' && known.alive ? known : this.world.newProcess(owner.process, key, 'debugger');
    process.births.set(owner.writer, owner.birth);
    return process.thread(owner.thread) ?? this.world.newThread(process, owner.thread, key);
  }

  /** A process that somebody speaks of. The first one of a recording is the root. */
  make(pid: number, ns: number, hidden: Hidden | null = null): Process {
    const process = this.world.newProcess(pid, ns, hidden);
    if (process.number === 1) process.birth = 'root';
    return process;
  }

  adopt(process: Process, parent: Process | null): void {
    if (process.parent !== null || parent === null || parent === process || process.birth === 'root') return;
    if (parent.hidden === 'debugger') hide(this.world, process);
    if (process.hidden === null) reveal(this.world, parent);
    if (process.hidden === null && parent.hidden !== null) return;
    process.parent = parent;
    process.group ??= parent.group;
    if (process.hidden === null) parent.children.push(process);
    this.world.changed.add(process);
  }

  /** Known as a child by its first words, its parent's call or an observer: from now on, as one that was forked. */
  private becomeFork(process: Process, ns: number, parent: Process | null, forking: Thread | null): void {
    this.adopt(process, parent);
    if (process.forkTold) return;
    process.forkTold = true;
    if (process.birth !== 'root') process.birth = 'fork';
    process.forked = true;
    // A copy of its parent with the debugger in it, whose first threads an observer may see before they have told of themselves.
    process.debugged ||= parent?.debugged === true;
    const image = parent?.image ?? null;
    if (image !== null) process.images = [{ command: image.command, atNs: process.startNs }];
    this.inherit(process, parent, ns);
    process.gaps.push(...(parent?.gaps ?? []).filter(({ fromNs, toNs }) => fromNs <= ns && toNs === null).map((gap) => ({ ...gap, fromNs: process.startNs })));
    // An observer may have seen it before its parent's call returned.
    process.main ??= this.world.newThread(process, process.pid, process.startNs);
    process.main.name = forking?.name ?? process.main.name;
    process.main.nameSeen &&= forking === null;
    process.main.daemon = forking?.daemon ?? null;
    if (forking !== null && process.bornBy === null) this.bornOf(process, forking);
  }

  /** The child has its parent's descriptors. */
  private inherit(process: Process, parent: Process | null, ns: number): void {
    if (!parent?.alive) return;
    for (const [descriptor, socket] of parent.descriptors.open()) {
      process.descriptors.set(descriptor, socket, ns);
      socket.hold(process, ns);
    }
  }

  private bornOf(process: Process, thread: Thread): void {
    process.bornBy = thread;
    this.world.arrow('fork', thread, process, process.startNs);
  }

  /**
   * The process runs another program than before: its threads but one are gone, and so are its descriptors, except those that
   * the fresh program tells of in its first records.
   */
  private replaced(process: Process, ns: number): void {
    if (process.birth === 'fork') process.birth = 'spawn';
    process.births.clear();
    for (const gap of process.gaps) gap.toNs ??= ns;
    for (const thread of process.threads) if (!thread.main) endThread(this.world, thread, ns);
    process.unconfirmed = new Set([...process.descriptors.open()].map(([descriptor]) => descriptor));
  }

  private reports(process: Process, reading: Reading): void {
    const { owner } = reading;
    process.reported = true;
    reveal(this.world, process);
    if (!process.births.has(owner.writer)) process.births.set(owner.writer, owner.birth);
    if (owner.writer !== 'kernel' && !process.coverage.has(owner.writer)) {
      process.coverage.add(owner.writer);
      this.world.changed.add(process);
      // What was seen of its threads before is otherwise now: those without words of their own run none of the program's code (nativeThreads.ts).
      for (const thread of process.threads) this.world.changed.add(thread);
    }
  }

  /** The thread of the record, which speaks for the first time here, or since an exec. */
  private threadIn(process: Process, reading: Reading): Thread {
    const known = process.thread(reading.owner.thread);
    if (known === null || (known.hidden === 'debugger' && known.endNs !== null)) return this.makeThread(process, reading);
    if (known.nameSeen && known.main && reading.owner.writer === 'python') nameMain(known);
    return known;
  }

  private makeThread(process: Process, reading: Reading): Thread {
    const tid = reading.owner.thread;
    const thread = this.world.newThread(process, tid, reading.kind === kinds.image ? process.startNs : reading.key);
    process.main ??= tid === process.pid ? thread : null;
    if (thread.main && reading.owner.writer === 'python') nameMain(thread);
    return thread;
  }
}

/** As Python calls the thread that a program begins with. */
function nameMain(thread: Thread): void {
  thread.name = 'MainThread';
  thread.nameSeen = false;
  thread.daemon = false;
}

/** Finds whose record it is, and hands it to the handler of its kind. */
import { kinds, offsets } from '../protocol/layout';
import type { Owner, RecordBatch } from '../recording/batch';
import { takeBlocking } from './blocking';
import { settleExec } from './descriptorCalls';
import { reveal } from './hidden';
import { takeHandlerPhase } from './handlers';
import { takeExit, takeSystem, takeWaitProcess } from './lifeCalls';
import { takeObservation, takeOrphanLeft } from './observations';
import { Processes } from './processes';
import { Reading } from './reading';
import { takeKill, takeProcessGroup, takeSignalHandled } from './signals';
import { SocketCalls } from './socketCalls';
import type { Thread } from './thread';
import { takeTask } from './tasks';
import { takeDebuggersThread, takeJoin, takeThreadBegin, takeThreadCost, takeThreadEnd, takeThreadStart } from './threads';
import { takeTransfer } from './transfers';
import type { World } from './world';

export class Ingest {
  private readonly reading = new Reading();
  private readonly processes: Processes;
  private readonly sockets: SocketCalls;
  /** By owner index: the thread that its records belong to. */
  private readonly threads: (Thread | undefined)[] = [];

  constructor(private readonly world: World) {
    this.processes = new Processes(world);
    this.sockets = new SocketCalls(world);
  }

  take(batch: RecordBatch, record: number, owner: Owner): void {
    const { reading } = this;
    reading.move(batch, record, owner);
    // Observers have no thread; and comparing two words for each record takes longer.
    if (this.threads[owner.index] === undefined && owner.writer === 'kernel') {
      const pid = endedProcess(reading);
      if (pid !== null) this.sockets.accepting.settleProcess(pid);
      takeObservation(this.world, this.processes, reading);
      return;
    }
    if (reading.debuggers) {
      this.takeDebuggers(reading, owner);
      return;
    }
    const thread = this.threadOf(reading, owner);
    if (thread.hidden !== null && this.isDebuggers(thread, reading)) return;
    const { process } = thread;
    if (process.lastSeenNs < reading.key) process.lastSeenNs = reading.key;
    this.world.changed.add(thread);
    if (process.unconfirmed !== null && reading.kind !== kinds.socketSeen && reading.kind !== kinds.image) settleExec(this.world, process);
    this.sockets.accepting.settle(thread, reading);
    if (!takeTransfer(this.world, thread, reading) && !this.blocking(thread, reading)) this.dispatch(thread, reading);
  }

  /** Kinds that make a process or thread find their own; every other record belongs to the one its owner had before. */
  private threadOf(reading: Reading, owner: Owner): Thread {
    const known = this.threads[owner.index];
    let thread: Thread;
    if (reading.kind === kinds.image) thread = this.processes.image(reading);
    else if (reading.kind === kinds.forked) thread = this.processes.forked(reading);
    else if (reading.kind === kinds.threadBegin) thread = takeThreadBegin(this.world, this.processes.of(reading), reading);
    else if (known !== undefined) return known;
    else thread = this.processes.thread(reading);
    this.threads[owner.index] = thread;
    return thread;
  }

  /** A debugger's own doing: nothing of it is shown, but it tells which threads and processes are the debugger's (hidden.ts). */
  private takeDebuggers(reading: Reading, owner: Owner): void {
    const { world, processes } = this;
    if (reading.kind === kinds.threadBegin) this.threads[owner.index] = takeDebuggersThread(world, processes.of(reading), reading);
    else if (reading.kind === kinds.forked) this.threads[owner.index] = processes.debuggersFork(reading);
    else if (reading.kind === kinds.spawn || reading.kind === kinds.fork) processes.debuggersChild(reading);
    const process = this.threads[owner.index]?.process ?? world.process(owner.process);
    if (process !== null) process.debugged = true;
  }

  /** Whether an unmarked record is of a debugger's thread all the same; one of another's makes that the program's. */
  private isDebuggers(thread: Thread, reading: Reading): boolean {
    reveal(this.world, thread);
    if (thread.hidden === null) return false;
    if (reading.kind === kinds.threadEnd) thread.endNs ??= reading.key;
    return true;
  }

  private dispatch(thread: Thread, reading: Reading): void {
    switch (reading.kind) {
      case kinds.handlerPhase:
        takeHandlerPhase(this.world, thread, reading);
        return;
      case kinds.image:
      case kinds.forked:
      case kinds.threadBegin:
        return;
      case kinds.fault:
        this.processes.fault(thread, reading);
        return;
      case kinds.gap:
        this.processes.gap(thread, reading);
        return;
      case kinds.orphanLeft:
        takeOrphanLeft(this.world, reading);
        return;
      case kinds.exit:
        takeExit(this.world, thread, reading);
        return;
      case kinds.fork:
        this.processes.fork(thread, reading);
        return;
      case kinds.spawn:
        this.processes.spawn(thread, reading);
        return;
      case kinds.exec:
        this.processes.exec(thread, reading);
        return;
      case kinds.kill:
        takeKill(this.world, thread, reading);
        return;
      case kinds.processGroup:
        takeProcessGroup(this.world, reading);
        return;
      case kinds.wake:
        this.world.locks.takeWake(thread, reading);
        return;
      case kinds.heldAtFork:
        this.world.locks.takeHeldAtFork(thread, reading);
        return;
      case kinds.lockReset:
        this.world.locks.takeReset(thread, reading);
        return;
      case kinds.suspended:
        this.world.stops.takeSuspended(this.world, thread, reading);
        return;
      case kinds.signalHandled:
        takeSignalHandled(this.world, thread, reading);
        return;
      case kinds.multiprocessing:
        this.processes.multiprocessing(thread, reading);
        return;
      case kinds.threadStart:
        takeThreadStart(this.world, thread, reading);
        return;
      case kinds.threadCost:
        takeThreadCost(thread, reading);
        return;
      case kinds.threadEnd:
        takeThreadEnd(this.world, thread, reading);
        return;
      default:
        if (takeTask(this.world, thread, reading)) return;
        if (!reading.begins) this.sockets.take(thread, reading);
    }
  }

  /** Nearly every record is of a call that can block. @returns false where this one is not. */
  private blocking(thread: Thread, reading: Reading): boolean {
    // Before the call is the thread's wait: who owned the connection until now must not seem to be inside it.
    if (reading.begins) this.sockets.begun(thread, reading);
    if (!takeBlocking(this.world, thread, reading)) return false;
    if (!reading.begins) this.afterCall(thread, reading);
    return true;
  }

  /** What a finished call that could block has done, beside letting its thread wait. */
  private afterCall(thread: Thread, reading: Reading): void {
    if (reading.kind === kinds.waitProcess) takeWaitProcess(this.world, thread, reading);
    else if (reading.kind === kinds.joinThread) takeJoin(this.world, thread, reading);
    else if (reading.kind === kinds.system) takeSystem(this.world, thread, reading);
    else this.sockets.take(thread, reading);
  }
}

/** The pid of the process whose end was seen. */
function endedProcess(reading: Reading): number | null {
  switch (reading.kind) {
    case kinds.zombieSeen:
      return reading.u32(offsets.zombieSeen.process);
    case kinds.processGone:
      return reading.u32(offsets.processGone.process);
    case kinds.rootEnded:
      return reading.u32(offsets.rootEnded.process);
    default:
      return null;
  }
}

/**
 * The kernel observer: what /proc shows of a run's processes and threads, written into the log beside what the probes write.
 *
 * It sees what no probe can report: programs without a probe, ends by SIGKILL, zombies, orphans, which thread runs, is ready
 * or is blocked, who stands in an accept queue. It claims only what it saw.
 *
 *     every 50 ms   new processes and threads                       observerBirths.ts
 *                   processes and their main threads                observerProcesses.ts
 *                   the other threads                               observerThreads.ts
 *                   accept queues, where something may be in one    observerQueues.ts
 *
 * All of it takes 1 % of a core; where that is not enough each is done less often by what it costs. New processes come first:
 * they are looked for at least ten times a second until that alone costs three times as much (a look into a cold cache, with strace or
 * many neighbours' births, took over 1 ms, and a shell that lived 0.3 s was missed).
 */
import { descriptorBudget, type DescriptorBudget } from './observerFiles';
import type { Mark } from '../protocol/marks';
import { ObserverLog } from './observerLog';
import { tellMark } from './observerMarks';
import { cpuMs, Pace } from './observerPace';
import { Processes } from './observerProcesses';
import { Queues } from './observerQueues';
import { tellAllGone, tellEnd, tellRootStarted } from './observerRecords';

const shortestMs = 50;
const longestMs = 1000;
/** Shares of a core: of all together, and what each may take when the others take all they can. */
const all = 0.01;
const least = { births: 0.002, mains: 0.003, threads: 0.003, queues: 0.002 };
/** What looks at queues may take where a client came: a second or more later it may have been served. */
const mostForNews = 0.003;
/** New processes are looked for at least so often, until that alone costs three times what all may: one that nobody saw can't be made up for. */
const birthsMs = 100;
const mostForBirths = 0.03;
/** Thousands of threads that move, or a table of thousands of connections, cost 10 to 30 ms a look: so seldom, then. */
const longestDearMs = 10_000;
/** How often the whole cost is compared with what it may be: parts can't see what collecting garbage takes. */
const checkMs = 1000;
const leastScale = 0.1;
/** Waking up for a look costs 0.1 ms and more; what is above this was something else. */
const mostWakingMs = 1;

export class Observer {
  private readonly log: ObserverLog;
  private readonly processes: Processes;
  private readonly queues: Queues;
  private readonly parts = {
    births: new Pace(shortestMs),
    mains: new Pace(shortestMs),
    threads: new Pace(shortestMs),
    queues: new Pace(shortestMs),
  };
  /** CPU time of this process when it had last looked, and what it took since then to wake for the next look. */
  private lookedMs = cpuMs();
  private wakingMs = 0;
  /** What the shares are multiplied with, so that all that this process takes stays within them. */
  private scale = 1;
  private checkedAtMs = performance.now();
  private checkedMs = cpuMs();
  private timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Starts looking.
   * @param folder the run's folder, as its processes carry it.
   * @param startedNs CLOCK_MONOTONIC when the recording began.
   * @param budget how many descriptors it may keep open.
   * @param failed is told of a fault of ours, after which it looks no more: the program goes on.
   */
  constructor(folder: string, startedNs: bigint, budget: DescriptorBudget = descriptorBudget(), private readonly failed: (error: unknown) => void = () => undefined) {
    this.log = new ObserverLog(folder, startedNs);
    this.processes = new Processes(folder, this.log, budget);
    this.queues = new Queues(this.log, this.processes, budget);
    this.schedule();
  }

  /** The supervisor has started the root. */
  rootStarted(pid: number, command: readonly string[]): void {
    const text = command.join('\0');
    tellRootStarted(this.log, pid, text);
    this.log.flush();
    this.processes.addRoot(pid, text);
  }

  /** The supervisor has reaped the root. @param status a wait status. */
  rootEnded(pid: number, status: number): void {
    this.processes.rootEnded(pid);
    tellEnd(this.log, 'rootEnded', pid, status);
    this.log.flush();
  }

  /**
   * Somebody says that a process is the root; that is believed of one of the run's, and may be said of several, one after the other.
   * @returns its arguments; null where it is none of the run's.
   */
  rootFound(pid: number): string[] | null {
    const command = this.processes.find(pid);
    if (command === null) return null;
    tellRootStarted(this.log, pid, command);
    this.log.flush();
    return command === '' ? [] : command.split('\0');
  }

  /** Somebody knows how a root ended that the observer watches as it does others. @param status a wait status. */
  rootExited(pid: number, status: number): void {
    tellEnd(this.log, 'rootEnded', pid, status);
    this.log.flush();
  }

  /** What a debugger did: written at once. */
  mark(mark: Mark): void {
    tellMark(this.log, mark);
    this.log.flush();
  }

  /** Whether a process of the run was ever there. */
  get hasSeen(): boolean {
    return this.processes.hasAny;
  }

  /** The processes that it has seen and that live. */
  alive(): { pid: number; start: string }[] {
    return [...this.processes.all.values()].filter(({ zombie }) => zombie === null).map(({ pid, start }) => ({ pid, start: String(start) }));
  }

  /** Once it has stopped: whether the end of what it saw could not be written. */
  get hasLost(): boolean {
    return this.log.isLosing;
  }

  /** Looks a last time and closes everything. */
  stop(allGone: boolean): void {
    clearTimeout(this.timer);
    this.processes.findNew(performance.now());
    this.processes.lookAtMains();
    this.processes.lookAtOthers();
    this.queues.close();
    this.processes.close();
    if (allGone) tellAllGone(this.log);
    this.log.close();
  }

  private schedule(): void {
    const due = Math.min(...Object.values(this.parts).map(({ dueMs }) => dueMs));
    this.timer = setTimeout(
      () => {
        try {
          this.look();
          this.schedule();
        } catch (error) {
          this.failed(error);
        }
      },
      Math.min(longestMs, Math.max(shortestMs, due - performance.now())),
    );
  }

  private look(): void {
    const nowMs = performance.now();
    const wokenMs = cpuMs();
    this.wakingMs = Math.min(mostWakingMs, wokenMs - this.lookedMs);
    this.lookedMs = wokenMs;
    this.part('births', nowMs, () => this.processes.findNew(nowMs));
    this.part('mains', nowMs, () => this.processes.lookAtMains());
    this.part('threads', nowMs, () => this.processes.lookAtOthers());
    this.part('queues', nowMs, () => this.queues.look(nowMs), () => this.parts.queues.allows(nowMs, mostForNews) && this.queues.hasNews());
    this.log.flush();
    this.lookedMs = cpuMs();
    if (nowMs - this.checkedAtMs < checkMs) return;
    const share = (this.lookedMs - this.checkedMs) / (nowMs - this.checkedAtMs);
    // In small steps: a second may have held something that was not a look, at first the start of this program.
    this.scale = Math.min(1, Math.max(leastScale, this.scale * Math.min(1.2, Math.max(0.8, all / share))));
    this.checkedAtMs = nowMs;
    this.checkedMs = this.lookedMs;
  }

  /** @param isUrgent asked where it is not due yet. */
  private part(name: keyof typeof least, nowMs: number, work: () => void, isUrgent = (): boolean => false): void {
    const pace = this.parts[name];
    // What is due in a moment is done at this waking.
    if (pace.dueMs > nowMs + shortestMs / 4 && !isUrgent()) return;
    work();
    const doneMs = cpuMs();
    const cost = doneMs - this.lookedMs + (name === 'births' ? this.wakingMs : 0);
    this.lookedMs = doneMs;
    let others = 0;
    for (const other of Object.values(this.parts)) if (other !== pace) others += other.share;
    const share = this.scale * Math.max(least[name], all - others);
    const longest = name === 'queues' || name === 'threads' ? longestDearMs : name === 'births' && cost < mostForBirths * birthsMs ? birthsMs : longestMs;
    pace.done(nowMs, cost, share, longest);
  }
}

/**
 * The run's processes and threads: who is born, who ended and how.
 *
 * Claimed is only what was seen: a process that lived between two looks is not in the records. An end is seen in three ways:
 * the main thread moved and its stat says zombie (with the wait status); a read says that there is no such task any more;
 * there are fewer threads than known. An orphan's status is seen only while init has not yet reaped it, which is init's to
 * decide: of 300 that lived 20–120 ms on a busy machine 36 were seen, 34 of them with their status (npm run bench -- observer
 * counts it again). One with a probe leaves word of it (observerStatuses.ts); of others it stays unknown. Making the supervisor a
 * subreaper would show all, and would change what getppid() says: a daemon that waits for it to be 1 would wait for ever.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { Births } from './observerBirths';
import { isDebuggersOwn, isSearchForInterpreter } from './observerDebugger';
import type { DescriptorBudget } from './observerFiles';
import { GilFinder } from './observerGil';
import type { ObserverLog } from './observerLog';
import { carries, commandOf, isStatusShown, lineageOf, numbersIn, tokenOf } from './observerMembers';
import { WatchedProcess } from './observerProcess';
import { environmentOf, executableOf } from './observerProgram';
import { tellEnd, tellProcessGroup, tellProcessSeen, tellProgramSeen, tellReparented, tellThreadGone, tellThreadSeen } from './observerRecords';
import { leftStatuses, takeStatus } from './observerStatuses';
import { hasAccounts, ThreadReader, WatchedThread } from './observerThreads';

const zombieLetter = 90;
/** So many processes or threads are all looked at every time; of more, those that stand still less often. */
const fewEnough = 64;
/** A stat is read at the latest after so many looks, for what changes without the main thread moving: parent, threads. */
const mostUnread = 10;
/** Of a run whose processes leave their parents one after the other: what is asked for later is among the first. */
const mostHeads = 1000;
/** A fresh process may be between fork and exec. */
const firstReads = 4;
/** Node never forks without exec: until then its child is nobody yet, for so many looks. */
const mostUnbornLooks = 40;

export class Processes {
  readonly all = new Map<number, WatchedProcess>();
  /** By pid: at how many looks it had not called exec. */
  private readonly unborn = new Map<number, number>();
  root = 0;
  /** By pid the commands of those whose parent is not of the run, ended ones too: one of them is what a debugger calls the program. */
  private readonly heads = new Map<number, string>();
  private readonly reader: ThreadReader;
  private readonly births: Births;
  private readonly finder = new GilFinder();
  private readonly token: Buffer;
  private readonly accounts = hasAccounts();
  /** Pids of processes that are not of the run. */
  private strangers = new Set(numbersIn('/proc'));
  private threads = 0;

  constructor(
    private readonly folder: string,
    private readonly log: ObserverLog,
    budget: DescriptorBudget,
  ) {
    this.reader = new ThreadReader(log, budget);
    this.births = new Births(budget);
    this.token = tokenOf(folder);
  }

  /** @param command its arguments joined by NUL. */
  addRoot(pid: number, command: string): void {
    this.root = pid;
    this.add(pid, command);
  }

  /** A process that somebody names: its arguments joined by NUL; null where it is none of the run's. */
  find(pid: number): string | null {
    const known = this.all.get(pid)?.command ?? this.heads.get(pid);
    if (known !== undefined) return known;
    // Born since the last look.
    if (carries(pid, this.token)) this.add(pid, null);
    return this.all.get(pid)?.command ?? null;
  }

  /** Whether a process of the run was ever there. */
  get hasAny(): boolean {
    return this.heads.size > 0;
  }

  /** The supervisor has reaped it, and tells so itself. */
  rootEnded(pid: number): void {
    const root = this.all.get(pid);
    if (root !== undefined) this.forget(root);
  }

  /** @param nowMs performance.now(). */
  findNew(nowMs: number): void {
    const newcomers = this.births.next(nowMs);
    if (newcomers === null) {
      this.sweep();
      return;
    }
    for (const number of newcomers.again) this.meet(number);
    for (const number of newcomers.fresh) if (!this.meet(number)) this.births.wasAbsent(number);
  }

  /** Looks at every process: whether it lives, and at its main thread. */
  lookAtMains(): void {
    const mayRest = this.all.size > fewEnough;
    for (const process of this.all.values()) {
      const isZombie = process.zombie !== null;
      if (mayRest && (isZombie || !process.isHeadless) && process.reads >= firstReads && process.main.rests()) continue;
      this.lookAtMain(process);
    }
  }

  /** Looks at the threads beside the main ones. */
  lookAtOthers(): void {
    if (!this.accounts) return;
    const threadsMayRest = this.threads > fewEnough;
    for (const process of this.all.values()) if (process.others.size > 0) this.lookAtOthersOf(process, threadsMayRest);
  }

  close(): void {
    // Also those that came and went between two looks.
    for (const pid of leftStatuses(this.folder)) this.tellLeft(pid);
    for (const process of this.all.values()) process.close();
    this.all.clear();
    this.births.close();
  }

  private lookAtMain(process: WatchedProcess): void {
    const { main } = process;
    process.unread++;
    const looked = main.look();
    if (looked === 'gone') {
      this.ended(process);
      return;
    }
    const isDue = !this.accounts || process.isHeadless || process.reads < firstReads || process.unread >= mostUnread;
    let read = looked === 'moved' && this.accounts && process.zombie === null ? main.sample() : 'unknown';
    if (read !== 'read' && read !== 'gone' && isDue) read = main.readStat();
    if (read === 'gone') this.ended(process);
    else if (read === 'read') this.takeStat(process);
  }

  /** The reader holds the stat of its main thread. */
  private takeStat(process: WatchedProcess): void {
    const { stat } = this.reader;
    const { state, parent, group, threads, image, exitCode } = stat;
    process.unread = 0;
    process.reads++;
    if (parent !== process.parent) {
      process.parent = parent;
      tellReparented(this.log, process.pid, parent);
    }
    if (group !== process.group && state !== zombieLetter) {
      process.group = group;
      tellProcessGroup(this.log, process.pid, group);
    }
    if (state === zombieLetter) {
      if (!process.isHeadless) {
        process.isHeadless = true;
        tellThreadGone(this.log, process.pid, process.pid);
      }
      if (threads <= 1 && process.zombie === null) this.becameZombie(process, exitCode);
      if (process.zombie !== null) return;
    } else if (image !== process.image || process.reads <= firstReads) {
      this.lookAtCommand(process, image);
    }
    if (threads < process.others.size + 1) for (const thread of process.others.values()) this.lookAtThread(process, thread);
    else if (threads > process.others.size + 1 && !process.isMainAlone) this.listThreads(process);
  }

  private becameZombie(process: WatchedProcess, exitCode: number): void {
    for (const thread of process.others.values()) this.threadEnded(process, thread);
    process.zombie = isStatusShown(process.pid) ? exitCode : -1;
    // The root's end is the supervisor's to tell.
    if (process.pid !== this.root) tellEnd(this.log, 'zombieSeen', process.pid, process.zombie);
  }

  private lookAtCommand(process: WatchedProcess, image: number): void {
    if (image !== process.image) process.imageChanged(image);
    this.lookAtProgram(process);
    const command = commandOf(process.pid);
    if (command === '' || command === process.command || process.pid === this.root) return;
    process.runs(command);
    tellProcessSeen(this.log, process.pid, process.firstParent, command);
  }

  private lookAtProgram(process: WatchedProcess): void {
    const executable = executableOf(process.pid);
    if (executable === '' || executable === process.executable) return;
    process.executable = executable;
    // A forked child has its parent's environment.
    const parent = this.all.get(process.parent);
    const isCopy = parent?.executable === executable && parent.image === process.image;
    process.environment = isCopy ? parent.environment : environmentOf(process.pid, this.token);
    tellProgramSeen(this.log, process.pid, executable, process.environment);
  }

  private lookAtOthersOf(process: WatchedProcess, mayRest: boolean): void {
    let hasMoved = false;
    for (const thread of process.others.values()) {
      if (mayRest && thread.rests()) continue;
      if (this.lookAtThread(process, thread)) hasMoved = true;
    }
    // A thread that ended while it rested is missed by the one that joined it, which moved.
    if (mayRest && hasMoved && process.unread > 0 && process.main.readStat() === 'read') this.takeStat(process);
  }

  /** True where it moved. */
  private lookAtThread(process: WatchedProcess, thread: WatchedThread): boolean {
    const looked = thread.look();
    const sampled = looked === 'moved' ? thread.sample() : looked;
    if (sampled === 'gone') this.threadEnded(process, thread);
    return looked === 'moved';
  }

  private threadEnded(process: WatchedProcess, thread: WatchedThread): void {
    thread.close();
    if (process.others.delete(thread.thread)) this.threads--;
    tellThreadGone(this.log, process.pid, thread.thread);
  }

  private ended(process: WatchedProcess): void {
    const isRoot = process.pid === this.root;
    this.forget(process);
    // The root's end is the supervisor's to tell: it knows the status.
    if (isRoot) return;
    this.tellLeft(process.pid);
    tellEnd(this.log, 'processGone', process.pid, process.zombie ?? -1);
    // Who has its number now was taken for it until here.
    if (process.main.isReplaced) this.meet(process.pid);
  }

  /** An orphan may have left word of its status. */
  private tellLeft(pid: number): void {
    const status = takeStatus(this.folder, pid);
    if (status >= 0) tellEnd(this.log, 'orphanLeft', pid, status);
  }

  private forget(process: WatchedProcess): void {
    for (const thread of process.others.values()) this.threadEnded(process, thread);
    if (!process.isHeadless) tellThreadGone(this.log, process.pid, process.pid);
    process.close();
    this.all.delete(process.pid);
  }

  private sweep(): void {
    const strangers = new Set<number>();
    for (const pid of numbersIn('/proc')) {
      if (this.all.has(pid)) continue;
      // In the order of pids a parent comes before its children, but for a wrap: then a child is found by its token.
      const lineage = this.strangers.has(pid) ? 'stranger' : lineageOf(pid);
      if (lineage === null) continue; // Just gone, or unreadable for want of a descriptor: asked again.
      if (lineage === 'stranger' || !this.belongs(pid, lineage.parent)) strangers.add(pid);
      else {
        const added = this.add(pid, null);
        if (added === 'added') this.births.found(pid);
        else if (added === 'left out') strangers.add(pid);
        else if (added === 'unborn') this.births.wasAbsent(pid);
      }
    }
    this.strangers = strangers;
    for (const process of this.all.values()) {
      if (process.zombie === null && process.main.readStat() === 'read') this.takeStat(process);
    }
  }

  /** Looks who has this number. False where nobody has. */
  private meet(number: number): boolean {
    // Most numbers of a busy machine are gone again, and an exception costs 20 µs, this question 5.
    if (!existsSync(`/proc/${String(number)}`)) return false;
    const lineage = lineageOf(number);
    if (lineage === null) return false;
    if (lineage.process === number) {
      if (this.all.has(number)) return true;
      // A number that was a stranger's may be given to one of ours.
      this.strangers.delete(number);
      const added = this.belongs(number, lineage.parent) ? this.add(number, null) : 'left out';
      if (added === 'left out') this.strangers.add(number);
      else if (added === 'unborn') this.births.wasAbsent(number);
    } else {
      const process = this.all.get(lineage.process);
      if (process !== undefined) this.addThread(process, number);
    }
    return true;
  }

  private belongs(pid: number, parent: number): boolean {
    return pid !== process.pid && (this.all.has(parent) || carries(pid, this.token));
  }

  /** A child of Node's before exec, or within: what it is to become, maybe a debugger's helper, is not known. */
  private isUnborn(pid: number, parent: WatchedProcess, command: string): boolean {
    const { image, state } = this.reader.stat;
    const isCopy = image !== 0 && image === parent.image;
    if (state === zombieLetter || (!isCopy && command !== '') || !/^node(js)?$/.test(basename(parent.executable))) return false;
    const looks = (this.unborn.get(pid) ?? 0) + 1;
    if (this.unborn.size >= mostHeads) this.unborn.clear(); // Many that never became anything.
    this.unborn.set(pid, looks);
    return looks <= mostUnbornLooks;
  }

  /** @param command its arguments where they are known already, for a process that the supervisor has told of. */
  private add(pid: number, command: string | null): 'added' | 'gone' | 'left out' | 'unborn' {
    const told = command ?? commandOf(pid);
    if (command === null && isDebuggersOwn(told)) return 'left out';
    const watched = new WatchedProcess(pid, this.reader, this.finder);
    if (watched.main.readStat() !== 'read') {
      watched.close();
      return 'gone';
    }
    const parent = this.all.get(this.reader.stat.parent);
    if (command === null && parent === undefined && isSearchForInterpreter(told)) {
      watched.close();
      return 'left out';
    }
    if (command === null && parent !== undefined && this.isUnborn(pid, parent, told)) {
      watched.close();
      return 'unborn';
    }
    this.unborn.delete(pid);
    watched.first(this.reader.stat, parent);
    if (parent === undefined && this.heads.size < mostHeads) this.heads.set(pid, told);
    const { threads } = this.reader.stat;
    const name = watched.main.name();
    watched.runs(told);
    this.all.set(pid, watched);
    if (command === null) tellProcessSeen(this.log, pid, watched.parent, watched.command);
    // It is in its parent's, unless something else is said.
    if (watched.group !== parent?.group) tellProcessGroup(this.log, pid, watched.group);
    tellThreadSeen(this.log, pid, pid, name);
    this.lookAtProgram(watched);
    this.lookAtMain(watched);
    if (threads > 1) this.listThreads(watched);
    return 'added';
  }

  private listThreads(process: WatchedProcess): void {
    for (const thread of numbersIn(`/proc/${String(process.pid)}/task`)) {
      if (thread !== process.pid && this.addThread(process, thread)) this.births.found(thread);
    }
  }

  private addThread(process: WatchedProcess, thread: number): boolean {
    if (process.others.has(thread) || process.zombie !== null || process.isMainAlone) return false;
    const watched = new WatchedThread(process.pid, thread, this.reader, process);
    if (watched.readStat() !== 'read') {
      watched.close();
      return false;
    }
    process.others.set(thread, watched);
    this.threads++;
    tellThreadSeen(this.log, process.pid, thread, watched.name());
    if (this.accounts) this.lookAtThread(process, watched);
    return true;
  }
}

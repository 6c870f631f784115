/** Processes, their threads and the threads' waits, as the report shows them. */
import { LazyList } from '../base/lazyList';
import { signalName } from '../model/exitStatus';
import { errnoName, isFailure } from './errnoNames';
import type { Model, Waiting } from '../model/model';
import { gapsOf } from '../model/coverage';
import { isNative } from '../model/nativeThreads';
import { endingOf, killerOf, zombieUntil } from '../model/endings';
import type { Process } from '../model/process';
import type { Thread } from '../model/thread';
import { objectCode } from '../model/waits';
import { waitReasons, type ExitStatus, type ReportProcess, type ReportWait, type WaitReason } from '../protocol/report';
import type { StreamedProcess, StreamedThread } from '../protocol/reportStream';
import { reportStates } from './reportStates';
import type { ReportTime } from './reportTime';

/** Shorter waits are only in the totals. */
export const shortestNs = 1e6;

function byStart<T extends { startNs: number; number: number }>(things: readonly T[]): T[] {
  return [...things].sort((a, b) => a.startNs - b.startNs || a.number - b.number);
}

/** How the supervisor says that the root ended, and which process that is: of a debugger's run there may be several, one after the other. */
export interface RootEnd {
  readonly root: { readonly pid: number } | null;
  readonly exit: ExitStatus | null;
}

export function reportProcesses(model: Model, time: ReportTime, allWaits: boolean, rootEnd: RootEnd): Iterable<StreamedProcess> {
  return new LazyList(function* () {
    for (const process of byStart(model.processes)) yield reportProcess(model, time, process, allWaits, rootEnd);
  });
}

function reportProcess(model: Model, time: ReportTime, process: Process, allWaits: boolean, rootEnd: RootEnd): StreamedProcess {
  const { multiprocessing } = process;
  return {
    id: process.id,
    pid: process.pid,
    parent: process.parent?.id ?? null,
    logicalParent: multiprocessing?.logicalParent?.id ?? null,
    birth: process.birth,
    name: model.processName(process),
    multiprocessing: multiprocessing === null ? null : { name: model.text(multiprocessing.name) ?? '', daemon: multiprocessing.daemon },
    images: process.images.map((image) => ({ command: model.argumentsOf(image.command), atNs: time.at(image.atNs) })),
    coverage: [...process.coverage],
    unseen: gapsOf(model, process).map(({ reason, detail, fromNs, toNs }) => ({ reason, detail, fromNs: time.at(fromNs), toNs: time.atOrNull(toNs) })),
    startNs: time.at(process.startNs),
    endNs: time.atOrNull(process.endNs),
    exit: process.exit ?? (process.birth === 'root' && (rootEnd.root === null || rootEnd.root.pid === process.pid) ? rootEnd.exit : null),
    ending: endingOf(process),
    killedBy: killerOf(process)?.id ?? null,
    zombieNs: zombieNs(model, process),
    reapedBy: process.reapedBy?.process.id ?? null,
    reapedAt: model.site(process.reapedAt),
    orphanedAtNs: time.atOrNull(process.orphanedNs),
    adoptedBy: adoptedBy(model, process),
    bornAt: model.site(process.bornAt),
    threads: new LazyList(function* () {
      for (const thread of byStart(process.threads)) yield reportThread(model, time, thread, allWaits);
    }),
  };
}

function zombieNs(model: Model, process: Process): number | null {
  if (process.zombieNs !== null) return Math.round(process.zombieNs);
  const until = zombieUntil(process, model.latestNs);
  return until === null || process.endNs === null ? null : Math.round(until - process.endNs);
}

function adoptedBy(model: Model, { adoptedBy: pid, orphanedNs }: Process): ReportProcess['adoptedBy'] {
  if (pid === null || orphanedNs === null) return null;
  const living = (process: Process): boolean => process.pid === pid && process.startNs <= orphanedNs && (process.endNs ?? Infinity) >= orphanedNs;
  return { pid, process: model.processes.find(living)?.id ?? null };
}

function reportThread(model: Model, time: ReportTime, thread: Thread, allWaits: boolean): StreamedThread {
  const { waits } = thread;
  const { stateNs, gilNs } = reportStates(model, time, thread);
  const waitNs: Partial<Record<WaitReason, number>> = {};
  for (let row = 0; row < waits.count; row++) {
    const reason = waitReasons[waits.reason(row)]!;
    waitNs[reason] = (waitNs[reason] ?? 0) + lengthOf(model, thread, row);
  }
  return {
    id: thread.id,
    tid: thread.tid,
    name: model.threadName(thread),
    main: thread.main,
    native: isNative(thread),
    daemon: thread.daemon,
    target: targetOf(model, thread),
    startedBy: thread.startedBy?.id ?? null,
    startNs: time.at(thread.startNs),
    endNs: time.atOrNull(thread.endNs),
    joinedBy: thread.joinedBy?.id ?? null,
    signals: thread.signals.map((handled) => ({
      signal: signalName(handled.signal),
      beginNs: time.at(handled.beginNs),
      endNs: time.atOrNull(handled.endNs),
      handler: model.site(handled.handler),
    })),
    stateNs,
    waitNs: gilNs > 0 ? { ...waitNs, gil: gilNs } : waitNs,
    waits: new LazyList(function* () {
      for (let row = 0; row < waits.count; row++) {
        if (allWaits || lengthOf(model, thread, row) >= shortestNs || isFailure(waits.result(row))) yield reportWait(model, time, thread, row);
      }
    }),
  };
}

/** Of a wait, whole ns. */
function lengthOf(model: Model, { waits }: Waiting, row: number): number {
  const end = waits.end(row);
  return Math.round((Number.isNaN(end) ? model.latestNs : end) - waits.begin(row));
}

/** A thread without a function (the main one) has an empty text. */
function targetOf(model: Model, thread: Thread): string | null {
  const target = model.text(thread.target);
  return target === '' ? null : target;
}

export function reportWait(model: Model, time: ReportTime, thread: Waiting, row: number): ReportWait {
  const { waits } = thread;
  return {
    reason: waitReasons[waits.reason(row)]!,
    on: model.waitObject(thread, row),
    beginNs: time.at(waits.begin(row)),
    endNs: time.atOrNull(waits.end(row)),
    at: model.waitSite(thread, row),
    holder: model.threads[waits.holder(row) - 1]?.id ?? null,
    endedBy: endedBy(model, thread, row),
    error: errnoName(waits.result(row)),
  };
}

/** Known of a lock and its like; a join that succeeded was ended by the thread that it waited for. */
function endedBy(model: Model, thread: Waiting, row: number): string | null {
  const { waits } = thread;
  if (waits.endedBy(row) !== 0) return model.threads[waits.endedBy(row) - 1]?.id ?? null;
  if (waits.objectKind(row) !== objectCode.thread || waits.result(row) !== 1) return null;
  return model.threads[waits.object(row) - 1]?.id ?? null;
}

/**
 * Which threads will never go on, for certain: each waits without a time limit for something that only others of them could do.
 *
 *     t1   waits for lock:1, held by t2          t2 alone can let go of it (RLock, with): t1 is stuck if t2 is
 *     t2   waits for an item of a queue          anybody could put one: t2 is stuck if everybody else in the process is
 *     t3   joins t1                              stuck if t1 is
 *
 * All are taken to be stuck at first; those of whose helpers one is not are taken out, until nothing changes. What is left is the
 * greatest set of threads that can only be helped by each other.
 */
import { lockHints } from '../protocol/events';
import { lockedAtBirth, type HeldLock } from '../model/locks';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { Thread } from '../model/thread';
import { objectCode, reasonCode } from '../model/waits';

/** A lock may change hands between the moments at which two threads begin to wait for it: what lasts is real. */
export const certainNs = 100e6;

/** Who has to do something before a thread goes on. */
export type Need =
  /** This thread, by letting go of a lock or by its end. */
  | { readonly kind: 'thread'; readonly thread: Thread }
  /** A process, by its end; of the thread's own process the other threads, by theirs. */
  | { readonly kind: 'end'; readonly process: Process }
  /** Anybody in a process, or in the whole run. */
  | { readonly kind: 'anybody'; readonly process: Process | null }
  /** Who could do it is gone. */
  | { readonly kind: 'nobody' };

const words: ReadonlySet<number> = new Set([reasonCode.condition, reasonCode.semaphore, reasonCode.event, reasonCode.queue, reasonCode.barrier]);
/** multiprocessing's own helper only counts what is to be cleaned up. */
const tracker = 'multiprocessing resource tracker';

/** Row of the wait that the thread is in, or was in when its process ended; -1 where it was in none. */
export function lastWait({ waits }: Thread): number {
  return waits.open || waits.cut ? waits.count - 1 : -1;
}

/** Until when its last wait lasts, as far as it is known. */
function lastsUntil(model: Model, thread: Thread): number {
  const end = thread.waits.end(lastWait(thread));
  return Number.isNaN(end) ? model.latestNs : end;
}

/** The thread that holds the lock which this one waits for; null where it waits for none, or that is unknown. */
export function holderOf(model: Model, thread: Thread): Thread | null {
  const row = lastWait(thread);
  if (row < 0 || thread.waits.reason(row) !== reasonCode.lock) return null;
  return model.threads[thread.waits.holder(row) - 1] ?? null;
}

/** A lock that was another thread's when its process was forked, and that this thread waits for. */
export function lostLock(model: Model, thread: Thread): HeldLock | null {
  const row = lastWait(thread);
  if (row < 0 || thread.waits.reason(row) !== reasonCode.lock || thread.waits.holder(row) !== 0) return null;
  const object = model.locks.objects[thread.waits.object(row)];
  return lockedAtBirth(thread.process).find((held) => held.object === object) ?? null;
}

/** Null where the thread is in no wait, or in one that may end by itself or by somebody unknown. */
export function needOf(model: Model, thread: Thread): Need | null {
  const row = lastWait(thread);
  if (row < 0 || (thread.hints & lockHints.timed) !== 0) return null;
  const { waits } = thread;
  const reason = waits.reason(row);
  const kind = waits.objectKind(row);
  const object = waits.object(row);
  const anybody = (process: Process | null): Need | null => ((thread.hints & lockHints.handlers) !== 0 ? null : { kind: 'anybody', process });
  if (kind === objectCode.thread) return reason === reasonCode.join ? { kind: 'thread', thread: model.threads[object - 1]! } : null;
  // The end of a main thread's code, where the interpreter waits for all that are no daemons.
  if (reason === reasonCode.join) return { kind: 'end', process: thread.process };
  if (kind === objectCode.process) return { kind: 'end', process: model.processes[object - 1]! };
  if (kind === objectCode.channel) return model.channels[object - 1]!.made ? anybody(null) : null;
  if (kind !== objectCode.lock) return null;
  const within = model.locks.shared[object]! ? null : thread.process;
  if (words.has(reason)) return anybody(within);
  if (reason !== reasonCode.lock) return null;
  if ((thread.hints & lockHints.owned) === 0) return anybody(within);
  if (lostLock(model, thread) !== null) return { kind: 'nobody' };
  const holder = holderOf(model, thread);
  return holder === null ? anybody(within) : { kind: 'thread', thread: holder };
}

/** The threads that will never go on. */
export function stuckThreads(model: Model): Map<Thread, Need> {
  const stuck = new Map<Thread, Need>();
  for (const thread of model.threads) {
    const need = needOf(model, thread);
    if (need !== null) stuck.set(thread, need);
  }
  for (let left = -1; left !== stuck.size; ) {
    left = stuck.size;
    for (const [thread, need] of stuck) if (mayBeHelped(model, thread, need, stuck)) stuck.delete(thread);
  }
  return stuck;
}

function mayBeHelped(model: Model, thread: Thread, need: Need, stuck: ReadonlyMap<Thread, Need>): boolean {
  const helps = (other: Thread): boolean => other !== thread && !stuck.has(other) && !isGone(other, lastsUntil(model, thread));
  switch (need.kind) {
    case 'nobody':
      return false;
    case 'thread':
      // A thread that has ended holding the lock will not let go of it; one that is joined is about to return.
      return !stuck.has(need.thread) && !(need.thread.endNs !== null && holderOf(model, thread) === need.thread && isGone(need.thread, lastsUntil(model, thread)));
    case 'end': {
      const own = need.process === thread.process;
      return !need.process.threads.some((other) => stuck.has(other) && (own ? other !== thread && other.daemon !== true : other.main));
    }
    case 'anybody':
      return (need.process === null ? model.processes : [need.process]).some((process) => {
        if (model.processName(process) === tracker) return false;
        if (process.threads.length === 0) return process.endNs === null;
        return process.threads.some(helps);
      });
  }
}

/** Has ended so long before that moment that it can't have been about to help. */
function isGone({ endNs }: Thread, ns: number): boolean {
  return endNs !== null && endNs <= ns - certainNs;
}

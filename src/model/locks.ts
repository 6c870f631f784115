/**
 * Who waits for which lock, who holds it, and who ends the wait.
 *
 *     t1   holds ────────────────────── lets go / notifies
 *     t2        begin (holder t1) ▒▒▒▒▒▒▒▒▒▒▒▒▒▒│ end: ended by t1
 *
 * A lock's complete record names the thread that let go of it. For everything else there are wake records: a condition wakes
 * the threads that have waited longest, and the begin records stand in the order in which they queued up.
 */
import { lockWays } from '../protocol/events';
import { offsets } from '../protocol/layout';
import type { Reading } from './reading';
import type { Reference } from './references';
import type { Thread } from './thread';
import type { WaitRow } from './waits';
import type { World } from './world';

interface Waiter {
  readonly thread: Thread;
  /** Number of the thread that held it when the wait began; 0 where unknown. */
  readonly holder: number;
  waker: Thread | null;
  wakerAt: Reference | null;
}

/** Shorter waits get no arrow. */
const shortestArrowNs = 1e6;
const waysAtMost = 64;
const sharedWays = new Set<number>([lockWays.processLock, lockWays.processSemaphore, lockWays.processCondition, lockWays.processEvent]);

export class Locks {
  /** `lock:3`, by the number that waits use. */
  readonly ids: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly waiting = new Map<number, Waiter[]>();

  /** An address names a lock within one process; multiprocessing's locks have numbers that hold in all of them. */
  number(thread: Thread, object: string, how: number): number {
    const key = sharedWays.has(how) ? object : `${thread.process.id} ${object}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.ids.length;
      this.ids.push(`${how === lockWays.future ? 'future' : 'lock'}:${String(number + 1)}`);
      this.numbers.set(key, number);
    }
    return number;
  }

  /** A wait begins or has ended: fills in the row's object, holder and waker. */
  takeWait(world: World, thread: Thread, reading: Reading, row: WaitRow): void {
    const at = offsets.lock;
    const how = reading.u16(at.how);
    row.object = this.number(thread, reading.hex(at.object), how);
    const named = thread.process.thread(reading.u32(at.holder))?.number ?? 0;
    const queue = this.queue(row.object, how);
    const place = queue.findIndex((each) => each.thread === thread);
    const waiter = place < 0 ? null : queue[place]!;
    if (waiter !== null) queue.splice(place, 1);
    row.holder = waiter?.holder ?? named;
    if (reading.begins) {
      queue.push({ thread, holder: named, waker: null, wakerAt: null });
      row.holder = named;
      return;
    }
    if (row.result !== 1) return;
    const letGo = how === lockWays.lock || how === lockWays.rlock ? named : 0;
    const waker = waiter?.waker ?? world.threads[letGo - 1] ?? null;
    if (waker === null || waker === thread) return;
    row.endedBy = waker.number;
    if (row.end - row.begin >= shortestArrowNs) world.arrow('unblock', waker, thread, row.end, waiter?.wakerAt ?? null);
  }

  /** A thread wakes those that have waited longest. */
  takeWake(thread: Thread, reading: Reading): void {
    const at = offsets.wake;
    const how = reading.u16(at.how);
    const queue = this.queue(this.number(thread, reading.hex(at.object), how), how);
    let left = reading.u32(at.count);
    for (const waiter of queue) {
      if (left === 0) break;
      if (waiter.waker !== null || waiter.thread.endNs !== null) continue;
      waiter.waker = thread;
      waiter.wakerAt = reading.reference(at.site);
      left--;
    }
  }

  /** A process's own last words of a lock before it forks. */
  takeHeldAtFork(thread: Thread, reading: Reading): void {
    const at = offsets.heldAtFork;
    const lock = this.ids[this.number(thread, reading.hex(at.object), reading.u16(at.how))]!;
    const holder = thread.process.thread(reading.u32(at.holder));
    thread.heldAtFork.push({ atNs: reading.time, lock, holder, madeAt: reading.reference(at.site) });
  }

  private queue(lock: number, how: number): Waiter[] {
    const key = lock * waysAtMost + how;
    let queue = this.waiting.get(key);
    if (queue === undefined) this.waiting.set(key, (queue = []));
    return queue;
  }
}

/** A lock that another thread held when this one forked. */
export interface HeldLock {
  readonly atNs: number;
  /** `lock:3` */
  readonly lock: string;
  readonly holder: Thread | null;
  /** The line that made the lock. */
  readonly madeAt: Reference | null;
}

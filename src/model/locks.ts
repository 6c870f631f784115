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
import type { Process } from './process';
import type { Reading } from './reading';
import type { Reference } from './references';
import type { Thread } from './thread';
import type { WaitRow } from './waits';
import { WordTable } from './wordTable';
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
/** Their complete records name the thread that let go. */
const lettingGo = new Set<number>([lockWays.lock, lockWays.rlock, lockWays.processLock]);
const sharedWays = new Set<number>([lockWays.processLock, lockWays.processSemaphore, lockWays.processCondition, lockWays.processEvent]);

export class Locks {
  /** How it was told of first, by the number that waits use. */
  private readonly ways: number[] = [];
  /** What the writer calls it, by the number that waits use: in a forked child as in its parent. */
  readonly objects: string[] = [];
  /** Whether several processes have it, by the number that waits use. */
  readonly shared: boolean[] = [];
  /** By the process's number (0 where several have it) and the halves of what the writer calls it. */
  private readonly numbers = new WordTable();
  /** By lock and way: who waits for it now. */
  private readonly waiting = new Map<number, Waiter[]>();

  /** `lock:3` @param number as waits use it. */
  id(number: number): string {
    return `${this.ways[number] === lockWays.future ? 'future' : 'lock'}:${String(number + 1)}`;
  }

  /** An address names a lock within one process; multiprocessing's locks have numbers that hold in all of them. @param object where it stands. */
  number(thread: Thread, reading: Reading, object: number, how: number): number {
    const shared = sharedWays.has(how);
    const process = shared ? 0 : thread.process.number;
    const low = reading.u32(object);
    const high = reading.u32(object + 4);
    const known = this.numbers.get(low, high, process);
    if (known >= 0) return known;
    const number = this.ways.length;
    this.ways.push(how);
    this.objects.push(reading.hex(object));
    this.shared.push(shared);
    this.numbers.add(low, high, process, number);
    return number;
  }

  /** A wait begins or has ended: fills in the row's object, holder and waker. */
  takeWait(world: World, thread: Thread, reading: Reading, row: WaitRow): void {
    const at = offsets.lock;
    const how = reading.u16(at.how);
    row.object = this.number(thread, reading, at.object, how);
    const pid = reading.u32(at.holderProcess);
    const tid = reading.u32(at.holder);
    const named = tid === 0 ? 0 : ((pid === 0 ? thread.process : world.process(pid))?.thread(tid)?.number ?? 0);
    const waiter = this.takeOut(thread, row.object, how);
    row.holder = waiter?.holder ?? named;
    if (reading.begins) {
      thread.hints = reading.u16(at.hints);
      this.lineUp({ thread, holder: named, waker: null, wakerAt: null }, row.object, how);
      row.holder = named;
      return;
    }
    if (row.result !== 1) return;
    const letGo = lettingGo.has(how) ? named : 0;
    const waker = waiter?.waker ?? world.threads[letGo - 1] ?? null;
    if (waker === null || waker === thread) return;
    row.endedBy = waker.number;
    if (row.end - row.begin >= shortestArrowNs) world.arrow('unblock', waker, thread, row.end, waiter?.wakerAt ?? null);
  }

  /** A thread wakes those that have waited longest. */
  takeWake(thread: Thread, reading: Reading): void {
    const at = offsets.wake;
    const how = reading.u16(at.how);
    const queue = this.waiting.get(queueKey(this.number(thread, reading, at.object, how), how));
    if (queue === undefined) return;
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
    const number = this.number(thread, reading, at.object, reading.u16(at.how));
    const holder = thread.process.thread(reading.u32(at.holder));
    thread.heldAtFork.push({ atNs: reading.time, lock: this.id(number), object: this.objects[number]!, holder, madeAt: reading.reference(at.site) });
  }

  /** A forked child has made such a lock anew. */
  takeReset(thread: Thread, reading: Reading): void {
    thread.process.locksReset.add(reading.hex(offsets.lockReset.object));
  }

  private lineUp(waiter: Waiter, lock: number, how: number): void {
    const key = queueKey(lock, how);
    const queue = this.waiting.get(key);
    if (queue === undefined) this.waiting.set(key, [waiter]);
    else queue.push(waiter);
  }

  /** Programs make locks by the thousand: for one that nobody waits for nothing is kept. */
  private takeOut(thread: Thread, lock: number, how: number): Waiter | null {
    const key = queueKey(lock, how);
    const queue = this.waiting.get(key);
    if (queue === undefined) return null;
    let place = queue.length - 1;
    while (place >= 0 && queue[place]!.thread !== thread) place--;
    if (place < 0) return null;
    const [waiter] = queue.splice(place, 1);
    if (queue.length === 0) this.waiting.delete(key);
    return waiter!;
  }
}

function queueKey(lock: number, how: number): number {
  return lock * waysAtMost + how;
}

/** A lock that another thread held when this one forked. */
export interface HeldLock {
  readonly atNs: number;
  /** `lock:3` */
  readonly lock: string;
  /** As in `Locks.objects`. */
  readonly object: string;
  readonly holder: Thread | null;
  /** The line that made the lock. */
  readonly madeAt: Reference | null;
}

/** What other threads held when the process was forked, and what nobody will ever let go of in it. */
export function lockedAtBirth(process: Process): HeldLock[] {
  if (process.birth !== 'fork' || process.bornBy === null) return [];
  const held = process.bornBy.heldAtFork.filter(({ atNs, object }) => atNs <= process.startNs && !process.locksReset.has(object));
  // Earlier forks of the same thread told theirs.
  const siblings = process.bornBy.process.children.filter((other) => other.bornBy === process.bornBy && other.startNs < process.startNs);
  const since = siblings.reduce((latest, { startNs }) => Math.max(latest, startNs), -Infinity);
  return held.filter(({ atNs }) => atNs > since);
}

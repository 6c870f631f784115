/**
 * What the kernel observer saw of threads. Most of them speak for themselves (threads.ts); the same thread seen by both is one,
 * whoever comes first:
 *
 *     observer      seen 102 ("python3")            it is made, with the kernel's name
 *     its own words        threadBegin "client-1"   it gets its name
 *
 * Those that no probe tells of (programs without one, threads of C libraries or of _thread) are known by this alone.
 */
import { gaps, threadWaits } from '../protocol/events';
import { offsets } from '../protocol/layout';
import { endThread } from './ends';
import type { Process } from './process';
import type { Processes } from './processes';
import type { Reading } from './reading';
import type { Found } from './samples';
import type { Thread } from './thread';
import type { World } from './world';

/** A thread's number is not given out again so soon: what is seen so shortly after its last words is its own end. */
const belatedNs = 1e9;

export function takeThreadSeen(world: World, processes: Processes, reading: Reading): void {
  const at = offsets.threadSeen;
  const process = world.process(reading.u32(at.process)) ?? processes.make(reading.u32(at.process), reading.key);
  if (process.reapedNs !== null) return;
  process.coverage.add('kernel');
  const thread = seen(world, process, reading.u32(at.thread), reading);
  const name = reading.reference(at.name);
  if (name === null || (thread.name !== null && !thread.nameSeen)) return;
  thread.name = name;
  thread.nameSeen = true;
  world.changed.add(thread);
}

export function takeThreadGone(world: World, reading: Reading): void {
  const at = offsets.threadGone;
  const thread = living(world, reading.u32(at.process))?.thread(reading.u32(at.thread)) ?? null;
  if (thread !== null) endThread(world, thread, reading.key);
}

export function takeThreadSample(world: World, reading: Reading): void {
  const at = offsets.threadSample;
  const process = living(world, reading.u32(at.process));
  if (process === null) return;
  // Without a GIL nobody waits for it, whatever lies where it is elsewhere.
  const hasGil = process.gaps.length === 0 || !process.gaps.some(({ what, toNs }) => what === gaps.freeThreaded && toNs === null);
  const found = foundIn(reading.u16(at.state), hasGil ? reading.u16(at.waitsFor) : threadWaits.other);
  if (found === null) return;
  const thread = seen(world, process, reading.u32(at.thread), reading);
  thread.samples.push(reading.key, reading.u64(at.run), reading.u64(at.ready), found);
  if (process.alive) process.lastSeenNs = Math.max(process.lastSeenNs, reading.key);
  world.changed.add(thread);
}

function seen(world: World, process: Process, tid: number, reading: Reading): Thread {
  const known = process.thread(tid);
  if (known !== null && (known.endNs === null || !process.alive || reading.key - known.endNs < belatedNs)) return known;
  const main = tid === process.pid && process.main === null;
  const undecided = process.debugged && tid !== process.pid ? 'undecided' : null;
  const thread = world.newThread(process, tid, main ? process.startNs : reading.key, process.hidden ?? undecided);
  if (main) process.main = thread;
  return thread;
}

/** The youngest process of the pid, unless it was collected: then the observation is about another one. */
function living(world: World, pid: number): Process | null {
  const process = world.process(pid);
  return process?.reapedNs === null ? process : null;
}

/** The letter of /proc/PID/stat; null for a thread that is dead. */
function foundIn(state: number, waitsFor: number): Exclude<Found, 'told'> | null {
  switch (String.fromCharCode(state)) {
    case 'R':
      return 'cpu';
    case 'T':
    case 't':
      return 'stopped';
    case 'Z':
    case 'X':
    case 'x':
      return null;
    default:
      return waitsFor === threadWaits.gil ? 'gil' : 'blocked';
  }
}

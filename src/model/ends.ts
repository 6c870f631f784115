/**
 * How a process ends, from those who know of it:
 *
 *     exit record       its own last words; a little later it is dead, unless it was killed and said nothing
 *     wait status       its parent collected it: certain, and the zombie's end
 *     seen              an observer saw the zombie, or saw that it is gone: certain, a little late
 *
 * The earliest moment counts as the end, except that a parent which stood waiting when it ended is believed: then there
 * was no zombie.
 */
import type { ExitStatus } from '../protocol/report';
import { releaseAll } from './closing';
import { exitOf } from './exitStatus';
import type { Process } from './process';
import type { Thread } from './thread';
import type { World } from './world';

/** The process is dead since `ns`, as this witness says; only the first one counts. */
export function end(world: World, process: Process, ns: number, witness: 'exit' | 'wait' | 'seen'): void {
  if (process.endNs !== null) return;
  process.endNs = Math.max(ns, process.startNs);
  process.endWitness = witness;
  for (const thread of process.threads) endThread(world, thread, process.endNs);
  releaseAll(world, process, process.endNs);
  world.changed.add(process);
}

/** A thread ends by itself, or with its process. */
export function endThread(world: World, thread: Thread, ns: number): void {
  if (thread.endNs !== null) return;
  thread.endNs = Math.max(ns, thread.startNs);
  thread.waits.endOpen(thread.endNs);
  world.changed.add(thread);
}

/** A wait status is believed over the process's own words. -1 says nothing. */
export function setWaitStatus(process: Process, waitStatus: number): void {
  const exit = exitOf(waitStatus);
  if (exit !== null) setExit(process, exit, true);
}

export function setExit(process: Process, exit: ExitStatus, certain: boolean): void {
  if (process.exitCertain && !certain) return;
  process.exit = exit;
  process.exitCertain = certain;
}

/**
 * The process was collected.
 * @param sinceNs when the collector's call began; NaN where nobody's call is known.
 */
export function reap(world: World, process: Process, ns: number, sinceNs: number, by: Thread | null): void {
  if (process.reapedNs !== null) return;
  process.reapedNs = ns;
  process.reapedBy = by;
  const stoodWaiting = sinceNs <= (process.endNs ?? process.lastSeenNs);
  if (process.endNs === null) {
    end(world, process, ns, 'wait');
    process.zombieNs = stoodWaiting ? 0 : null;
  } else if (stoodWaiting && process.endWitness !== 'wait') {
    // It lived on after its last words, until the collector's call returned.
    for (const thread of process.threads) {
      if (thread.endNs !== process.endNs) continue;
      thread.endNs = ns;
      world.changed.add(thread);
    }
    process.endNs = ns;
    process.zombieNs = 0;
  } else {
    // An observer looks now and then: where it missed the zombie it can't say how long there was one.
    const missed = by === null && !process.zombieSeen && !stoodWaiting;
    process.zombieNs = missed ? null : ns - process.endNs;
  }
  world.changed.add(process);
}

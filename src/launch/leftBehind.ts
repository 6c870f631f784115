/**
 * What a program leaves behind when it ends: waited for until it has ended too. A daemon may live for days, so a look asks first
 * whether one of the known ones still lives, which reads one file; all of /proc is gone through only where none does, or now and then.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, runProcesses, type ProcessIdentity } from './processTree';

const shortestPollMs = 10;
const longestPollMs = 250;
/** For those that neither the observer has seen nor a parent leads to any more. */
const searchEveryMs = 5000;

/** Ends the waiting. */
export interface Stop {
  isStopped(): boolean;
  readonly stopped: Promise<void>;
}

/**
 * Waits until no process of the run is left, or until `stop`.
 * @param seen those that the observer knows of.
 * @param search finds them all, from those that are known on.
 * @returns those that are left.
 */
export async function untilGone(
  folder: string,
  seen: () => readonly ProcessIdentity[],
  stop: Stop,
  search: (folder: string, known: readonly ProcessIdentity[]) => readonly ProcessIdentity[] = runProcesses,
): Promise<readonly ProcessIdentity[]> {
  let left = search(folder, seen());
  let searchedAt = performance.now();
  for (let pollMs = shortestPollMs; left.length > 0 && !stop.isStopped(); pollMs = Math.min(longestPollMs, pollMs * 1.5)) {
    await Promise.race([delay(pollMs), stop.stopped]);
    const known = [...left, ...seen()];
    // Also once at the end: who is named then is to be there.
    if (!stop.isStopped() && performance.now() - searchedAt < searchEveryMs && known.some(isAlive)) continue;
    left = search(folder, known);
    searchedAt = performance.now();
  }
  return left;
}

/**
 * What a pending task awaits now. Its last written wait says it, whether or not that row is open: a wait at another place would
 * have been written. Only while its thread stands in a call that is not the loop's poll, the loop is inside somebody's step, and
 * that may be this task's.
 */
import type { Task } from './task';
import { reasonCode } from './waits';

/** The row in `task.waits`, or -1 where it is not known to be suspended. */
export function awaited(task: Task): number {
  if (task.endNs !== null || task.waits.count === 0) return -1;
  const { waits } = task.thread;
  if (task.thread.endNs === null && waits.open && waits.reason(waits.count - 1) !== reasonCode.poll) return -1;
  return task.waits.count - 1;
}

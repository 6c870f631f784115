/**
 * An event loop that has not come back from a callback: the call that is still computing now, or was when its process ended.
 *
 *     loop's thread   poll │ c1 │ c2: █████████ computes ██████████…
 *     c3                           ▒▒▒▒ stands in the queue ▒▒▒▒▒▒▒▒…
 *                          └ since here, or since the last step of a task that is known
 *
 * What keeps it is written when it is over, so the rest is told by what came last: a task that went on from a wait and has not
 * waited since, a call that it is in, the connection that it received from.
 */
import type { Connection } from '../model/connection';
import type { Model } from '../model/model';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import { objectCode, reasonCode } from '../model/waits';
import type { Span } from './spans';

/** How far back a poll is looked for: a callback that has made so many calls since is at work on something else than waiting. */
const lookBack = 10_000;

export interface OpenTurn extends Span {
  /** The process has ended in it. */
  readonly ended: boolean;
  /** The task whose step it is; null where it is a callback's, or a task's first. */
  readonly task: Task | null;
  /** The last connection that it received from in this round. */
  readonly received: Connection | null;
}

/** Null where no loop runs in the thread, and where it waits. */
export function openTurn(model: Model, thread: Thread): OpenTurn | null {
  const { loop, waits } = thread;
  if (loop?.endNs !== null || isPoll(thread, waits.count - 1, true)) return null;
  let [fromNs, received] = [loop.passedNs, null as Connection | null];
  for (let row = waits.count - 1; row >= Math.max(0, waits.count - lookBack); row--) {
    if (isPoll(thread, row, false)) {
      fromNs = Math.max(fromNs, waits.end(row));
      break;
    }
    if (waits.end(row) < fromNs) break;
    if (waits.reason(row) === reasonCode.receive && waits.objectKind(row) === objectCode.connection) received ??= model.connections[waits.object(row) - 1]!;
  }
  return { fromNs, toNs: thread.endNs ?? model.latestNs, ended: thread.endNs !== null, task: running(thread, fromNs), received };
}

/** @param open whether the thread is in it, or ended in it. */
function isPoll({ waits }: Thread, row: number, open: boolean): boolean {
  if (row < 0 || waits.reason(row) !== reasonCode.poll) return false;
  return !open || waits.open || waits.cut;
}

/** The one pending task whose wait was over and that has not been suspended since. */
function running(thread: Thread, fromNs: number): Task | null {
  for (const task of thread.process.tasks.values()) {
    const { waits } = task;
    if (task.thread === thread && waits.count > 0 && !waits.open && waits.end(waits.count - 1) >= fromNs) return task;
  }
  return null;
}

/**
 * A task's lane: its waits, and between them `active`, which is its steps and waits of less than a millisecond.
 *
 *     task      receive ▒▒▒▒▒▒│active│receive ▒▒▒▒│active│idle …
 *     thread    poll ─────────┘      └poll ───────┘      └poll    nobody runs while the loop's thread stands in its poll
 */
import type { Task } from '../model/task';
import { reasonCode } from '../model/waits';
import { stateCode } from '../protocol/states';
import type { TileBuilder } from './tileBuilder';
import type { LanePyramid } from './lanePyramid';
import { addClosedWaits, type Between } from './waitLane';

/** Most tasks of a busy server are over in less: they get no row of their own. */
const shortNs = 20e6;

export interface TaskSpan {
  readonly begin: number;
  /** NaN while it goes on. */
  readonly end: number;
  readonly state: number;
}

/** Whether the task is worth a row: it handles a connection, or lived for a while. */
export function hasRow(task: Task, nowNs: number): boolean {
  return task.connection !== null || (task.overNs ?? nowNs) - task.startNs >= shortNs;
}

/** What follows the closed rows of `task.waits`, up to `nowNs`; model time. */
export function taskTail(task: Task, nowNs: number): TaskSpan[] {
  const { waits, overNs } = task;
  const last = waits.count - 1;
  if (waits.open) {
    return [{ begin: waits.begin(last), end: overNs ?? NaN, state: waits.reason(last) }];
  }
  const from = last < 0 ? task.startNs : waits.end(last);
  if (overNs !== null) return overNs > from ? [{ begin: from, end: overNs, state: stateCode.active }] : [];
  const loop = task.thread.waits;
  const polls = loop.open && loop.reason(loop.count - 1) === reasonCode.poll ? Math.max(loop.begin(loop.count - 1), from) : NaN;
  if (Number.isNaN(polls)) return nowNs > from ? [{ begin: from, end: NaN, state: stateCode.active }] : [];
  return [
    ...(polls > from ? [{ begin: from, end: polls, state: stateCode.active }] : []),
    { begin: polls, end: NaN, state: stateCode.idle },
  ];
}

/** A task is active between its waits, whatever the zoom. */
export const betweenTasksWaits: Pick<Between, 'stateFrom' | 'until' | 'splits'> = { stateFrom: () => stateCode.active, until: Infinity, splits: () => false };

/** Adds the task's lane up to `to`, in order; model time. @param pyramid of the lane, where there is one. */
export function addTaskLane(builder: TileBuilder, task: Task, to: number, nowNs: number, pyramid: LanePyramid | null): void {
  const owner = task.thread.number;
  const between: Between = { ...betweenTasksWaits, add: (begin, end, open) => builder.add(begin, end, stateCode.active, owner, open) };
  const { waits } = task;
  const { row, reached } = addClosedWaits(builder, waits, task.startNs, to, between, owner, pyramid);
  if (row < waits.count && waits.begin(row) > reached) between.add(reached, waits.begin(row), false);
  if (row < (waits.open ? waits.count - 1 : waits.count)) return;
  for (const span of taskTail(task, nowNs)) {
    const open = Number.isNaN(span.end);
    builder.add(span.begin, open ? nowNs : span.end, span.state, owner, open);
  }
}

/** Emits the task's spans from the first one that ends after `fromNs`, in order; model time. An open one ends with NaN. */
export function eachTaskSpan(task: Task, fromNs: number, toNs: number, nowNs: number, emit: (span: TaskSpan) => void): void {
  const { waits } = task;
  let at = waits.firstEndingAfter(fromNs);
  let reached = at > 0 ? waits.end(at - 1) : task.startNs;
  for (; at < waits.count && waits.begin(at) <= toNs; at++) {
    if (waits.begin(at) > reached) emit({ begin: reached, end: waits.begin(at), state: stateCode.active });
    if (Number.isNaN(waits.end(at))) break;
    emit({ begin: waits.begin(at), end: waits.end(at), state: waits.reason(at) });
    reached = waits.end(at);
  }
  if (at < waits.count && waits.begin(at) > toNs) emit({ begin: reached, end: waits.begin(at), state: stateCode.active });
  else taskTail(task, nowNs).forEach(emit);
}

/** Tasks of event loops, as the report shows them. */
import { LazyList } from '../base/lazyList';
import type { Model } from '../model/model';
import { awaited } from '../model/awaited';
import type { Task } from '../model/task';
import { waitReasons, type ReportTask, type ReportWait } from '../protocol/report';
import type { StreamedTask } from '../protocol/reportStream';
import { reportWait, shortestNs } from './reportProcesses';
import type { ReportTime } from './reportTime';

export function reportTasks(model: Model, time: ReportTime): Iterable<StreamedTask> {
  return new LazyList(function* () {
    for (const task of [...model.tasks].sort((a, b) => a.startNs - b.startNs || a.number - b.number)) yield reportTask(model, time, task);
  });
}

function reportTask(model: Model, time: ReportTime, task: Task): StreamedTask {
  return {
    id: task.id,
    name: model.text(task.name),
    coroutine: model.text(task.coroutine),
    parent: task.parent?.id ?? null,
    thread: task.thread.id,
    createdAt: model.site(task.createdAt),
    startNs: time.at(task.startNs),
    endNs: time.atOrNull(task.overNs),
    end: task.end,
    error: model.text(task.error),
    awaiting: awaiting(model, task),
    steps: task.steps,
    runNs: Math.round(task.runNs),
    longestNs: Math.round(task.longestNs),
    waits: new LazyList(() => waits(model, time, task)),
  };
}

function awaiting(model: Model, task: Task): ReportTask['awaiting'] {
  const row = awaited(task);
  if (row < 0) return null;
  return {
    reason: waitReasons[task.waits.reason(row)]!,
    on: model.waitObject(task, row),
    what: model.text(task.what),
    at: model.waitSite(task, row),
  };
}

function* waits(model: Model, time: ReportTime, task: Task): Generator<ReportWait> {
  for (let row = 0; row < task.waits.count; row++) {
    const end = task.waits.end(row);
    if ((Number.isNaN(end) ? model.latestNs : end) - task.waits.begin(row) >= shortestNs) yield reportWait(model, time, task, row);
  }
}

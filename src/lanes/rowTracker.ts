/** Sends rows, and the edges between processes, as changes: keeps what was sent last, and gives what differs. */
import type { Model } from '../model/model';
import type { Task } from '../model/task';
import type { Row, RowsUpdate, RunInfo } from '../protocol/rows';
import { keepCounters } from './counters';
import { EdgeTracker } from './processEdges';
import { rowOf } from './rows';
import { hasRow } from './tasks';
import { findThing, type RowThing } from './things';

export class RowTracker {
  /** The text of each row as it was sent last. */
  private readonly sent = new Map<string, string>();
  /** Pending tasks that are not old enough for a row. */
  private readonly young = new Set<Task>();
  private readonly edges = new EdgeTracker();
  private lastModel: Model | null = null;

  /** @param nowNs the present, ns from the first event. */
  update(model: Model, info: RunInfo, nowNs: number): RowsUpdate {
    const reset = model !== this.lastModel;
    // Also at first: nothing was sent. A model that was built again may have fewer things, so everything is sent again.
    if (reset) this.sent.clear();
    if (reset) this.young.clear();
    const things = this.withTasks(reset ? allThings(model) : changedThings(model), model);
    const edges = this.edges.update(model, reset);
    keepCounters(model);
    model.changed.clear();
    this.lastModel = model;
    const rows: Row[] = [];
    for (const thing of things) {
      const row = rowOf(model, thing, nowNs);
      const text = JSON.stringify(row);
      if (this.sent.get(row.id) === text) continue;
      this.sent.set(row.id, text);
      rows.push(row);
    }
    return { info, reset, rows, removed: [], edges };
  }

  /** Without the tasks that have no row; with the connections of those that have, which hang under them. */
  private withTasks(things: Set<RowThing>, model: Model): Set<RowThing> {
    for (const task of this.young) things.add(task);
    for (const thing of [...things]) {
      if (thing.kind !== 'task') continue;
      this.young.delete(thing);
      if (hasRow(thing, model.latestNs)) {
        if (thing.connection !== null) things.add(thing.connection);
        continue;
      }
      things.delete(thing);
      if (thing.overNs === null) this.young.add(thing);
    }
    return things;
  }
}

function allThings(model: Model): Set<RowThing> {
  return new Set<RowThing>([...model.processes, ...model.threads, ...model.tasks, ...model.listeners, ...model.connections]);
}

/** A thread's call changes the lanes of the connections that it owns, and its process's counts. */
function changedThings(model: Model): Set<RowThing> {
  const things = new Set<RowThing>();
  for (const thing of model.changed) {
    const found = findThing(model, thing.id);
    if (found === undefined) continue;
    things.add(found);
    if (found.kind === 'thread') {
      things.add(found.process);
      for (const connection of found.connections) things.add(connection);
      // While the loop's thread is in its poll, all its tasks are idle.
      for (const task of found.process.tasks.values()) if (task.thread === found && task.connection !== null) things.add(task);
    } else if (found.kind === 'connection' && found.owner !== null) {
      things.add(found.owner.process);
    }
  }
  return things;
}

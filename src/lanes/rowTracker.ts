/** Sends rows as changes: keeps what was sent last, and gives what differs. */
import type { Model } from '../model/model';
import type { Row, RowsUpdate, RunInfo } from '../protocol/rows';
import { rowOf } from './rows';
import { findThing, type RowThing } from './things';

export class RowTracker {
  /** The text of each row as it was sent last. */
  private readonly sent = new Map<string, string>();
  private lastModel: Model | null = null;

  /** @param nowNs the present, ns from the first event. */
  update(model: Model, info: RunInfo, nowNs: number): RowsUpdate {
    const reset = model !== this.lastModel;
    // Also at first: nothing was sent. A model that was built again may have fewer things, so everything is sent again.
    if (reset) this.sent.clear();
    const things = reset ? allThings(model) : changedThings(model);
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
    return { info, reset, rows, removed: [] };
  }
}

function allThings(model: Model): Set<RowThing> {
  return new Set<RowThing>([...model.processes, ...model.threads, ...model.listeners, ...model.connections]);
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
    } else if (found.kind === 'connection' && found.owner !== null) {
      things.add(found.owner.process);
    }
  }
  return things;
}

/**
 * Sends rows, and the edges between processes, as changes: gives what differs from what was sent last.
 *
 * An update costs what has changed. A thread's calls say something of the connections that it owns, but of a loop with 20,000 clients
 * nearly all are idle and stay so until something happens on them: a row that follows its thread is `restless`, the others rest. Of what
 * was sent only a fingerprint is kept.
 */
import type { Connection } from '../model/connection';
import type { Model } from '../model/model';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import type { Row, RowsUpdate, RunInfo } from '../protocol/rows';
import { movingOf, restOf } from '../protocol/rowsText';
import { keepCounters } from './counters';
import { EdgeTracker } from './processEdges';
import { rowOf } from './rows';
import { hasRow } from './tasks';
import { findThing, type RowThing } from './things';

interface Prints {
  readonly rest: number;
  readonly moving: number;
}

export class RowTracker {
  /** The fingerprints of each row as it was sent last. */
  private readonly sent = new Map<string, Prints>();
  /** Of the rows of the last update those of which nothing changed but what moves all the time. */
  readonly moved = new Set<string>();
  /** By thread: what changes with it although nothing happens on the thing itself. */
  private readonly restless = new Map<Thread, Set<Connection | Task>>();
  /** Their last call was over only just now: what their threads do since was not to be seen. */
  private readonly justCalled = new Set<Connection>();
  /** Pending tasks that are not old enough for a row. */
  private readonly young = new Set<Task>();
  private readonly edges = new EdgeTracker();
  private lastModel: Model | null = null;

  /** @param nowNs the present, ns from the first event. */
  update(model: Model, info: RunInfo, nowNs: number): RowsUpdate {
    const reset = this.lastModel === null;
    const another = model !== this.lastModel;
    if (another) this.forget();
    // A model that was built again says of most things what was said, and may have fewer of them.
    const gone = new Set(another ? this.sent.keys() : []);
    const things = this.withTasks(another ? allThings(model) : this.changedThings(model), model);
    const edges = this.edges.update(model, another);
    keepCounters(model);
    model.changed.clear();
    this.lastModel = model;
    const rows: Row[] = [];
    this.moved.clear();
    for (const thing of things) {
      const row = rowOf(model, thing, nowNs);
      if (thing.kind === 'connection' || thing.kind === 'task') this.watch(thing, followsThread(thing, row, model.originNs));
      if (thing.kind === 'connection' && thing.closedNs === null && thing.activity.settledNs >= nowNs + model.originNs) this.justCalled.add(thing);
      gone.delete(row.id);
      const [rest, moving] = [fingerprint(restOf(row)), fingerprint(movingOf(row))];
      const before = this.sent.get(row.id);
      if (before?.rest === rest && before.moving === moving) continue;
      this.sent.set(row.id, { rest, moving });
      rows.push(row);
      if (before?.rest === rest) this.moved.add(row.id);
    }
    for (const id of gone) this.sent.delete(id);
    return { info, reset, ...(another && !reset ? { rebuilt: true } : {}), rows, removed: [...gone], edges };
  }

  /** What is known of the things of a model; what was sent is sent. */
  private forget(): void {
    this.young.clear();
    this.restless.clear();
    this.justCalled.clear();
  }

  private watch(thing: Connection | Task, follows: boolean): void {
    const thread = threadOf(thing);
    if (thread === null) return;
    let things = this.restless.get(thread);
    if (!follows) {
      things?.delete(thing);
      if (things?.size === 0) this.restless.delete(thread);
      return;
    }
    if (things === undefined) this.restless.set(thread, (things = new Set()));
    things.add(thing);
  }

  /** A thread's call changes its process's counts, and the lanes of the restless. */
  private changedThings(model: Model): Set<RowThing> {
    const things = new Set<RowThing>(this.justCalled);
    this.justCalled.clear();
    for (const thing of model.changed) {
      const found = findThing(model, thing.id);
      if (found === undefined) continue;
      things.add(found);
      if (found.kind === 'thread') {
        things.add(found.process);
        const restless = this.restless.get(found);
        if (restless === undefined) continue;
        for (const each of restless) {
          things.add(each);
          // It was handed over.
          if (threadOf(each) !== found) restless.delete(each);
        }
        if (restless.size === 0) this.restless.delete(found);
      } else if (found.kind === 'connection' && found.owner !== null) {
        things.add(found.owner.process);
      }
    }
    return things;
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

function threadOf(thing: Connection | Task): Thread | null {
  return thing.kind === 'task' ? thing.thread : thing.owner;
}

/** Whether the row changes with what its thread does next, though nothing happens on the thing itself. */
function followsThread(thing: Connection | Task, row: Row, originNs: number): boolean {
  // While the loop's thread is in its poll, a task that waits for nothing of its own is idle.
  if (thing.kind === 'task') return thing.overNs === null && !thing.waits.open;
  if (thing.closedNs !== null || thing.owner === null) return false;
  const { waits } = thing.owner;
  // Its thread has gone on, and it is still idle: so it stays until a call on it (see connectionTail.ts).
  return row.state !== 'idle' || waits.count === 0 || waits.begin(waits.count - 1) <= row.stateSinceNs + originNs;
}

/** 53 bits of a text. */
function fingerprint(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
    high ^= high >>> 15;
  }
  return (high >>> 11) * 0x100000000 + (low >>> 0);
}

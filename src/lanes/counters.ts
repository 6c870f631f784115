/**
 * What lanes of numbers are drawn from: how many processes and threads live, connections are open, and clients stand in each accept
 * queue, as steps over time.
 *
 *     c1      queued ▒▒▒│ accepted ───────────│ closed
 *     open    +1                               −1
 *     l1's queue  +1     −1
 *
 * Kept beside the model and only where somebody looks at it: made of all things once, then of those that changed. For each thing
 * stands what it has added, since the model may date a moment better later.
 */
import type { Connection } from '../model/connection';
import { grown } from '../model/columns';
import type { Model } from '../model/model';
import type { Thing } from '../model/world';
import { StepColumns, type Change } from './steps';

/** Steps, and changes that are not merged yet. */
class Pending {
  private readonly steps = new StepColumns();
  private changes: Change[] = [];

  add(at: number, by: number): void {
    this.changes.push({ at, by });
  }

  get merged(): StepColumns {
    if (this.changes.length > 0) {
      this.steps.merge(this.changes);
      this.changes = [];
    }
    return this.steps;
  }
}

/** From when to when the thing of each number counts; NaN from: it does not, or nobody knows. Infinity to: it goes on. */
class Spans {
  private froms = new Float64Array(64).fill(NaN);
  private tos = new Float64Array(64);

  /** Adds to the steps what the thing has become, and takes off what it was. */
  set(number: number, from: number, to: number, steps: Pending): void {
    if (number >= this.froms.length) {
      const { length } = this.froms;
      const capacity = 2 ** Math.ceil(Math.log2(number + 1));
      this.froms = grown(this.froms, capacity).fill(NaN, length);
      this.tos = grown(this.tos, capacity);
    }
    const [oldFrom, oldTo] = [this.froms[number]!, this.tos[number]!];
    if (Object.is(oldFrom, from) && oldTo === to) return;
    change(steps, oldFrom, oldTo, -1);
    change(steps, from, to, 1);
    this.froms[number] = from;
    this.tos[number] = to;
  }
}

function change(steps: Pending, from: number, to: number, by: number): void {
  if (!(from < to)) return;
  steps.add(from, by);
  if (to !== Infinity) steps.add(to, -by);
}

export type Counted = 'connections' | 'threads' | 'processes';

export class Counters {
  private readonly steps: Readonly<Record<Counted, Pending>> = { connections: new Pending(), threads: new Pending(), processes: new Pending() };
  private readonly spans: Readonly<Record<Counted, Spans>> = { connections: new Spans(), threads: new Spans(), processes: new Spans() };
  private readonly queued = new Spans();
  /** By a listener's number. */
  private readonly queues = new Map<number, Pending>();

  constructor(model: Model) {
    this.take([...model.processes, ...model.threads, ...model.connections]);
  }

  /** Times are the model's. */
  of(what: Counted): StepColumns {
    return this.steps[what].merged;
  }

  /** How many clients are known to have stood in the listener's queue. */
  queue(listener: number): StepColumns {
    return this.queueOf(listener).merged;
  }

  /** Things that are new or changed. */
  take(things: Iterable<Thing>): void {
    for (const thing of things) {
      if (thing.kind === 'process') this.set('processes', thing.number, thing.startNs, thing.endNs);
      else if (thing.kind === 'thread') this.set('threads', thing.number, thing.startNs, thing.endNs);
      else if (thing.kind === 'connection') this.connection(thing);
    }
  }

  /** It is open from when its client is known to have connected, as its lane is drawn. */
  private connection(connection: Connection): void {
    const { number, queuedNs, acceptedNs, closedNs, listener, startNs } = connection;
    this.set('connections', number, Math.min(queuedNs ?? startNs, startNs), closedNs);
    if (listener !== null) this.queued.set(number, queuedNs ?? NaN, acceptedNs ?? closedNs ?? Infinity, this.queueOf(listener.number));
  }

  private set(what: Counted, number: number, from: number, to: number | null): void {
    this.spans[what].set(number, from, to ?? Infinity, this.steps[what]);
  }

  private queueOf(listener: number): Pending {
    let queue = this.queues.get(listener);
    if (queue === undefined) this.queues.set(listener, (queue = new Pending()));
    return queue;
  }
}

const known = new WeakMap<Model, Counters>();

/** The counters of a model as it stands now. */
export function countersOf(model: Model): Counters {
  let counters = known.get(model);
  if (counters === undefined) known.set(model, (counters = new Counters(model)));
  else counters.take(model.changed);
  return counters;
}

/** Called before `model.changed` is cleared: counters that somebody looks at must not miss anything. */
export function keepCounters(model: Model): void {
  known.get(model)?.take(model.changed);
}

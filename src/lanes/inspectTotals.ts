/** How long a row was in which of its states, all its life. */
import type { Connection } from '../model/connection';
import type { Model } from '../model/model';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import type { StateTotal } from '../protocol/inspection';
import { spanStates, stateCode } from '../protocol/states';
import { eachTaskSpan } from './tasks';
import { stalledWithin, type Band } from '../model/stalls';
import type { RowThing } from './things';

/** Sums by state; no object per span. */
class Sums {
  private readonly count = new Float64Array(spanStates.length);
  private readonly total = new Float64Array(spanStates.length);
  private readonly longest = new Float64Array(spanStates.length);
  private readonly longestAt = new Float64Array(spanStates.length);

  /** @param bands stopped time, which does not count. */
  constructor(private readonly bands: readonly Band[]) {}

  add(state: number, begin: number, end: number): void {
    const length = end - begin - stalledWithin(this.bands, begin, end);
    this.count[state]!++;
    this.total[state]! += length;
    if (length <= this.longest[state]! && this.count[state]! > 1) return;
    this.longest[state] = length;
    this.longestAt[state] = begin;
  }

  /** @param originNs subtracted from the moments. */
  list(originNs: number): StateTotal[] {
    const found: StateTotal[] = [];
    spanStates.forEach((state, code) => {
      const count = this.count[code]!;
      if (count > 0) found.push({ state, count, totalNs: this.total[code]!, longestNs: this.longest[code]!, longestAtNs: this.longestAt[code]! - originNs });
    });
    return found.sort((a, b) => b.totalNs - a.totalNs);
  }
}

/** @param now the present, the model's time. @param bands stopped time that is taken off. */
export function totalsOf(model: Model, thing: RowThing, now: number, bands: readonly Band[] = []): StateTotal[] {
  const sums = new Sums(bands);
  if (thing.kind === 'thread') addThread(sums, thing, now);
  else if (thing.kind === 'connection') addConnection(sums, model, thing, now);
  else if (thing.kind === 'task') addTask(sums, thing, now);
  return sums.list(model.originNs);
}

/** Its waits; how it spent the time between them is `Details.shares`. */
function addThread(sums: Sums, { waits, endNs }: Thread, now: number): void {
  for (let row = 0; row < waits.count; row++) {
    const end = waits.end(row);
    sums.add(waits.reason(row), waits.begin(row), Number.isNaN(end) ? (endNs ?? now) : end);
  }
}

function addConnection(sums: Sums, model: Model, connection: Connection, now: number): void {
  const { activity } = connection;
  for (let row = 0; row < activity.count; row++) {
    // A row of no length is a queue of which nothing is known.
    if (activity.end(row) > activity.begin(row)) sums.add(activity.state(row), activity.begin(row), activity.end(row));
  }
  for (const { state, begin, end } of model.tail(connection, now)) sums.add(state, begin, Number.isNaN(end) ? now : end);
}

function addTask(sums: Sums, task: Task, now: number): void {
  eachTaskSpan(task, -Infinity, Infinity, now, ({ state, begin, end }) => {
    if (state !== stateCode.active) sums.add(state, begin, Number.isNaN(end) ? now : end);
  });
}

/**
 * Up to when a row is settled: what begins before that will be told alike for ever, so it need not be sent again.
 *
 *     waits      ▒▒▒  ▒▒▒▒▒  ▒▒ │▒▒▒▒   ▒▒▒…    the last two may still change, or be taken away
 *     looks      ┼──────┼─────│─┼──────┼        and so may what a thread did since the look before the last one
 *                             settled
 *
 * A mark remembers what stood at that place: where something else stands there now, the row changed behind its mark.
 */
import type { Model } from '../model/model';
import { cellBins } from './threadSpans';
import { findThing } from './things';

/** What can be asked of a table of spans. */
interface Rows {
  readonly count: number;
  begin(row: number): number;
}

/** So many of the last waits of a thread or task may still change, or be taken away. */
export const unsettledWaits = 2;

export interface Mark {
  /** Model time. */
  readonly settledNs: number;
  /** Whether somebody looked at the thread: from the first look on its whole life is told otherwise. */
  readonly observed: boolean;
  readonly firstNs: number;
  /** A row of the lane's table, and when it begins. */
  readonly row: number;
  readonly rowNs: number;
}

/** Null where all of the row may change. @param nowNs model time. @param binNs the tile's. */
export function markOf(model: Model, id: string, nowNs: number, binNs: number): Mark | null {
  const thing = findThing(model, id);
  const table = tableOf(model, id);
  if (thing === undefined || table === null) return null;
  const { rows, observed, kept } = table;
  const row = rows.count - kept;
  if (row < 0) return null;
  const rowNs = rows.begin(row);
  let settledNs = rowNs;
  if (thing.kind === 'thread' && observed) {
    const account = model.account(thing, nowNs);
    const { samples } = thing;
    for (const ns of [rowNs, samples.at(samples.count - 1) - 1]) {
      const { begin } = account.cellAt(ns, cellBins * binNs);
      if (begin > -Infinity) settledNs = Math.min(settledNs, begin, ns);
    }
  }
  // A span that is thinner than a bin and grows becomes another one.
  return { settledNs: settledNs - binNs, observed, firstNs: rows.begin(0), row, rowNs };
}

/** Whether the row is still what it was when it was marked, up to where it was settled. */
export function holds(model: Model, id: string, mark: Mark): boolean {
  const table = tableOf(model, id);
  return table !== null && table.observed === mark.observed && table.rows.count > mark.row && table.rows.begin(0) === mark.firstNs && table.rows.begin(mark.row) === mark.rowNs;
}

/** `kept`: so many of the last rows may change. */
function tableOf(model: Model, id: string): { rows: Rows; observed: boolean; kept: number } | null {
  const thing = findThing(model, id);
  switch (thing?.kind) {
    case 'thread':
      return { rows: thing.waits, observed: thing.samples.count > 0, kept: unsettledWaits };
    case 'task':
      return { rows: thing.waits, observed: false, kept: unsettledWaits };
    case 'connection':
      return { rows: thing.activity, observed: false, kept: 1 };
    default:
      return null;
  }
}

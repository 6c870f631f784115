/**
 * A lane of waits with something between them: a thread's, or a task's.
 *
 *     waits     ▒▒receive▒▒        ▒▒lock▒▒▒           the time between two belongs to the wait that follows
 *     lane      ▒▒receive▒▒│active│▒▒lock▒▒▒│active…
 *
 * Where a bin holds many rows they are not walked: their index says how long they took.
 */
import { SpanRows } from '../model/rowTable';
import type { WaitColumns } from '../model/waits';
import { firstBeginningFrom, firstEndingFrom, waitIndex, type LaneIndex } from './laneIndex';
import { weight, type TileBuilder } from './tileBuilder';

/** Says what was between two waits; model time. */
export interface Between {
  /** Adds the spans from one wait to the next, or to the end. */
  add(begin: number, end: number, open: boolean): void;
  /** The state of a time between waits that is thinner than a bin and begins then; it is the same until `until`. */
  stateFrom(ns: number): number;
  readonly until: number;
}

/** From so many rows in a bin on the index is asked: fewer are walked in less time. */
const fewRows = 48;

/**
 * Adds the closed waits that the builder's bins see up to `to`, and what is between them.
 * @param start what is before the first wait begins then.
 * @returns the first row that was not added, and the end of what was.
 */
export function addClosedWaits(builder: TileBuilder, waits: WaitColumns, start: number, to: number, between: Between, owner: number): { row: number; reached: number } {
  const closed = waits.open ? waits.count - 1 : waits.count;
  const { binNs } = builder;
  builder.ownRow(owner);
  let row = Math.min(waits.firstEndingAfter(builder.beginNs), closed);
  let reached = row > 0 ? waits.end(row - 1) : start;
  // Of the bin that the last span began in: its end, whether it is in sight, and whether it was looked for many rows.
  let binEnd = -Infinity;
  let inSight = false;
  let searchedTo = -Infinity;
  // What is between waits until `stateEnd`, where it is thin.
  let state = 0;
  let stateEnd = -Infinity;
  while (row < closed) {
    waits.read(row, closed, rows);
    const { count, begin: begins, end: ends, code } = rows;
    let at = 0;
    for (; at < count; at++) {
      const begin = begins[at]!;
      if (begin > to) return { row: row + at, reached };
      if (begin > reached) {
        if (reached >= stateEnd) {
          state = between.stateFrom(reached);
          stateEnd = between.until;
        }
        if (begin - reached < binNs && begin <= stateEnd) {
          if (reached >= binEnd) {
            inSight = builder.openBin(reached);
            binEnd = builder.binEnd(reached);
          }
          if (inSight) builder.addThin(state, weight(begin - reached));
        } else between.add(reached, begin, false);
      }
      if (begin >= binEnd) {
        inSight = builder.openBin(begin);
        binEnd = builder.binEnd(begin);
      }
      if (binEnd > searchedTo) {
        searchedTo = binEnd;
        const first = row + at;
        const isDense = at + fewRows < count ? begins[at + fewRows]! < binEnd : begins[count - 1]! < binEnd && first + fewRows < closed && waits.begin(first + fewRows) < binEnd;
        if (isDense) {
          const next = firstBeginningFrom(waits, first + fewRows, closed, binEnd);
          addMany(builder, waits, first, next - 1, binEnd, between);
          // The last one may reach out of the bin.
          row = next - 1;
          reached = waits.end(row);
          builder.add(waits.begin(row), reached, waits.reason(row), owner, false);
          at = 1;
          break;
        }
      }
      reached = ends[at]!;
      if (reached - begin >= binNs) builder.add(begin, reached, code[at]!, owner, false);
      else if (inSight) builder.addThin(code[at]!, weight(reached - begin));
    }
    row += at;
  }
  return { row, reached };
}

/** Read ahead: walking fills it again and again. */
const rows = new SpanRows();

/** Adds the rows from…to, which begin in one bin as row `to` does, and what is between them and before row `to`. */
function addMany(builder: TileBuilder, waits: WaitColumns, from: number, to: number, binEnd: number, between: Between): void {
  if (!builder.openBin(waits.begin(from))) return;
  const index = waitIndex(waits);
  index.addTimes(builder, from, to);
  builder.addSpans(to - from, null);
  for (let row = from + 1; row <= to; ) {
    // What begins before the state changes: all but the last also ends before that.
    const state = between.stateFrom(waits.end(row - 1));
    const next = between.until >= binEnd ? to + 1 : Math.min(to, firstEndingFrom(waits, row - 1, to, between.until)) + 1;
    addGaps(builder, index, row, next - 1, state);
    const [begin, end] = [waits.end(next - 2), waits.begin(next - 1)];
    if (end > begin) between.add(begin, end, false);
    row = next;
  }
}

function addGaps(builder: TileBuilder, index: LaneIndex, from: number, to: number, state: number): void {
  if (to <= from) return;
  builder.addTime(state, index.gapTime(from, to));
  builder.addSpans(index.gapCount(from, to), null);
}

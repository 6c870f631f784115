/** A connection's lane: its settled rows, many of a bin at once, then its tail. */
import type { Connection } from '../model/connection';
import type { Model } from '../model/model';
import { SpanRows } from '../model/rowTable';
import { activityIndex, firstBeginningFrom, ownersIn } from './laneIndex';
import type { TileBuilder } from './tileBuilder';

/** From so many rows in a bin on the index is asked: fewer are walked in less time. */
const fewRows = 48;

/** Read ahead: walking fills it again and again. */
const rows = new SpanRows();

/** Adds the lane up to `to`, in order. @param to model time, as `now`. */
export function addActivityLane(builder: TileBuilder, model: Model, connection: Connection, to: number, now: number): void {
  const { activity } = connection;
  const { count } = activity;
  let binEnd = -Infinity;
  let row = activity.firstEndingAfter(builder.beginNs);
  while (row < count) {
    activity.read(row, count, rows);
    const read = rows.count;
    const lastBegin = rows.begin[read - 1]!;
    let at = 0;
    for (; at < read; at++) {
      const begin = rows.begin[at]!;
      if (begin > to) return;
      if (begin >= binEnd) {
        binEnd = builder.binEnd(begin);
        const first = row + at;
        const isDense = at + fewRows < read ? rows.begin[at + fewRows]! < binEnd : lastBegin < binEnd && first + fewRows < count && activity.begin(first + fewRows) < binEnd;
        if (isDense) {
          const last = firstBeginningFrom(activity, first + fewRows, count, binEnd) - 1;
          if (builder.openBin(begin)) {
            const index = activityIndex(activity);
            index.addTimes(builder, first, last);
            builder.addSpans(last - first, ownersIn(index, activity, first, last));
          }
          row = last;
          at = 0;
          break;
        }
      }
      builder.add(begin, rows.end[at]!, rows.code[at]!, rows.owner[at]!, false);
    }
    row += at;
  }
  for (const span of model.tail(connection, now)) {
    const open = Number.isNaN(span.end);
    builder.add(span.begin, open ? now : span.end, span.state, span.owner, open);
  }
}

/** A connection's lane: its settled rows, many of a bin at once, then its tail. */
import type { Connection } from '../model/connection';
import type { Model } from '../model/model';
import { activityIndex, firstBeginningFrom, ownersIn } from './laneIndex';
import type { TileBuilder } from './tileBuilder';

/** From so many rows in a bin on the index is asked: fewer are walked in less time. */
const fewRows = 48;

/** Adds the lane up to `to`, in order. @param to model time, as `now`. */
export function addActivityLane(builder: TileBuilder, model: Model, connection: Connection, to: number, now: number): void {
  const { activity } = connection;
  const { count } = activity;
  let binEnd = -Infinity;
  let row = activity.firstEndingAfter(builder.beginNs);
  for (; row < count; row++) {
    const begin = activity.begin(row);
    if (begin > to) return;
    if (begin >= binEnd) {
      binEnd = builder.binEnd(begin);
      if (row + fewRows < count && activity.begin(row + fewRows) < binEnd) {
        const last = firstBeginningFrom(activity, row + fewRows, count, binEnd) - 1;
        if (builder.openBin(begin)) {
          const index = activityIndex(activity);
          index.addTimes(builder, row, last);
          builder.addSpans(last - row, ownersIn(index, activity, row, last));
        }
        row = last;
      }
    }
    builder.add(activity.begin(row), activity.end(row), activity.state(row), activity.owner(row), false);
  }
  for (const span of model.tail(connection, now)) {
    const open = Number.isNaN(span.end);
    builder.add(span.begin, open ? now : span.end, span.state, span.owner, open);
  }
}

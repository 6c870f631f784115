/** A connection's lane: its settled rows, many of a bin at once, then its tail. */
import type { ActivityColumns } from '../model/activity';
import type { Connection } from '../model/connection';
import type { Model } from '../model/model';
import { SpanRows } from '../model/rowTable';
import type { LanePyramid, LaneSink, SpanSource } from './lanePyramid';
import { itemKind, type SpanList } from './spanList';
import type { TileBuilder } from './tileBuilder';

/** Read ahead: walking fills it again and again. */
const rows = new SpanRows();

/** Adds the lane up to `to`, in order. @param to model time, as `now`. @param pyramid of the lane, where there is one. */
export function addActivityLane(builder: TileBuilder, model: Model, connection: Connection, to: number, now: number, pyramid: LanePyramid | null): void {
  const { activity } = connection;
  const { count } = activity;
  // As in `addClosedWaits`: what took no time counts too.
  let row = activity.firstEndingAfter(builder.beginNs - 1);
  const last = activity.firstEndingAfter(to);
  const end = last < count && activity.begin(last) <= to ? last + 1 : last;
  const walk = new ActivityWalk(builder, activity);
  if (pyramid !== null) row = pyramid.draw(builder, row, end, walk);
  if (row < end) walk.rows(row, end);
  if (end < count) return;
  for (const span of model.tail(connection, now)) {
    const open = Number.isNaN(span.end);
    builder.add(span.begin, open ? now : span.end, span.state, span.owner, open);
  }
}

class ActivityWalk implements LaneSink {
  constructor(
    private readonly builder: TileBuilder,
    private readonly activity: ActivityColumns,
  ) {}

  rows(from: number, to: number): void {
    const { builder, activity } = this;
    for (let row = from; row < to; row += rows.count) {
      activity.readDoing(row, to, rows);
      builder.addSpans(rows.begin, rows.end, rows.code, 0, rows.count);
    }
  }

  span(begin: number, end: number, state: number, owner: number): void {
    this.builder.add(begin, end, state, owner, false);
  }
}

/** Tells a pyramid what it sums up. */
export class ActivitySource implements SpanSource {
  constructor(
    private readonly activity: ActivityColumns,
    private readonly originNs: number,
  ) {}

  collect(from: number, to: number, spans: SpanList): void {
    const { activity, originNs } = this;
    spans.reserve(to - from);
    const { begin, length, doing, kind } = spans;
    let item = spans.count;
    kind.fill(itemKind.row, item, item + to - from);
    for (let row = from; row < to; row += rows.count) {
      activity.readDoing(row, to, rows);
      const { count, begin: begins, end: ends, code } = rows;
      for (let at = 0; at < count; at++, item++) {
        const ns = begins[at]!;
        begin[item] = ns - originNs;
        length[item] = ends[at]! - ns;
        doing[item] = code[at]!;
      }
    }
    spans.count = item;
  }
}

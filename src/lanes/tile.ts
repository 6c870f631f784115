/**
 * The viewport's spans: finds each row's columns, walks the part in range by binary search, and lets the builder merge what
 * is thinner than a pixel. Times go in and out as nanoseconds from the recording's first event.
 */
import type { Connection } from '../model/connection';
import { isZombie, zombieUntil } from '../model/endings';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import { stateCode } from '../protocol/states';
import type { Tile, TileRequest } from '../protocol/tile';
import { seriesOf } from './series';
import { eachTaskSpan } from './tasks';
import { findThing } from './things';
import { addThreadSpans } from './threadSpans';
import { arrowsBetween } from './tileArrows';
import { TileBuilder } from './tileBuilder';

/**
 * @param nowNs the recording's present, ns from the first event: open spans end there.
 */
export function buildTile(model: Model, request: TileRequest, nowNs: number): Tile {
  const { fromNs, toNs, width, rows } = request;
  const pixelNs = Math.max((toNs - fromNs) / Math.max(width, 1), 1);
  const builder = new TileBuilder(fromNs, toNs, pixelNs);
  const viewport: Viewport = { model, builder, origin: model.originNs, fromNs, toNs: Math.min(toNs, nowNs), nowNs, pixelNs };
  rows.forEach((id, index) => {
    builder.startRow(index);
    const thing = findThing(model, id);
    if (thing?.kind === 'thread') addThread(viewport, thing);
    else if (thing?.kind === 'connection') addConnection(viewport, thing);
    else if (thing?.kind === 'task') addTask(viewport, thing);
    else if (thing?.kind === 'process') addProcess(viewport, thing);
  });
  const columns = builder.finish();
  return {
    sequence: request.sequence, fromNs, toNs, nowNs, rows, count: builder.count, ...columns,
    ...seriesOf(model, rows, request, nowNs),
    ...arrowsBetween(model.arrows, model.originNs, rows, fromNs, toNs),
  };
}

interface Viewport {
  model: Model;
  builder: TileBuilder;
  /** Subtracted from the model's times. */
  origin: number;
  fromNs: number;
  toNs: number;
  nowNs: number;
  pixelNs: number;
}

function addThread({ model, builder, origin, pixelNs, fromNs, toNs, nowNs }: Viewport, thread: Thread): void {
  const now = nowNs + origin;
  const range = { from: fromNs + origin, to: toNs + origin, pixelNs };
  addThreadSpans(thread, model.account(thread, now), range, thread.endNs ?? now, (begin, end, state, open) => {
    builder.add(begin - origin, end - origin, state, thread.number, open);
  });
}

function addConnection({ model, builder, origin, fromNs, toNs, nowNs }: Viewport, connection: Connection): void {
  const { activity } = connection;
  let at = activity.firstEndingAfter(fromNs + origin);
  for (; at < activity.count && activity.begin(at) - origin <= toNs; at++) {
    builder.add(activity.begin(at) - origin, activity.end(at) - origin, activity.state(at), activity.owner(at), false);
  }
  if (at < activity.count) return;
  for (const span of model.tail(connection, nowNs + origin)) {
    const open = Number.isNaN(span.end);
    builder.add(span.begin - origin, open ? nowNs : span.end - origin, span.state, span.owner, open);
  }
}

function addTask({ builder, origin, fromNs, toNs, nowNs }: Viewport, task: Task): void {
  eachTaskSpan(task, fromNs + origin, toNs + origin, nowNs + origin, (span) => {
    const open = Number.isNaN(span.end);
    builder.add(span.begin - origin, open ? nowNs : span.end - origin, span.state, task.thread.number, open);
  });
}

function addProcess({ builder, origin, nowNs }: Viewport, process: Process): void {
  const end = process.endNs === null ? nowNs : process.endNs - origin;
  builder.add(process.startNs - origin, end, stateCode.alive, 0, process.endNs === null);
  const until = zombieUntil(process, nowNs + origin);
  if (until === null) return;
  builder.add(end, until - origin, stateCode.zombie, 0, isZombie(process));
}

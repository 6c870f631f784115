/** Lanes on which nothing happens within a range: at most one state. Found by looking at the range's begin alone, however many events there are. */
import type { Connection } from '../model/connection';
import type { Model } from '../model/model';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import type { Quiet, QuietRequest } from '../protocol/explore';
import { hasRow } from './tasks';
import { addThreadSpans } from './threadSpans';

/** @param nowNs the present, ns from the first event. */
export function quietRows(model: Model, ask: QuietRequest, nowNs: number): Quiet {
  const now = nowNs + model.originNs;
  const from = ask.fromNs + model.originNs;
  const to = Math.min(ask.toNs + model.originNs, now);
  const rows: string[] = [];
  for (const thread of model.threads) if (isQuietThread(model, thread, from, to, now)) rows.push(thread.id);
  for (const task of model.tasks) if (hasRow(task, model.latestNs) && isOneWait(task, from, to) !== false) rows.push(task.id);
  for (const connection of model.connections) if (isQuietConnection(model, connection, from, to, now)) rows.push(connection.id);
  return { rows };
}

/** True inside one wait, false where one begins or ends; null where there is none. */
function isOneWait({ waits }: Thread | Task, from: number, to: number): boolean | null {
  const at = waits.firstEndingAfter(from);
  if (at >= waits.count || waits.begin(at) >= to) return null;
  return waits.begin(at) <= from && !(waits.end(at) < to);
}

function isQuietThread(model: Model, thread: Thread, from: number, to: number, now: number): boolean {
  const lifeEnd = thread.endNs ?? now;
  if (thread.startNs >= to || lifeEnd <= from) return true;
  const wait = isOneWait(thread, from, to);
  if (wait !== null) return wait;
  const states = new Set<number>();
  addThreadSpans(thread, model.account(thread, now), { from, to }, lifeEnd, (begin, end, state) => {
    if (end > from && begin < to) states.add(state);
  });
  return states.size <= 1;
}

function isQuietConnection(model: Model, connection: Connection, from: number, to: number, now: number): boolean {
  const { activity } = connection;
  const at = activity.firstEndingAfter(from);
  if (at < activity.count) return activity.begin(at) >= to || (activity.begin(at) <= from && activity.end(at) >= to);
  return model.tail(connection, now).filter(({ begin, end }) => begin < to && !(end <= from)).length <= 1;
}

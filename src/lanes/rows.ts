/**
 * The rows that the sidebar and the panel list, from the model's things. A row says where a thing stands now; what it did
 * before is in the tiles.
 */
import type { Connection } from '../model/connection';
import type { Listener } from '../model/listener';
import { isZombie } from '../model/endings';
import { awaited } from '../model/awaited';
import { commandName } from '../model/commandName';
import { gapsOf, isCovered, unseenFromNs } from '../model/coverage';
import type { Model } from '../model/model';
import { isNative } from '../model/nativeThreads';
import type { Process } from '../model/process';
import type { Found } from '../model/samples';
import { Stalls } from '../model/stalls';
import { placeOf, reasonOf } from '../model/stopJoin';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import type { SourcePosition } from '../protocol/report';
import type { ConnectionRow, ListenerRow, ProcessRow, Row, TaskRow, ThreadRow } from '../protocol/rows';
import { spanStates, type SpanState } from '../protocol/states';
import { hasRow, taskTail } from './tasks';
import { labelOf, type RowThing } from './things';

/**
 * Each kind's row is one literal: where what all rows have was spread into it first, a row was 7 kB of memory while it was made, for V8 gave it its other fields one by one.
 * @param nowNs the present, ns from the first event.
 */
export function rowOf(model: Model, thing: RowThing, nowNs: number): Row {
  switch (thing.kind) {
    case 'process':
      return processRow(model, thing);
    case 'thread':
      return threadRow(model, thing, nowNs);
    case 'task':
      return taskRow(model, thing, nowNs);
    case 'connection':
      return connectionRow(model, thing, nowNs);
    case 'listener':
      return listenerRow(model, thing);
  }
}

/** Model time to time from the first event. */
const shifted = (model: Model, ns: number | null): number | null => (ns === null ? null : ns - model.originNs);

function processRow(model: Model, process: Process): ProcessRow {
  const live = process.threads.filter((thread) => thread.endNs === null);
  const { multiprocessing } = process;
  return {
    id: process.id,
    label: labelOf(model, process),
    startNs: process.startNs - model.originNs,
    endNs: shifted(model, process.endNs),
    kind: 'process',
    parent: process.parent?.id ?? null,
    state: isZombie(process) ? 'zombie' : 'alive',
    stateSinceNs: (process.endNs ?? process.startNs) - model.originNs,
    site: model.site(process.bornAt),
    pid: process.pid,
    birth: process.birth,
    command: model.command(process),
    exit: process.exit,
    threads: live.length,
    connections: process.threads.reduce((sum, thread) => sum + thread.connections.size, 0),
    multiprocessing: multiprocessing === null ? null : { name: model.text(multiprocessing.name) ?? '', daemon: multiprocessing.daemon },
    orphaned: process.orphanedNs !== null,
    ...adopterOf(model, process),
    ...execOf(model, process),
    covered: isCovered(process),
    gaps: gapsOf(model, process).filter(({ toNs }) => toNs === null).map(({ reason, detail }) => ({ reason, detail })),
  };
}

function adopterOf(model: Model, { adoptedBy: pid, orphanedNs }: Process): Pick<ProcessRow, 'adopter'> {
  if (pid === null || orphanedNs === null) return {};
  const living = (other: Process): boolean => other.pid === pid && other.startNs <= orphanedNs && (other.endNs ?? Infinity) >= orphanedNs;
  return { adopter: { pid, process: model.processes.find(living)?.id ?? null } };
}

/** A spawned process runs its first program: only one that ran another before replaced it. */
function execOf(model: Model, { images }: Process): Pick<ProcessRow, 'exec'> {
  const before = images[images.length - 2];
  return before === undefined ? {} : { exec: { times: images.length - 1, before: commandName(model.argumentsOf(before.command)) } };
}

function threadRow(model: Model, thread: Thread, nowNs: number): ThreadRow {
  const { waits } = thread;
  const last = waits.count - 1;
  const now = stateNow(thread);
  const stopped = pausedOf(model, thread, nowNs);
  return {
    id: thread.id,
    label: labelOf(model, thread),
    startNs: thread.startNs - model.originNs,
    endNs: shifted(model, thread.endNs),
    kind: 'thread',
    parent: thread.process.id,
    state: now.state,
    stateSinceNs: now.since - model.originNs,
    site: stopped.paused?.site ?? (last < 0 ? null : model.waitSite(thread, last)) ?? model.site(thread.startedAt),
    tid: thread.tid,
    main: thread.main,
    daemon: thread.daemon,
    target: model.text(thread.target),
    ...(isNative(thread) ? { native: true } : {}),
    ...stopped,
  };
}

/** Of a thread that a debugger has stopped. */
function pausedOf(model: Model, thread: Thread, nowNs: number): Pick<ThreadRow, 'paused'> {
  const band = thread.endNs === null ? new Stalls(model, nowNs + model.originNs).standing(thread) : null;
  if (band === null) return {};
  const own = band.halt.thread === thread;
  return { paused: { reason: own ? reasonOf(model, band.halt) : null, sinceNs: band.fromNs - model.originNs, site: own ? placeOf(model, band.halt) : null } };
}

const foundAs: Readonly<Record<Found, SpanState>> = { cpu: 'running', told: 'running', blocked: 'blocked', gil: 'gil', stopped: 'stopped' };

/** Inside a call that call; else what it was found in since it came out of the last one. */
function stateNow({ waits, samples, startNs, process }: Thread): { state: SpanState; since: number } {
  const last = waits.count - 1;
  if (waits.open) return { state: spanStates[waits.reason(last)]!, since: waits.begin(last) };
  const since = last < 0 ? startNs : waits.end(last);
  const row = samples.count - 1;
  if (row < 0 || samples.at(row) < since) return { state: unseenFromNs(process) === Infinity ? 'active' : 'unknown', since };
  return { state: foundAs[samples.found(row)], since: Math.max(since, samples.foundSinceNs) };
}

function taskRow(model: Model, task: Task, nowNs: number): TaskRow {
  const spans = taskTail(task, nowNs + model.originNs);
  const last = spans[spans.length - 1];
  const row = awaited(task);
  return {
    id: task.id,
    label: labelOf(model, task),
    startNs: task.startNs - model.originNs,
    endNs: shifted(model, task.overNs),
    kind: 'task',
    parent: task.thread.id,
    state: last === undefined ? 'active' : spanStates[last.state]!,
    stateSinceNs: (last?.begin ?? task.startNs) - model.originNs,
    site: (row < 0 ? null : model.waitSite(task, row)) ?? model.site(task.createdAt),
    coroutine: model.text(task.coroutine),
    awaits: row < 0 ? null : model.text(task.what),
  };
}

function connectionRow(model: Model, connection: Connection, nowNs: number): ConnectionRow {
  const now = currentActivity(model, connection, nowNs + model.originNs);
  return {
    id: connection.id,
    label: labelOf(model, connection),
    startNs: connection.startNs - model.originNs,
    endNs: shifted(model, connection.closedNs),
    kind: 'connection',
    // Nobody owns it yet: it stands in a queue.
    parent: taskWithRow(connection, model)?.id ?? connection.owner?.id ?? connection.listener?.id ?? null,
    state: spanStates[now.state] ?? 'unknown',
    stateSinceNs: now.since - model.originNs,
    site: connectionSite(model, connection),
    role: connection.role,
    local: model.label(connection.local),
    peer: model.label(connection.peer),
    bytesIn: connection.bytesIn,
    bytesOut: connection.bytesOut,
    owner: connection.owner?.id ?? null,
    listener: connection.listener?.id ?? null,
    peerProcess: connection.otherEnd?.owner?.process.id ?? null,
    queuedNs: shifted(model, connection.queuedNs),
    acceptedNs: shifted(model, connection.acceptedNs),
  };
}

function currentActivity(model: Model, connection: Connection, ns: number): { state: number; since: number } {
  const tail = model.tail(connection, ns);
  const current = tail[tail.length - 1];
  if (current !== undefined) return { state: current.state, since: current.begin };
  const { activity } = connection;
  const last = activity.count - 1;
  if (last < 0) return { state: spanStates.indexOf('unknown'), since: connection.startNs };
  return { state: activity.state(last), since: activity.begin(last) };
}

/** A task that handles a connection has a row. */
function taskWithRow(connection: Connection, model: Model): Task | null {
  const { task } = connection;
  return task !== null && hasRow(task, model.latestNs) ? task : null;
}

/**
 * The line of the owner's last call on the connection; before its first, the line of the accept. Where an event loop makes the
 * calls, the program's line is the one at which its task awaits, or its protocol's first.
 */
export function connectionSite(model: Model, connection: Connection): SourcePosition | null {
  const { task } = connection;
  const row = task === null ? -1 : awaited(task);
  const line = (task !== null && row >= 0 ? model.waitSite(task, row) : null) ?? model.site(connection.protocolAt);
  if (line !== null) return line;
  return model.site(connection.lastCallAt ?? connection.acceptedAt);
}

function listenerRow(model: Model, listener: Listener): ListenerRow {
  const [owner] = listener.owners;
  return {
    id: listener.id,
    label: labelOf(model, listener),
    startNs: listener.startNs - model.originNs,
    endNs: shifted(model, listener.closedNs),
    kind: 'listener',
    parent: owner?.id ?? null,
    state: 'alive',
    stateSinceNs: listener.startNs - model.originNs,
    site: model.site(listener.listenedAt),
    address: labelOf(model, listener),
    backlog: listener.backlog,
    acceptQueue: !listener.datagram && listener.protocol !== 'unix',
    accepted: listener.accepted,
  };
}

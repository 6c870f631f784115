/** How tasks begin, wait and end, and which connection each handles. */
import { taskEnds, taskWaits } from '../protocol/events';
import { kinds, offsets } from '../protocol/layout';
import type { TaskEnd, WaitReason } from '../protocol/report';
import type { Process } from './process';
import type { Reading } from './reading';
import type { Task } from './task';
import type { Thread } from './thread';
import { objectCode, reasonCode, type WaitRow } from './waits';
import type { World } from './world';

const unknown = 0xffffffff;
/** Tasks that ended sooner and had no connection are only counted: see `Task.forgetWaits`. */
const shortNs = 5e6;

const reasons: Readonly<Record<keyof typeof taskWaits, WaitReason>> = {
  future: 'future', task: 'join', executor: 'executor', receive: 'receive', send: 'send', accept: 'accept', connect: 'connect', sleep: 'sleep',
  lock: 'lock', condition: 'condition', semaphore: 'semaphore', event: 'event', queue: 'queue', barrier: 'barrier', process: 'waitpid',
};
const reasonByHow = new Map<number, WaitReason>(
  (Object.entries(taskWaits) as [keyof typeof taskWaits, number][]).map(([name, how]) => [how, reasons[name]]),
);
const endByResult = new Map<number, TaskEnd>([
  [taskEnds.done, 'done'], [taskEnds.cancelled, 'cancelled'], [taskEnds.raised, 'raised'],
]);
/** Who awaited a task goes on in one of the loop's next rounds, and says so then: so many that are over are remembered. */
const mostOver = 4096;
const onSocket = new Set<number>([taskWaits.receive, taskWaits.send, taskWaits.accept, taskWaits.connect]);

const row: WaitRow = { begin: 0, end: 0, reason: 0, objectKind: 0, object: 0, result: 0, holder: 0, endedBy: 0, siteOwner: 0, site: 0 };

/** @returns false where the record is not about tasks. */
export function takeTask(world: World, thread: Thread, reading: Reading): boolean {
  switch (reading.kind) {
    case kinds.task:
      begun(world, thread, reading);
      return true;
    case kinds.taskWait:
      waited(world, thread, reading);
      return true;
    case kinds.taskEnd:
      ended(world, thread, reading);
      return true;
    case kinds.loopTurn:
      turned(thread, reading);
      return true;
    case kinds.protocol:
      gotProtocol(world, thread, reading);
      return true;
    case kinds.glances:
      glanced(thread, reading);
      return true;
    case kinds.loopRun:
      ran(thread, reading);
      return true;
    case kinds.loopRounds:
      passed(thread, reading.end);
      return true;
    default:
      return false;
  }
}

function taskOf(process: Process, number: number): Task | null {
  return process.tasks.get(number) ?? null;
}

function begun(world: World, thread: Thread, reading: Reading): void {
  const at = offsets.task;
  const task = world.newTask(thread, reading.key);
  thread.process.tasks.set(reading.u32(at.task), task);
  task.parent = taskOf(thread.process, reading.u32(at.parent));
  task.name = reading.reference(at.name);
  task.coroutine = reading.reference(at.coroutine);
  task.createdAt = reading.reference(at.site);
  handles(world, task, reading.u32(at.descriptor), reading.time);
}

function waited(world: World, thread: Thread, reading: Reading): void {
  const at = offsets.taskWait;
  const task = taskOf(thread.process, reading.u32(at.task));
  if (task === null) return;
  passed(thread, reading.key);
  task.steps = reading.u32(at.steps);
  task.runNs = reading.u64(at.run);
  task.longestNs = reading.u64(at.longest);
  task.what = reading.reference(at.what);
  const how = reading.u16(at.how);
  row.begin = reading.time;
  row.end = reading.end;
  row.reason = reasonCode[reasonByHow.get(how) ?? 'future'];
  row.siteOwner = reading.owner.index;
  row.site = reading.u32(at.site);
  on(world, thread, reading, how, reading.u32(at.object));
  task.waits.push(row);
  if (how === taskWaits.receive || how === taskWaits.send) handles(world, task, reading.u32(at.object), reading.time);
  world.changed.add(task);
}

function on(world: World, thread: Thread, reading: Reading, how: number, object: number): void {
  row.objectKind = objectCode.none;
  row.object = 0;
  if (object === unknown) return;
  if (how === taskWaits.task) {
    const task = taskOf(thread.process, object) ?? thread.process.tasksOver.get(object) ?? null;
    if (task === null) return;
    row.objectKind = objectCode.task;
    row.object = task.number;
  } else if (how === taskWaits.process) {
    const process = world.process(object);
    if (process?.hidden !== null) return;
    row.objectKind = objectCode.process;
    row.object = process.number;
  } else if (onSocket.has(how)) {
    const socket = thread.process.descriptors.at(object, reading.time);
    const thing = socket?.listener ?? socket?.connection ?? null;
    row.objectKind = thing === null ? objectCode.descriptor : objectCode[thing.kind];
    row.object = thing?.number ?? object;
  }
}

function ended(world: World, thread: Thread, reading: Reading): void {
  const at = offsets.taskEnd;
  const number = reading.u32(at.task);
  const task = taskOf(thread.process, number);
  if (task === null) return;
  thread.process.tasks.delete(number);
  const { tasksOver } = thread.process;
  tasksOver.set(number, task);
  if (tasksOver.size > mostOver) tasksOver.delete(tasksOver.keys().next().value!);
  passed(thread, reading.key);
  task.steps = reading.u32(at.steps);
  task.runNs = reading.u64(at.run);
  task.longestNs = reading.u64(at.longest);
  task.name = reading.reference(at.name) ?? task.name;
  task.error = reading.reference(at.error);
  task.end = endByResult.get(reading.i32(at.result)) ?? null;
  task.endNs = reading.key;
  // Of the last wait only the begin is written where it was short: it ended at an unknown moment, at the latest now.
  task.waits.dropOpen();
  if (task.connection === null && task.endNs - task.startNs < shortNs) task.forgetWaits();
  world.changed.add(task);
}

/** The task handles the connection from now on: it was made by one of its callbacks, or waits for its bytes. */
function handles(world: World, task: Task, descriptor: number, ns: number): void {
  if (descriptor === unknown) return;
  const connection = task.thread.process.descriptors.at(descriptor, ns)?.connection ?? null;
  const span = connection?.owners[connection.owners.length - 1];
  if (connection === null || span?.thread !== task.thread || span.task === task) return;
  span.task = task;
  task.connection = connection;
  world.changed.add(task).add(connection);
}

function turned(thread: Thread, reading: Reading): void {
  const at = offsets.loopTurn;
  passed(thread, reading.end);
  thread.turns.push({
    beginNs: reading.time,
    endNs: reading.end,
    task: taskOf(thread.process, reading.u32(at.task)),
    callback: reading.reference(at.callback),
    resumedAt: reading.reference(at.resumed),
    suspendedAt: reading.reference(at.site),
    connection: thread.process.descriptors.at(reading.u32(at.descriptor), reading.time)?.connection ?? null,
  });
}

function gotProtocol(world: World, thread: Thread, reading: Reading): void {
  const at = offsets.protocol;
  const connection = thread.process.descriptors.at(reading.u32(at.descriptor), reading.time)?.connection ?? null;
  if (connection === null) return;
  connection.protocolAt = reading.reference(at.site);
  world.changed.add(connection);
}

function glanced(thread: Thread, reading: Reading): void {
  const at = offsets.glances;
  thread.glances.push({ beginNs: reading.time, endNs: reading.end, count: reading.u32(at.count), at: reading.reference(at.site) });
}

function ran(thread: Thread, reading: Reading): void {
  if (reading.begins) thread.loop = { beginNs: reading.time, endNs: null, passedNs: reading.time };
  else if (thread.loop !== null) thread.loop.endNs = reading.end;
}

/** A callback or step is over, or about to begin. */
function passed(thread: Thread, ns: number): void {
  if (thread.loop !== null) thread.loop.passedNs = ns;
}

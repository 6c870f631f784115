/** Finds the thing behind a row's id, and says what people call it. */
import type { Connection } from '../model/connection';
import type { Listener } from '../model/listener';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';

export type RowThing = Process | Thread | Task | Connection | Listener;

/** Ids are a letter and the position in the model's list, from 1: p1, t1, k1, c1, l1. */
export function findThing(model: Model, id: string): RowThing | undefined {
  const index = Number(id.slice(1)) - 1;
  switch (id[0]) {
    case 'p':
      return model.processes[index];
    case 't':
      return model.threads[index];
    case 'c':
      return model.connections[index];
    case 'k':
      return model.tasks[index];
    case 'l':
      return model.listeners[index];
    default:
      return undefined;
  }
}

/**
 * A multiprocessing worker goes by the name that the program gave it: its command is its parent's, or a `python -c` that
 * nobody wrote.
 */
function processLabel(model: Model, process: Process): string {
  const given = process.multiprocessing === null ? null : model.text(process.multiprocessing.name);
  const name = given ?? model.processName(process);
  return name === '' ? `process ${process.pid}` : name;
}

/** Names that nobody gave, like Task-7, say less than the coroutine beside them. */
function taskLabel(model: Model, task: Task): string {
  const parts = [model.text(task.name), model.text(task.coroutine)].filter((part) => part !== null && part !== '');
  return parts.length === 0 ? task.id : parts.join(' ');
}

/** A pair of sockets has no address: who is at the other end says more than an id. */
function pairLabel(model: Model, connection: Connection): string {
  const { channel } = connection.socket;
  if (channel === null) return connection.id;
  const other = channel.ends.find((end) => end.process !== connection.owner?.process);
  return other === undefined ? 'socket pair' : `socket pair with ${processLabel(model, other.process)}`;
}

/** What people call it: a program's name, a thread's name (its kernel id without one), the other end's address. */
export function labelOf(model: Model, thing: RowThing): string {
  switch (thing.kind) {
    case 'process':
      return processLabel(model, thing);
    case 'thread':
      return model.threadName(thing) ?? `thread ${thing.tid}`;
    case 'task':
      return taskLabel(model, thing);
    case 'connection':
      return [model.label(thing.peer), model.label(thing.local)].find((label) => label !== null && label !== '') ?? pairLabel(model, thing);
    case 'listener':
      return model.label(thing.address) ?? thing.id;
  }
}

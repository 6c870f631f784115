/** Words that the rules' sentences share. */
import type { Connection } from '../model/connection';
import type { Listener } from '../model/listener';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { Thread } from '../model/thread';
import type { SourcePosition } from '../protocol/report';

/** `640 µs`, `12 ms`, `3.4 s`. */
export function duration(ns: number): string {
  if (ns < 1e6) return `${String(Math.round(ns / 1e3))} µs`;
  if (ns < 1e9) return `${String(Math.round(ns / 1e6))} ms`;
  return `${(ns / 1e9).toFixed(1)} s`;
}

/** `1 child`, `3 children`. */
export function counted(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

export function processWords(model: Model, process: Process): string {
  const name = process.multiprocessing === null ? null : model.text(process.multiprocessing.name);
  const label = name ?? model.processName(process);
  return label === '' ? `process ${String(process.pid)}` : `${label} (${String(process.pid)})`;
}

export function threadWords(model: Model, thread: Thread): string {
  return model.threadName(thread) ?? `thread ${String(thread.tid)}`;
}

export function connectionWords(model: Model, connection: Connection): string {
  return model.label(connection.peer) ?? connection.id;
}

export function listenerWords(model: Model, listener: Listener): string {
  return model.label(listener.address) ?? listener.id;
}

/** ` at server.py:12`, or nothing where the line is unknown. */
export function atLine(site: SourcePosition | null): string {
  return site === null ? '' : ` at ${site.file.slice(site.file.lastIndexOf('/') + 1)}:${String(site.line)}`;
}

/**
 * Names a server's model from what happened on its listener: who accepted, who served, what overlapped.
 *
 *     the connection's last owner…            …and
 *     a process born after the accept         process-per-connection
 *     another thread of the process           it served one only: thread-per-connection; several: thread-pool
 *     the accepting thread itself             several processes accept: prefork; several threads: thread-pool
 *                                             one, with connections at the same time: event-loop; else iterative
 */
import type { Connection } from '../model/connection';
import type { DatagramPeer } from '../model/datagrams';
import type { Listener } from '../model/listener';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { Thread } from '../model/thread';
import { reasonCode } from '../model/waits';
import type { ReportServerModel } from '../protocol/report';
import { mostAtOnce, type Span } from './spans';

/** An accept that took longer waited for a client; those of an event loop don't. */
const blockedNs = 1e6;
/** So many workers' counts are listed. */
const mostWorkers = 16;
/** Functions of pools' threads. */
const poolTarget = /(^|\.)_?worker$/;

type Kind = ReportServerModel['kind'];
interface Verdict {
  kind: Kind;
  because: string;
}

/** One entry per listener that served somebody. */
export function serverModels(model: Model): ReportServerModel[] {
  return model.listeners.flatMap((listener) => {
    if (listener.datagram) return datagrams(model, listener);
    if (listener.connections.length === 0) return [];
    const maxConcurrent = mostAtOnce(listener.connections.map(served));
    return [{ listener: listener.id, maxConcurrent, ...judge(model, listener, maxConcurrent) }];
  });
}

/** While somebody served the connection: from its accept until its last owner let go or saw the client's end. */
function served(connection: Connection): Span {
  const toNs = connection.owners[connection.owners.length - 1]?.toNs ?? Infinity;
  const clientLeft = connection.firstEnd === 'peer' || connection.firstEnd === 'reset';
  return { fromNs: connection.startNs, toNs: clientLeft ? Math.min(toNs, connection.lastCallNs) : toNs };
}

function judge(model: Model, listener: Listener, maxConcurrent: number): Verdict {
  const by = { process: [] as Connection[], thread: [] as Connection[], itself: [] as Connection[] };
  for (const connection of listener.connections) by[servedBy(connection)].push(connection);
  const { process, thread, itself } = by;
  const all = counted(listener.connections.length, 'connection', 'connections');
  if (process.length > 0 && process.length >= Math.max(thread.length, itself.length)) {
    return { kind: 'process-per-connection', because: `${String(process.length)} of ${all} went to a process that was started for it.` };
  }
  if (thread.length > 0 && thread.length >= itself.length) return judgeThreads(model, thread, all);
  return judgeAcceptors(listener, maxConcurrent, all);
}

function servedBy(connection: Connection): 'process' | 'thread' | 'itself' {
  const first = connection.owners[0]?.thread;
  const last = connection.owner;
  if (first === undefined || last === null || first === last) return 'itself';
  return first.process === last.process ? 'thread' : 'process';
}

function judgeThreads(model: Model, connections: readonly Connection[], all: string): Verdict {
  const handlers = new Set(connections.map((connection) => connection.owner!));
  const reused = handlers.size < connections.length;
  const older = connections.some((connection) => connection.owner!.startNs < connection.startNs);
  const pooled = [...handlers].some((handler) => poolTarget.test(model.text(handler.target) ?? ''));
  const threads = counted(handlers.size, 'thread', 'threads');
  if (reused || older || pooled) return { kind: 'thread-pool', because: `${threads} that wait for work served ${all}.` };
  return { kind: 'thread-per-connection', because: `${String(connections.length)} of ${all} went to a thread that was started for it.` };
}

function judgeAcceptors(listener: Listener, maxConcurrent: number, all: string): Verdict {
  const threads = listener.acceptors;
  const processes = new Set([...threads].map((thread) => thread.process));
  if (processes.size > 1) {
    return { kind: 'prefork', because: prefork(listener, processes) };
  }
  if (threads.size > 1) {
    return { kind: 'thread-pool', because: `${String(threads.size)} threads accept on the same listener, and each serves what it accepts.` };
  }
  const [thread] = threads;
  if (maxConcurrent > 1) {
    return { kind: 'event-loop', because: `One thread served up to ${String(maxConcurrent)} connections at the same time.` };
  }
  if (thread !== undefined && polls(thread, listener.connections)) {
    return { kind: 'event-loop', because: 'One thread polls the listener and its connections together.' };
  }
  return { kind: 'iterative', because: `One thread accepted and served ${all}, one after the other.` };
}

/** Who won how many accepts. Fairness is Jain's index: 1 where all have the same, 1/n where one of n has all. */
function prefork(listener: Listener, processes: ReadonlySet<Process>): string {
  const won = new Map([...processes].map((process) => [process, 0]));
  for (const connection of listener.connections) {
    const process = connection.owners[0]?.thread.process;
    if (process !== undefined) won.set(process, (won.get(process) ?? 0) + 1);
  }
  const counts = [...won.values()].sort((a, b) => b - a);
  const sum = counts.reduce((total, count) => total + count, 0);
  const squares = counts.reduce((total, count) => total + count * count, 0);
  const shown = counts.length > mostWorkers ? `${String(counts[0])} to ${String(counts[counts.length - 1])}` : counts.join(', ');
  return (
    `${String(processes.size)} processes accept on the same listener, and each serves what it accepts: ` +
    `${shown} (fairness ${((sum * sum) / (counts.length * squares)).toFixed(2)}).`
  );
}

/** Whether the thread watched several descriptors while it had a connection, and never stood in accept. */
function polls(thread: Thread, connections: readonly Connection[]): boolean {
  const { waits } = thread;
  let together = false;
  for (let row = 0; row < waits.count; row++) {
    if (waits.reason(row) === reasonCode.accept && !(waits.end(row) - waits.begin(row) < blockedNs)) return false;
    if (together || waits.reason(row) !== reasonCode.poll || waits.object(row) < 2) continue;
    together = connections.some((connection) => {
      const span = served(connection);
      return span.fromNs <= waits.begin(row) && waits.begin(row) < span.toNs;
    });
  }
  return together;
}

/** How many requests were handled at the same time, where handlers were seen; else how many threads there were. */
function atOnce(peers: readonly DatagramPeer[], threads: number): number {
  const handled = peers.flatMap(({ phases }) => phases.filter(({ name }) => name === 'handle'));
  return handled.length === 0 ? threads : mostAtOnce(handled.map(({ beginNs, endNs }) => ({ fromNs: beginNs, toNs: endNs ?? Infinity })));
}

function datagrams(model: Model, listener: Listener): ReportServerModel[] {
  const peers = model.datagrams.filter((each) => each.listener === listener);
  // Who speaks first is the client: a socket that asks and hears the answer is no server.
  if (peers[0]?.startedBy !== 'peer') return [];
  const threads = new Set(peers.flatMap((peer) => [...peer.threads]));
  return [{
    listener: listener.id,
    kind: 'datagram',
    maxConcurrent: atOnce(peers, threads.size),
    because: `${counted(threads.size, 'thread', 'threads')} exchanged datagrams with ${counted(peers.length, 'peer', 'peers')}.`,
  }];
}

/** `1 thread`, `3 threads`. */
function counted(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

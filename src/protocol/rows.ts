/**
 * What the sidebar and the panel list: a row per process, thread, task, connection and listener, sent as changes.
 * Ids are those of the report: p1, t1, k1, c1, l1.
 */
import type { EngineError } from './engine';
import type { ExitStatus, Gap, SourcePosition } from './report';
import type { SpanState } from './states';

interface RowBase {
  id: string;
  /** The row it hangs under; null for the root process. A connection moves when it is handed over. */
  parent: string | null;
  label: string;
  startNs: number;
  /** null while it lives. */
  endNs: number | null;
  /** The state now, or the last one. */
  state: SpanState;
  /** Since when. */
  stateSinceNs: number;
  /** Where a click on it goes. */
  site: SourcePosition | null;
}

export interface ProcessRow extends RowBase {
  kind: 'process';
  pid: number;
  birth: 'root' | 'fork' | 'spawn';
  command: string[];
  exit: ExitStatus | null;
  threads: number;
  /** Open connections that its threads own. */
  connections: number;
  multiprocessing: { name: string; daemon: boolean } | null;
  orphaned: boolean;
  /** Whose child an orphan is now; process: where that one is in the recording. Absent where nobody saw it, and of others. */
  adopter?: { pid: number; process: string | null };
  /** It replaced its program: how often, and what it was called before the last time. Absent where it never did. */
  exec?: { times: number; before: string };
  /** False where no probe reports from it. */
  covered: boolean;
  /** What is not seen of it now, or was not at its end; empty where its probe sees all. */
  gaps: Gap[];
}

export interface ThreadRow extends RowBase {
  kind: 'thread';
  tid: number;
  main: boolean;
  daemon: boolean | null;
  target: string | null;
  /** It runs no JavaScript: a thread of Node's own, or of an add-on's. Absent where it does, and of other programs. */
  native?: true;
  /**
   * A debugger has stopped it, since when, and where. reason: as the debugger calls it (breakpoint, step, pause, exception), "debugger" while it holds the
   * thread for itself; null where it was stopped along with another thread, or nobody told. Absent while it goes on.
   */
  paused?: { reason: string | null; sinceNs: number; site: SourcePosition | null };
}

/** A task of an event loop, under its thread: one that handles a connection or lived for a while. */
export interface TaskRow extends RowBase {
  kind: 'task';
  /** The qualified name of its coroutine. */
  coroutine: string | null;
  /** What it awaits now, as text: `StreamReader.read`. */
  awaits: string | null;
}

export interface ConnectionRow extends RowBase {
  kind: 'connection';
  role: 'server' | 'client';
  local: string | null;
  peer: string | null;
  bytesIn: number;
  bytesOut: number;
  /** The thread that owns it now, or owned it last. */
  owner: string | null;
  /** The listener that it came to; null for a client's, and where it is not known. */
  listener: string | null;
  /** The process at its other end, where that is traced. */
  peerProcess: string | null;
  queuedNs: number | null;
  acceptedNs: number | null;
}

export interface ListenerRow extends RowBase {
  kind: 'listener';
  address: string;
  backlog: number | null;
  /** It has an accept queue, and who stands there can be known: a TCP listener's. */
  acceptQueue: boolean;
  accepted: number;
}

export type Row = ProcessRow | ThreadRow | TaskRow | ConnectionRow | ListenerRow;

export type RunState = 'starting' | 'running' | 'ended';

/** The run as a whole. */
export interface RunInfo {
  title: string;
  command: string[];
  directory: string;
  startedAt: string;
  state: RunState;
  /** Nanoseconds from the first event to now, or to the last event of an ended run. */
  nowNs: number;
  exit: ExitStatus | null;
  complete: boolean;
  events: number;
  lostEvents: number;
  /** Of damaged parts that were skipped. */
  droppedBytes: number;
  /** The recording reached its size limit: up to this moment (ns from the first event) only what lived on was kept. Absent where everything was. */
  completeFromNs?: number;
  /** What is wrong with the recording, which is shown as far as it can be. Absent where nothing is. */
  problems?: EngineError[];
  /** A recording that is still being read: how much of it is, 0 to 1; cancelled: a person stopped it there. Absent of a live run, and once all is read. */
  indexing?: { share: number; cancelled: boolean };
  /** Live processes, threads and open connections. */
  processes: number;
  threads: number;
  connections: number;
}

/** What went one way between two processes. */
export interface EdgeFlow {
  /** Calls that wrote. */
  writes: number;
  bytes: number;
  /** False where some of it was not seen, or nobody knows who of several got it: then there was at least so much. */
  whole: boolean;
}

/** Two processes that talk: all the channels and connections between them, as one edge of the tree. */
export interface ProcessEdge {
  /** Process rows; `from` is the elder. */
  from: string;
  to: string;
  /** How many of each join them; all zero: they do no more (a connection was handed over). */
  pipes: number;
  fifos: number;
  /** Multiprocessing's: each is a pipe inside. */
  queues: number;
  socketPairs: number;
  /** With both ends traced: the other process is known. */
  connections: number;
  /** from → to; null where nothing is known to go that way. */
  forth: EdgeFlow | null;
  back: EdgeFlow | null;
}

/** Rows that are new or changed since the last update, and those that are gone (a rebuilt model can lose rows). */
export interface RowsUpdate {
  info: RunInfo;
  /** True where this replaces everything that was sent before. */
  reset: boolean;
  /** The model was built again: these are the rows that it has otherwise, and what was drawn of the past may be otherwise too. Absent where it was not. */
  rebuilt?: true;
  rows: Row[];
  removed: string[];
  /** New or changed ones. */
  edges: ProcessEdge[];
}

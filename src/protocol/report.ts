/**
 * The report: one recording as JSON, the public contract of `forkscope report FILE --json`.
 *
 * Other tools are written against it, so every key is always present (null where a fact is unknown, never a
 * guess), times are integer nanoseconds from the first event, and lists are ordered by start. A change of
 * meaning raises `format`.
 */

export const reportFormat = 1;

export interface Report {
  format: typeof reportFormat;
  /** The version of Forkscope that wrote the report. */
  forkscope: string;
  recording: ReportRecording;
  processes: ReportProcess[];
  listeners: ReportListener[];
  connections: ReportConnection[];
  channels: ReportChannel[];
  tasks: ReportTask[];
  datagrams: ReportDatagrams[];
  arrows: ReportArrow[];
  serverModels: ReportServerModel[];
  findings: ReportFinding[];
  marks: ReportMark[];
  notes: ReportNote[];
}

/** Exactly one of the two is set: `code` for an ordinary end, `signal` (a name: SIGTERM) for a killed process. */
export interface ExitStatus {
  code: number | null;
  signal: string | null;
}

export interface SourcePosition {
  file: string;
  line: number;
  function: string;
}

export interface ReportRecording {
  command: string[];
  /** ISO 8601, UTC. */
  startedAt: string;
  durationNs: number;
  /** The root program's end; null while it lives or where it is unknown. */
  exit: ExitStatus | null;
  /** False where the recording was cut: its process or its disk ended first. */
  complete: boolean;
  lostEvents: number;
  droppedBytes: number;
  /**
   * Not null where the recording reached its size limit: up to this moment only what began there and lived on was kept, so that totals
   * (bytes, calls, accepted) count from here, and what threads and connections did before is unknown.
   */
  completeFromNs: number | null;
  events: number;
  /** What is wrong with the recording and what to do, a sentence each: damaged parts, records of a newer version. The rest is in the report. */
  problems: string[];
}

export interface ReportProcess {
  id: string;
  pid: number;
  parent: string | null;
  /** Of a multiprocessing.Process: whose start() made it. Under forkserver the kernel's parent is the server. */
  logicalParent: string | null;
  /** fork: a copy that went on; spawn: a fresh program; root: the one that was started. */
  birth: 'root' | 'fork' | 'spawn';
  name: string;
  multiprocessing: { name: string; daemon: boolean } | null;
  images: { command: string[]; atNs: number }[];
  /** Who tells of it. */
  coverage: Coverage[];
  /** What is not seen of it, and why; empty where its probe sees all. */
  unseen: ReportGap[];
  startNs: number;
  endNs: number | null;
  exit: ExitStatus | null;
  /** `exit` in a word; null while it lives, and where `exit` is unknown. */
  ending: ProcessEnding | null;
  /** The thread that sent the signal which ended it. */
  killedBy: string | null;
  /** From its end until it was collected, or its parent ended, or the recording; null where that is unknown, and while it lives. */
  zombieNs: number | null;
  reapedBy: string | null;
  /** The line of the call that collected it. */
  reapedAt: SourcePosition | null;
  orphanedAtNs: number | null;
  /** The kernel's parent since then, by its pid; `process` where it is one of the recording's (a subreaper). */
  adoptedBy: { pid: number; process: string | null } | null;
  /** The line of the call that made the process; null for the root. */
  bornAt: SourcePosition | null;
  threads: ReportThread[];
}

/** normal: with 0; error: with another code; fatal: by a signal of its own doing (SIGSEGV, abort); killed: by another's. */
export type ProcessEnding = 'normal' | 'error' | 'fatal' | 'killed';

export type Coverage = 'python' | 'node' | 'native' | 'kernel';

/** Of `detail`, which is null unless the reason says what it is: a version, a module, a program. */
export type GapReason =
  // A probe is in it, and sees less than all.
  | 'gevent' | 'eventlet' | 'uvloop' | 'subinterpreter' | 'free-threaded' | 'library' | 'recorder-off'
  // None is in it: only what the kernel shows is known.
  | 'isolated' | 'no-site' | 'no-environment' | 'old-python' | 'other-python' | 'other-program' | 'resource-tracker' | 'environment' | 'no-probe';

export interface Gap {
  reason: GapReason;
  detail: string | null;
}

export interface ReportGap extends Gap {
  fromNs: number;
  /** Null where it lasted to the end, or lasts. */
  toNs: number | null;
}

export interface ReportThread {
  id: string;
  tid: number;
  name: string | null;
  main: boolean;
  /** In a Node process: it runs no JavaScript. libuv's pool, V8's and the inspector's helpers, or what an add-on started. */
  native: boolean;
  daemon: boolean | null;
  /** The qualified name of the thread's function. */
  target: string | null;
  startedBy: string | null;
  startNs: number;
  endNs: number | null;
  joinedBy: string | null;
  /** Handlers of the program's for signals that ran in it. */
  signals: ReportSignal[];
  /**
   * Adds up to the thread's life (to now, where it lives). running: on a CPU; ready: waits for one, or for the interpreter lock (how long
   * that is stands in waitNs.gil); blocked: in a wait, or off the CPU for a reason that nobody recorded; unknown: nobody looked.
   */
  stateNs: { running: number; ready: number; blocked: number; stopped: number; unknown: number };
  /** Every wait of the thread, totalled by reason; with the moments of running into it and out of it. */
  waitNs: Partial<Record<WaitReason, number>>;
  /** Waits of at least 1 ms and calls that failed; all of them with --all-waits. */
  waits: ReportWait[];
}

export interface ReportSignal {
  /** SIGCHLD; a number where it has no name. */
  signal: string;
  beginNs: number;
  /** Null where it never returned: it ended its process. */
  endNs: number | null;
  /** Where the handler's code begins. */
  handler: SourcePosition | null;
}

/** The order is the code of the reason in columnar data: append only. */
export const waitReasons = [
  'accept', 'receive', 'send', 'connect', 'poll', 'lock', 'condition', 'semaphore', 'join', 'waitpid', 'sleep',
  'gil', 'queue', 'file', 'event', 'barrier', 'signal', 'pipe', 'future', 'executor',
] as const;
export type WaitReason = (typeof waitReasons)[number];

export interface ReportWait {
  reason: WaitReason;
  /** An id with its kind: `listener:l1`, `connection:c1`, `thread:t2`, `process:p2`, `channel:h1`, `task:k1`, `lock:…`, `future:…`, `descriptor:…`. */
  on: string | null;
  beginNs: number;
  endNs: number | null;
  at: SourcePosition | null;
  /** The thread that held the lock when the wait began, or works on the future. */
  holder: string | null;
  /** The thread that ended the wait: let go of the lock, notified, set, put. */
  endedBy: string | null;
  /** What the call failed with: ECONNREFUSED. Python's timeouts are ETIMEDOUT. Null where it did not fail. */
  error: string | null;
}

export interface ReportListener {
  id: string;
  protocol: 'tcp' | 'tcp6' | 'udp' | 'udp6' | 'unix';
  address: string;
  backlog: number | null;
  owners: string[];
  maxQueue: number | null;
  accepted: number;
}

export interface ReportConnection {
  id: string;
  protocol: 'tcp' | 'tcp6' | 'unix';
  listener: string | null;
  local: string | null;
  peer: string | null;
  role: 'server' | 'client';
  /** The same connection's other end where both are traced. */
  otherEnd: string | null;
  /** When the client's connection was established but not yet accepted. */
  queuedNs: number | null;
  /** queuedNs is off by at most so much: half the width of what the kernel's clock at accept and the observer's looks leave open. */
  queuedWithinNs: number | null;
  /** When accept (or, for a client, connect) returned; null for a client that is still in the queue, or gave up there. */
  acceptedNs: number | null;
  closedNs: number | null;
  closedBy: 'peer' | 'local' | 'reset' | 'exit' | null;
  /** It is older than `recording.completeFromNs`: bytes and calls count from then on. */
  partial: boolean;
  bytesIn: number;
  bytesOut: number;
  receives: number;
  sends: number;
  /** task: the last of the thread's tasks that handled it; null where none did. */
  owners: { process: string; thread: string; task: string | null; fromNs: number; toNs: number | null }[];
  acceptedAt: SourcePosition | null;
  /** In an event loop the first line of the program's code for it: its protocol's, or what a stream server calls. */
  protocolAt: SourcePosition | null;
  /** What a framework's request handler did for it (socketserver's setup, handle and finish); null where none was seen. */
  handler: { phases: ReportHandlerPhase[] } | null;
}

export interface ReportHandlerPhase {
  name: 'setup' | 'handle' | 'finish';
  beginNs: number;
  /** Null where it never ended. */
  endNs: number | null;
  thread: string;
  /** The exception that left it, and the line of the program that it came from; null where none did. */
  error: { type: string; at: SourcePosition | null } | null;
}

/** What processes talk through beside connections: a pipe, a FIFO, or a pair of sockets without a name. */
export interface ReportChannel {
  id: string;
  kind: 'pipe' | 'socketpair' | 'fifo';
  /**
   * The processes that used it or were started with it, in the order in which that was known. The counts are null where the process
   * has it as a standard file or a file object, where its calls need not be seen, and none was. Bytes in are those that it read.
   */
  ends: { process: string; reads: number | null; writes: number | null; bytesIn: number | null; bytesOut: number | null }[];
}

export type TaskEnd = 'done' | 'cancelled' | 'raised';

/** A task of an event loop (asyncio's). */
export interface ReportTask {
  /** `k1`. */
  id: string;
  name: string | null;
  /** The qualified name of its coroutine. */
  coroutine: string | null;
  /** The task that made it. */
  parent: string | null;
  /** Its loop's thread. */
  thread: string;
  /** The line that made it; where a library did, the first line of its coroutine. */
  createdAt: SourcePosition | null;
  startNs: number;
  endNs: number | null;
  /** Null while it is pending, and where it was dropped or cut off. */
  end: TaskEnd | null;
  /** The class of the exception that ended it. */
  error: string | null;
  /** What a pending task waits for; null where it is not known to be suspended. what: the awaited function, as text. */
  awaiting: { reason: WaitReason; on: string | null; what: string | null; at: SourcePosition | null } | null;
  /** Totals of its steps, at most 50 ms old where it never waits for a millisecond. Times in ns. */
  steps: number;
  runNs: number;
  longestNs: number;
  /** Waits of at least a millisecond. */
  waits: ReportWait[];
}

export interface ReportDatagrams {
  listener: string;
  peer: string;
  received: number;
  sent: number;
  bytesIn: number;
  bytesOut: number;
  threads: string[];
}

export const arrowKinds = ['fork', 'thread', 'join', 'reap', 'handover', 'unblock', 'signal', 'exec'] as const;
export type ArrowKind = (typeof arrowKinds)[number];

export interface ReportArrow {
  kind: ArrowKind;
  from: string;
  to: string;
  atNs: number;
  /** The line of the call that drew it: of signal, reap and unblock, where it is known. */
  at: SourcePosition | null;
}

export interface ReportServerModel {
  listener: string;
  kind: 'iterative' | 'thread-per-connection' | 'process-per-connection' | 'thread-pool' | 'prefork' | 'event-loop' | 'datagram';
  maxConcurrent: number;
  because: string;
}

export interface ReportFinding {
  rule: string;
  severity: 'info' | 'warning' | 'error';
  title: string;
  detail: string;
  subjects: string[];
  fromNs: number;
  toNs: number | null;
  at: SourcePosition | null;
}

/** A debugger stopped the program. Ordered by `fromNs`. */
export interface ReportMark {
  kind: 'debugger-stop';
  /** Null where it is unknown. */
  process: string | null;
  /** The thread that was stopped for a reason; null where it is unknown. */
  thread: string | null;
  fromNs: number;
  /** Null while it lasts. */
  toNs: number | null;
  /** The reason, or "stopped" where none was told. */
  note: string;
  /**
   * As the debugger calls it: breakpoint, step, pause, exception. "debugger": it held the program for itself, at its first statement as a rule, and nobody had asked
   * for a stop. Null where only the probe told of the stop.
   */
  reason: string | null;
  at: { file: string; line: number } | null;
  /** The debug session that told of it: of a child process one of its own, below another. Null where only the probe told of the stop. */
  session: { number: number; parent: number | null; name: string | null } | null;
  /** Every thread of the process was stopped. */
  all: boolean;
  /** The other threads that stood still with it, as far as their probe says so. */
  along: string[];
  /** The connections that waited because of it: their owner stood still, or who would have accepted them. */
  stalled: string[];
  /** The times are those of the program itself; else they are when the editor heard of it. */
  exact: boolean;
}

/** What a person wrote on the recording. Ordered by `atNs`. */
export interface ReportNote {
  id: string;
  atNs: number;
  /** The panel's row that it is about: an id of this report, or of a row that only the panel has. Null for a moment of all. */
  row: string | null;
  /** What the row was called when it was written. */
  label: string | null;
  text: string;
  /** ISO 8601, UTC: when it was written or last changed. */
  writtenAt: string;
}

/**
 * The log's event kinds: the one place where a record's fields stand.
 *
 * Every record is 64 bytes, little-endian. Three fields have the same place in all of them:
 *
 *     0        8                                              60     62    64
 *     ┌────────┬──────────────────────────────────────────────┬──────┬─────┐
 *     │ time   │ the kind's own fields, in order, each aligned │flags │kind │
 *     └────────┴──────────────────────────────────────────────┴──────┴─────┘
 *
 * `time` is CLOCK_MONOTONIC in nanoseconds: of a call its begin. `kind` is stored last and commits the record:
 * a kind of 0 means "not written yet", or never, where a signal handler raised between reserving the place and filling it. A
 * committed record never changes, but for the one below.
 *
 * A blocking call is up to two records of the same kind: one with `flags.begin` when the call starts (its `end` and
 * result fields are 0), and a complete one when it returns (time = begin, end = return). A thread whose last record is a
 * begin is in that call now. Calls that can't block for long write only the complete one.
 *
 * The most frequent calls are one record that is completed in place: stored with `flags.begin` and `flags.inPlace` when the call
 * starts, then given its `end` and result, and as the last thing its `flags` without `begin`. A reader makes two records of it:
 *
 *     begin + inPlace    a begin record; whatever stands in `end` and result is not true yet
 *     inPlace            that same begin record, and the complete one
 *
 * The layout (offsets) is computed by layout.ts; the constants of the probes' languages are emitted from this table
 * by emit.ts. To add a kind: append it here with a fresh code, run `npm run build`, write it in a probe, read it in
 * the model.
 */

export type FieldType = 'u16' | 'u32' | 'i32' | 'u64' | 'address' | 'text36';

/** Bits of `flags`. */
export const recordFlags = {
  /** The call has begun and has not returned. */
  begin: 1,
  /** The site is in the standard library or unknown: no frame of the user's program was on the stack. */
  foreign: 2,
  /** The record was stored at the call's begin and is completed where it stands. */
  inPlace: 4,
  /** It is a debugger's own doing inside the process (its threads, sockets, sleeps), not the user's program's: readers leave it out. */
  debugger: 8,
} as const;
/** The same as numbers, for what looks at each record beside objects of times (CONTRIBUTING.md, "Code that is compiled again and again"). */
export const { begin: begunFlag, inPlace: inPlaceFlag, debugger: debuggersFlag } = recordFlags;

/** Who wrote a record (`owner.writer`, and the first part of a segment's file name). */
export const writers = { python: 1, node: 2, native: 3, kernel: 4 } as const;
export type Writer = keyof typeof writers;

interface Kind {
  readonly code: number;
  readonly fields: Readonly<Record<string, FieldType>>;
}

/** Results are as the kernel gives them: a count or descriptor, or minus errno. `site` is a site's id, 0 for unknown. */
export const events = {
  // ── bookkeeping ────────────────────────────────────────────────────────────────────────────────────────────
  /** The records that follow in this chunk belong to this thread. First in every chunk; again where a chunk is handed on. */
  owner: { code: 1, fields: { birth: 'u64', process: 'u32', thread: 'u32', parent: 'u32', writer: 'u16' } },
  /**
   * A piece of a text; `id` is unique in the process (a forked child knows its ancestors' ids). `total` is the whole text's
   * length in bytes of UTF-8, `part` counts from 0, `length` bytes of `bytes` are used. Writers cut off what is longer than 4096
   * bytes, and end it with "…" then.
   */
  text: { code: 2, fields: { id: 'u32', total: 'u32', part: 'u32', length: 'u32', bytes: 'text36' } },
  /** A source position: `file` and `functionName` are text ids. */
  site: { code: 3, fields: { id: 'u32', file: 'u32', functionName: 'u32', line: 'u32' } },
  /** The probe turned itself off in this process. `message` is a text id. */
  fault: { code: 4, fields: { message: 'u32' } },
  /** Records that could not be written. */
  lost: { code: 5, fields: { count: 'u32' } },

  // ── processes ──────────────────────────────────────────────────────────────────────────────────────────────
  /** A fresh program image runs under the probe. `command` is a text id: the arguments joined by NUL. */
  image: { code: 10, fields: { parent: 'u32', command: 'u32', executable: 'u32', directory: 'u32' } },
  /** A forked child's first words: it goes on running its parent's program. */
  forked: { code: 11, fields: { parentBirth: 'u64', parent: 'u32', parentThread: 'u32', site: 'u32' } },
  /** The process is about to end by itself. how: see exitWays; status is -1 where unknown. */
  exit: { code: 12, fields: { status: 'i32', site: 'u32', how: 'u16' } },
  /** fork(2) returned in the parent. */
  fork: { code: 13, fields: { end: 'u64', result: 'i32', site: 'u32' } },
  /** A fresh program was started (posix_spawn, or fork and exec); `command` as in image. */
  spawn: { code: 14, fields: { end: 'u64', result: 'i32', site: 'u32', command: 'u32' } },
  /** The process is about to replace its program: result 0. It could not, and goes on: -errno. */
  exec: { code: 15, fields: { site: 'u32', command: 'u32', result: 'i32' } },
  /** waitpid and its like. target: the pid asked for or -1; result: the pid reaped, 0, or -errno; status: wait status. */
  waitProcess: { code: 16, fields: { end: 'u64', result: 'i32', site: 'u32', target: 'i32', status: 'i32' } },
  /** A signal was sent. target: a pid, a thread's id, 0 for the sender's process group, or minus a group. */
  kill: { code: 17, fields: { result: 'i32', site: 'u32', target: 'i32', signal: 'u32' } },
  /** This process is a multiprocessing.Process; logicalParent: the pid of the process that called start(). */
  multiprocessing: { code: 18, fields: { name: 'u32', target: 'u32', logicalParent: 'u32', startMethod: 'u32', daemon: 'u16' } },

  // ── threads ────────────────────────────────────────────────────────────────────────────────────────────────
  /** Thread.start() returned in the starting thread; thread: the new thread's id (0 where unknown). */
  threadStart: { code: 20, fields: { end: 'u64', result: 'i32', site: 'u32', thread: 'u32' } },
  /** First record of a new thread. site: the line of the start call; startedBy: the starting thread's id. */
  threadBegin: { code: 21, fields: { name: 'u32', target: 'u32', startedBy: 'u32', site: 'u32', daemon: 'u16' } },
  threadEnd: { code: 22, fields: {} },
  /** The CPU time in ns that the thread has used, as it tells just before its end. */
  threadCost: { code: 24, fields: { run: 'u64' } },
  /** Thread.join. result: 1 joined, 0 timed out. hints, of a begin record: see lockHints. */
  joinThread: { code: 23, fields: { end: 'u64', result: 'i32', site: 'u32', thread: 'u32', hints: 'u16' } },

  // ── sockets ────────────────────────────────────────────────────────────────────────────────────────────────
  /**
   * family, type: as in socket(2). path: a text id for Unix sockets. address: 16 bytes, IPv4 as ::ffff:a.b.c.d; of a path its
   * FNV-1a hash of 128 bits, by which other processes' records of the same path are recognised.
   */
  bind: { code: 31, fields: { result: 'i32', site: 'u32', descriptor: 'u32', path: 'u32', address: 'address', port: 'u16', family: 'u16', type: 'u16' } },
  listen: { code: 32, fields: { result: 'i32', site: 'u32', descriptor: 'u32', path: 'u32', address: 'address', port: 'u16', family: 'u16', backlog: 'u32' } },
  /**
   * result: the new descriptor. sinceEstablished: TCP_INFO's last_data_sent in ms at the moment of return (0xffffffff where
   * unknown). The kernel starts that clock when the handshake ends and nothing is sent on a connection before it is accepted,
   * so it is how long the client stood in the queue. (last_data_recv and last_ack_recv start again when a queued client speaks:
   * measured, 128 ms were left of 253.)
   */
  accept: { code: 33, fields: { end: 'u64', result: 'i32', site: 'u32', descriptor: 'u32', sinceEstablished: 'u32' } },
  connect: { code: 34, fields: { end: 'u64', result: 'i32', site: 'u32', descriptor: 'u32', path: 'u32', address: 'address', port: 'u16', family: 'u16' } },
  /** Both addresses of a connected descriptor, after accept or connect. */
  endpoints: { code: 35, fields: { descriptor: 'u32', path: 'u32', local: 'address', peer: 'address', localPort: 'u16', peerPort: 'u16', family: 'u16' } },
  receive: { code: 36, fields: { end: 'u64', result: 'i32', site: 'u32', descriptor: 'u32' } },
  send: { code: 37, fields: { end: 'u64', result: 'i32', site: 'u32', descriptor: 'u32' } },
  shutdown: { code: 38, fields: { result: 'i32', site: 'u32', descriptor: 'u32', how: 'u32' } },
  close: { code: 39, fields: { site: 'u32', descriptor: 'u32' } },
  receiveFrom: { code: 40, fields: { end: 'u64', result: 'i32', site: 'u32', descriptor: 'u32', path: 'u32', address: 'address', port: 'u16', family: 'u16' } },
  sendTo: { code: 41, fields: { end: 'u64', result: 'i32', site: 'u32', descriptor: 'u32', path: 'u32', address: 'address', port: 'u16', family: 'u16' } },
  /** `to` is now another descriptor of the same socket (dup), or `from` left its Python object (detach: to = from). */
  duplicate: { code: 42, fields: { from: 'u32', to: 'u32', site: 'u32' } },
  /**
   * The descriptor leads to this socket: told of one that came otherwise than by accept or connect (inherited, received, made from
   * a number), of one that is about to be passed on, and of a datagram socket before its first call. inode joins what several
   * processes tell of the same socket (0 unknown). peerProcess: the pid at a Unix socket's other end, by SO_PEERCRED (0 unknown).
   */
  socketSeen: { code: 43, fields: { inode: 'u64', address: 'address', descriptor: 'u32', path: 'u32', site: 'u32', peerProcess: 'u32', port: 'u16', family: 'u16', type: 'u16' } },
  /** socketpair(2) returned these two descriptors, connected to each other. */
  socketPair: { code: 44, fields: { leftInode: 'u64', rightInode: 'u64', site: 'u32', left: 'u32', right: 'u32', family: 'u16', type: 'u16' } },
  /** A fresh program was started with a copy of `from`, which is `to` there. */
  inheritDescriptor: { code: 45, fields: { process: 'u32', from: 'u32', to: 'u32', site: 'u32' } },
  /**
   * A request handler's setup, handle or finish; begin records are written for handle only. descriptor: the request's socket. path to
   * family: the client's address. error: the exception's type as a text id (0: none); errorSite: the user's line that raised it.
   */
  handlerPhase: { code: 46, fields: { end: 'u64', site: 'u32', descriptor: 'u32', error: 'u32', errorSite: 'u32', path: 'u32', address: 'address', port: 'u16', family: 'u16', phase: 'u16' } },
  /** A call that waits for a connection's peer and moves none of the program's bytes. how: see socketWaits. */
  socketWait: { code: 47, fields: { end: 'u64', result: 'i32', site: 'u32', descriptor: 'u32', how: 'u16' } },

  // ── waits ──────────────────────────────────────────────────────────────────────────────────────────────────
  /** select, poll, epoll. result: how many were ready; registered: how many were watched; how: see pollWays. */
  poll: { code: 50, fields: { end: 'u64', result: 'i32', site: 'u32', registered: 'u32', how: 'u16' } },
  sleep: { code: 51, fields: { end: 'u64', result: 'i32', site: 'u32' } },
  /**
   * A contended acquire, or a wait for another thread's word. object: its address, with a count in the topmost 16 bits where
   * another object had that address before; how: see lockWays; result: 1 acquired. holder (0 unknown): in a begin record the
   * thread that holds it, in a complete one the thread that let go of it; of a future the thread that works on it. holderProcess:
   * that thread's pid, 0 where it is one of the writer's own process. hints, of a begin record: see lockHints.
   */
  lock: { code: 52, fields: { end: 'u64', object: 'u64', result: 'i32', site: 'u32', holder: 'u32', how: 'u16', holderProcess: 'u32', hints: 'u16' } },
  /** The thread wakes the `count` threads that have waited longest for the object; written only where somebody waits. */
  wake: { code: 53, fields: { object: 'u64', site: 'u32', count: 'u32', how: 'u16' } },
  /** A handler of the program's for a signal ran, from time to end; a begin record first, for it may end the process. site: where the handler's code begins. */
  signalHandled: { code: 54, fields: { end: 'u64', site: 'u32', signal: 'u32' } },
  /** sigwait, pause and their like. result: the signal that came (0 where the call does not tell). */
  signalWait: { code: 55, fields: { end: 'u64', result: 'i32', site: 'u32' } },
  /** Before a fork: a lock that another thread than the forking one holds. site: where the lock was made; holder: 0 unknown. */
  heldAtFork: { code: 56, fields: { object: 'u64', site: 'u32', holder: 'u32', how: 'u16' } },

  // ── channels: pipes and FIFOs; a pair of sockets is one too, see socketPair ──────────────────────────────
  /** A pipe or FIFO, and the descriptors of its ends as pipe(2) returned them (0xffffffff where it was found). how: see channelWays. */
  channel: { code: 57, fields: { inode: 'u64', reading: 'u32', writing: 'u32', how: 'u16' } },
  /** os.read and os.write on a pipe or FIFO; inode as fstat gives it. */
  channelRead: { code: 58, fields: { end: 'u64', inode: 'u64', result: 'i32', site: 'u32', descriptor: 'u32' } },
  channelWrite: { code: 59, fields: { end: 'u64', inode: 'u64', result: 'i32', site: 'u32', descriptor: 'u32' } },
  // ── tasks of an event loop ─────────────────────────────────────────────────────────────────────────────────
  /**
   * A task was made; `task` counts from 1 in the process. parent: the task that made it, 0 for none. coroutine: its qualified
   * name. descriptor: the connection whose callback made it, 0xffffffff where none did.
   */
  task: { code: 70, fields: { task: 'u32', parent: 'u32', name: 'u32', coroutine: 'u32', site: 'u32', descriptor: 'u32' } },
  /**
   * The task was suspended from time to `end`, or is since time (flags.begin). Waits of less than a millisecond are written now and
   * then only. site: the innermost line of the user's in the chain of awaits; what: the name of what is awaited there; how: see
   * taskWaits, which also says what `object` is (0xffffffff: unknown). steps, run, longest: since the task's birth, times in ns.
   */
  taskWait: { code: 71, fields: { end: 'u64', run: 'u64', longest: 'u64', task: 'u32', object: 'u32', site: 'u32', what: 'u32', steps: 'u32', how: 'u16' } },
  /** result: see taskEnds. error: the exception's class. name: as it is called now. */
  taskEnd: { code: 72, fields: { run: 'u64', longest: 'u64', task: 'u32', steps: 'u32', name: 'u32', error: 'u32', result: 'i32' } },
  /**
   * A callback of the loop, or a task's step, that kept the loop for long. task: 0 for a callback; callback: its qualified name;
   * resumed: where the task went on from; site: where it is suspended now, of a callback its first line. descriptor: the
   * connection that it was called for, 0xffffffff where unknown.
   */
  loopTurn: { code: 73, fields: { end: 'u64', task: 'u32', callback: 'u32', resumed: 'u32', site: 'u32', descriptor: 'u32' } },
  /** A connection got a protocol. name: its class; site: where its code for data begins. */
  protocol: { code: 74, fields: { descriptor: 'u32', name: 'u32', site: 'u32' } },
  /** From time to `end` a thread polled `count` times without waiting, and nothing was ready. */
  glances: { code: 75, fields: { end: 'u64', count: 'u32', site: 'u32', registered: 'u32', how: 'u16' } },

  // ── what the supervisor and the kernel observer saw (writer: kernel) ───────────────────────────────────────
  /** A process of the run that no probe has reported. command: as in image. */
  processSeen: { code: 60, fields: { process: 'u32', parent: 'u32', command: 'u32' } },
  /** The process is a zombie; status: its wait status, -1 where unknown. */
  zombieSeen: { code: 61, fields: { process: 'u32', status: 'i32' } },
  /** The process is gone; status: its wait status, -1 where unknown. */
  processGone: { code: 62, fields: { process: 'u32', status: 'i32' } },
  /** The process has another parent than before. */
  reparented: { code: 63, fields: { process: 'u32', parent: 'u32' } },
  /** The supervisor started the root program. */
  rootStarted: { code: 64, fields: { process: 'u32', command: 'u32' } },
  /** The supervisor reaped the root program; status: its wait status. */
  rootEnded: { code: 65, fields: { process: 'u32', status: 'i32' } },
  /** A thread of the run, first seen. name: its comm as a text id. */
  threadSeen: { code: 66, fields: { process: 'u32', thread: 'u32', name: 'u32' } },
  /** The thread is gone; its process may live on. */
  threadGone: { code: 67, fields: { process: 'u32', thread: 'u32' } },
  /**
   * The kernel's account of a thread at this moment; written when it differs from the one before. run: ns on a CPU, ready: ns
   * ready for one, both since the thread's birth (schedstat). state: the letter's code as in /proc/PID/stat. call: the number of
   * the system call that it is blocked in, -1 where it is in none or it is unknown; object: that call's first argument.
   * waitsFor: see threadWaits.
   */
  threadSample: { code: 68, fields: { run: 'u64', ready: 'u64', object: 'u64', process: 'u32', thread: 'u32', call: 'i32', state: 'u16', waitsFor: 'u16' } },
  /** A listener's accept queue, written when it differs from the one before. limit: its backlog, 0 where unknown (/proc does not show it). */
  queueLength: { code: 69, fields: { address: 'address', port: 'u16', family: 'u16', length: 'u32', limit: 'u32' } },
  /** A client stands in an accept queue. since: when the observer had last looked and it was not there (0: it was there from the start). */
  queuedClient: { code: 80, fields: { local: 'address', peer: 'address', since: 'u64', localPort: 'u16', peerPort: 'u16', family: 'u16' } },
  /** It does no more: accepted, or gone. */
  queuedClientGone: { code: 81, fields: { local: 'address', peer: 'address', localPort: 'u16', peerPort: 'u16', family: 'u16' } },
  /** The supervisor has found that no process of the run is left; those whose end nobody saw are over too. */
  allGone: { code: 83, fields: {} },

  // ── more of processes and channels ─────────────────────────────────────────────────────────────────────────
  /**
   * A process has an end of a channel in a way in which its calls need not be seen: a started program as its standard input or
   * output, or a file object. process: its pid, the writer's own too. how: see channelEnds.
   */
  channelGiven: { code: 85, fields: { inode: 'u64', process: 'u32', descriptor: 'u32', how: 'u16' } },
  /**
   * A wait of multiprocessing's queues for what travels on a channel, or for room on it. result: 1 done, else -errno. how: see
   * channelEnds, 0 unknown; hints, of a begin record: see lockHints.
   */
  channelWait: { code: 86, fields: { end: 'u64', inode: 'u64', result: 'i32', site: 'u32', how: 'u16', hints: 'u16' } },
  /** os.system: a shell whose pid the caller does not learn. result: its wait status, or -errno. command: as in image. */
  system: { code: 87, fields: { end: 'u64', result: 'i32', site: 'u32', command: 'u32' } },

  /** The process (its pid, the writer's own too) is in this process group from now on. Else it is in its parent's. */
  processGroup: { code: 27, fields: { process: 'u32', group: 'u32' } },

  // ── more of event loops ────────────────────────────────────────────────────────────────────────────────────
  /** An event loop runs in this thread: a begin record when it starts, a complete one when it has stopped. */
  loopRun: { code: 25, fields: { end: 'u64', site: 'u32' } },
  /** From time to `end` an event loop came round `count` times without waiting, because callbacks were ready. */
  loopRounds: { code: 26, fields: { end: 'u64', count: 'u32' } },
  // ── a debugger beside the run (90 to 95 by the attendant, writer: kernel; see marks.ts) ─────────────────────
  /**
   * A debug session of the editor's. `at`, here and in the kinds below: CLOCK_MONOTONIC ns when it happened; `time` is when it was
   * written, somewhat later, so that no reader has passed it. session: a number of the attendant's; parent: the session that started
   * it, 0 for none; process: its pid, 0 unknown. type, name: text ids. phase: see sessionPhases.
   */
  debugSession: { code: 90, fields: { at: 'u64', session: 'u32', parent: 'u32', process: 'u32', type: 'u32', name: 'u32', phase: 'u16' } },
  /**
   * A thread was stopped. thread: its native id, 0 unknown; debugThread: the debugger's number for it, 0xffffffff where it told none.
   * reason, file: text ids, 0 unknown; line: 0 unknown. all: 1 where every thread of the process is stopped.
   */
  debugStop: { code: 91, fields: { at: 'u64', session: 'u32', process: 'u32', thread: 'u32', debugThread: 'u32', reason: 'u32', file: 'u32', line: 'u32', all: 'u16' } },
  /** A stop is over. all: 1 where it ends every stop of the session. how: see continueWays. */
  debugContinue: { code: 92, fields: { at: 'u64', session: 'u32', process: 'u32', debugThread: 'u32', all: 'u16', how: 'u16' } },
  /** What the debugger calls a thread. thread: its native id, 0 unknown. name: a text id. phase: see debugThreadPhases. */
  debugThread: { code: 93, fields: { at: 'u64', session: 'u32', process: 'u32', debugThread: 'u32', thread: 'u32', name: 'u32', phase: 'u16' } },
  /** A breakpoint the debugger took. file: a text id. phase: see breakpointPhases. */
  debugBreakpoint: { code: 94, fields: { at: 'u64', session: 'u32', file: 'u32', line: 'u32', phase: 'u16' } },
  /** The debugger said with which exit code the process ended. */
  debugExit: { code: 95, fields: { at: 'u64', session: 'u32', process: 'u32', code: 'i32' } },
  /** The probe: from time to `end` the thread stood still in the debugger; begin and complete. site: where. */
  suspended: { code: 96, fields: { end: 'u64', site: 'u32' } },
  // ── what can't be seen ─────────────────────────────────────────────────────────────────────────────────────
  /** From now on the process does things that this writer can't see. what: see gaps; detail: a text id, 0 for none. */
  gap: { code: 97, fields: { detail: 'u32', what: 'u16' } },
  /** The observer: which file the process runs (a text id, 0 unknown), and whether what lets a probe in stands in its environment. */
  programSeen: { code: 98, fields: { process: 'u32', executable: 'u32', environment: 'u16' } },
  /** An orphan says, or left word, with which wait status it ends. It has another parent by now. */
  orphanLeft: { code: 99, fields: { process: 'u32', status: 'i32' } },
  // ── more of locks ──────────────────────────────────────────────────────────────────────────────────────────
  /** A forked child has made a lock of `heldAtFork` anew, or dropped it: nobody will wait for its vanished holder. object: as there. */
  lockReset: { code: 105, fields: { object: 'u64', how: 'u16' } },
} as const satisfies Readonly<Record<string, Kind>>;

export type EventName = keyof typeof events;

export const exitWays = { atexit: 1, osExit: 2, fatal: 3 } as const;
export const handlerPhases = { setup: 1, handle: 2, finish: 3 } as const;
/** peek: bytes that stay where they are, or none asked for; the others are TLS's own messages. */
export const socketWaits = { peek: 1, handshake: 2, unwrap: 3 } as const;
export const pollWays = { select: 1, poll: 2, epoll: 3, kqueue: 4 } as const;
/** queue: for something to get; queuePut: for room; queueJoin: for all tasks to be done. process…: multiprocessing's. */
export const lockWays = {
  lock: 1, rlock: 2, condition: 3, semaphore: 4, event: 5, queue: 6, barrier: 7,
  processLock: 8, processSemaphore: 9, future: 10, queuePut: 11, queueJoin: 12, processCondition: 13, processEvent: 14,
} as const;
/**
 * What is known of a wait when it begins. timed: it ends by itself; owned: nobody but the holder can let go of the lock (it is recursive, or a
 * with statement holds it); handlers: the program has signal handlers, and what one may do nobody knows.
 */
export const lockHints = { timed: 1, owned: 2, handlers: 4 } as const;
/** What a blocked thread waits for, as far as its system call tells. */
export const threadWaits = { nothing: 0, other: 1, gil: 2 } as const;
/** How a channel is known: made by this process, or found open in it. */
export const channelWays = { pipe: 1, foundPipe: 2, foundFifo: 3 } as const;
export const channelEnds = { reading: 1, writing: 2 } as const;
/** What a task awaits. `object` is a descriptor in receive to connect, a task's number in task, a pid in process. */
export const taskWaits = {
  future: 0, task: 1, executor: 2, receive: 3, send: 4, accept: 5, connect: 6, sleep: 7, lock: 8, condition: 9, semaphore: 10,
  event: 11, queue: 12, barrier: 13, process: 14,
} as const;
/** dropped: nobody held it any more, and it was pending. */
export const taskEnds = { done: 0, cancelled: 1, raised: 2, dropped: 3 } as const;
/** Why a probe can't see all of its process. library: an extension module that is known to talk to the network by itself. */
export const gaps = { gevent: 1, eventlet: 2, uvloop: 3, subinterpreter: 4, freeThreaded: 5, library: 6 } as const;
/** noToken, noPath: the variable that names the run is gone, or the one that leads Python to the probe. */
export const environments = { unknown: 0, whole: 1, noToken: 2, noPath: 3 } as const;
export const sessionPhases = { started: 1, ended: 2, restarted: 3, process: 4 } as const;
/** stoppedAgain: another stop of the same thread came without an end of the first; exited: its thread or process ended. */
export const continueWays = { continued: 1, response: 2, stoppedAgain: 3, exited: 4, ended: 5 } as const;
/** `debugThread` where the debugger named no thread. */
export const noDebugThread = 0xffffffff;
export const debugThreadPhases = { started: 1, exited: 2, named: 3 } as const;
export const breakpointPhases = { set: 1, removed: 2 } as const;

/**
 * What the editor tells the attendant of a run that is debugged: lines of JSON on its standard input, one object each.
 *
 *     debug adapter ─► editor (tracker) ─► lines ─► attendant ─► records 90 to 95 (events.ts) ─► model
 *
 * The editor can't write into a run's folder itself: the run outlives its window, and has one writer for what is seen from outside. The
 * attendant writes what it reads, knows no debug adapter protocol, and gives up nothing when the lines end in the middle.
 *
 * Times are CLOCK_MONOTONIC nanoseconds as decimal text (a double can't hold them), taken when the event arrived, not when it was sent on.
 * Numbers are whole and 0 to 2^32 - 1. What is unknown is null.
 */

/** The editor's number for a debug session, from 1; unique in the run. */
export type SessionNumber = number;

export interface SessionMark {
  readonly kind: 'session';
  readonly at: string;
  readonly session: SessionNumber;
  /** The session that started this one; null for the root. */
  readonly parent: SessionNumber | null;
  /** started: its adapter begins. process: its process has become known. restarted: the same session begins anew. */
  readonly phase: 'started' | 'process' | 'restarted' | 'ended';
  /** The adapter's type: debugpy, pwa-node. */
  readonly type: string;
  readonly name: string;
  readonly process: number | null;
}

/**
 * Told at once, when thread and line are most often unknown yet, and told again with the same `at`, `session` and `debugThread` when more is
 * known: the same stop, of which the last word counts.
 */
export interface StopMark {
  readonly kind: 'stop';
  readonly at: string;
  readonly session: SessionNumber;
  readonly process: number | null;
  /** The kernel's id of the thread. */
  readonly thread: number | null;
  /** The debugger's number for it; null where the event named none. */
  readonly debugThread: number | null;
  /** As the adapter says it: breakpoint, step, pause, exception. */
  readonly reason: string;
  readonly file: string | null;
  readonly line: number | null;
  /** Whether every thread of the process stands still. */
  readonly all: boolean;
}

export interface ContinueMark {
  readonly kind: 'continue';
  readonly at: string;
  readonly session: SessionNumber;
  readonly process: number | null;
  readonly debugThread: number | null;
  /** Whether it ends every stop of the session. */
  readonly all: boolean;
  readonly how: 'continued' | 'response' | 'stoppedAgain' | 'exited' | 'ended';
}

export interface ThreadMark {
  readonly kind: 'thread';
  readonly at: string;
  readonly session: SessionNumber;
  readonly process: number | null;
  readonly debugThread: number;
  readonly thread: number | null;
  readonly name: string | null;
  readonly phase: 'started' | 'exited' | 'named';
}

export interface BreakpointMark {
  readonly kind: 'breakpoint';
  readonly at: string;
  readonly session: SessionNumber;
  readonly file: string;
  readonly line: number;
  readonly phase: 'set' | 'removed';
}

export interface ExitMark {
  readonly kind: 'exit';
  readonly at: string;
  readonly session: SessionNumber;
  readonly process: number | null;
  /** The exit code as the adapter tells it. */
  readonly code: number;
}

export type Mark = SessionMark | StopMark | ContinueMark | ThreadMark | BreakpointMark | ExitMark;

/** What else a line may say. */
export type AttendantWord =
  /** This process is the run's root: its pid. May come late, or again after a restart. */
  | { readonly kind: 'root'; readonly process: number }
  /** No session of the run will come any more; the attendant ends once nothing of the run lives. */
  | { readonly kind: 'end' }
  /** The program was never started: the run leaves nothing behind. */
  | { readonly kind: 'cancel' };

export type AttendantLine = Mark | AttendantWord;

/** The attendant's only line on its standard output: its run's folder stands, and the program may start. */
export const attendantReady = 'ready';

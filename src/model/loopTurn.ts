/** What kept an event loop: a callback or a task's step that took long, and polls that found nothing. Times: ns from the base. */
import type { Connection } from './connection';
import type { Reference } from './references';
import type { Task } from './task';

export interface LoopTurn {
  readonly beginNs: number;
  readonly endNs: number;
  /** The task whose step it was; null for a callback. */
  readonly task: Task | null;
  /** The callback's qualified name. */
  readonly callback: Reference | null;
  /** Where the task went on from. */
  readonly resumedAt: Reference | null;
  /** Where the task waited next; of a callback its first line. */
  readonly suspendedAt: Reference | null;
  /** The connection that it was called for. */
  readonly connection: Connection | null;
}

/** An event loop that runs, or ran, in a thread. */
export interface LoopRun {
  readonly beginNs: number;
  /** Null while it has not stopped. */
  endNs: number | null;
  /** When it was last known to go from one callback to the next, beside its polls. */
  passedNs: number;
}

/** Polls without a timeout, `count` of them, none of which found anything. */
export interface Glances {
  readonly beginNs: number;
  readonly endNs: number;
  readonly count: number;
  readonly at: Reference | null;
}

/**
 * A task of an event loop: a coroutine that shares its thread with others.
 *
 *     steps        ▌      ▌▌▌▌▌▌     ▌            each runs until the next await that has to wait
 *     waits         ─────        ────              those of at least a millisecond; shorter ones are only counted
 */
import type { TaskEnd } from '../protocol/report';
import type { Connection } from './connection';
import type { Pages } from './packedRows';
import type { Reference } from './references';
import type { Thread } from './thread';
import { WaitColumns } from './waits';

const nothing = new WaitColumns();

export class Task {
  readonly kind = 'task';
  /** See `Changes`. */
  changedIn = 0;
  readonly id: string;
  /** The program's name for it, or "Task-7". */
  name: Reference | null = null;
  /** The qualified name of its coroutine. */
  coroutine: Reference | null = null;
  /** The task that made it. */
  parent: Task | null = null;
  /** The line that made it; where a library did, the first line of its coroutine. */
  createdAt: Reference | null = null;
  /** Null while it is pending. */
  endNs: number | null = null;
  /** Null while it is pending, and where it was dropped or cut off. */
  end: TaskEnd | null = null;
  /** The class of the exception that ended it. */
  error: Reference | null = null;
  /** Totals up to its last record. Times in ns. */
  steps = 0;
  runNs = 0;
  longestNs = 0;
  /** What it awaited at its last written wait. */
  what: Reference | null = null;
  /** Waits of at least a millisecond, and others now and then. The last row is open while it is suspended. */
  waits: WaitColumns;
  /** The connection that it handles, or handled last. */
  connection: Connection | null = null;

  /**
   * @param thread the loop's.
   * @param startNs ns from the recording's base.
   * @param pages where its rows stand.
   */
  constructor(
    readonly number: number,
    readonly thread: Thread,
    readonly startNs: number,
    pages: Pages,
  ) {
    this.waits = new WaitColumns(pages);
    this.id = `k${String(number)}`;
  }

  /** Its end, or that of the thread which cut it off; null while it lives. */
  get overNs(): number | null {
    return this.endNs ?? this.thread.endNs;
  }

  /** Lets go of the waits: a server can make a task for every request, and nobody looks at those that were over at once. */
  forgetWaits(): void {
    this.waits.forget();
    this.waits = nothing;
  }
}

/** A thread: its facts, and its waits in the order of time. */
import type { Process } from './process';
import type { Reference } from './references';
import type { Connection } from './connection';
import type { Handled } from './handlers';
import type { Hidden } from './hidden';
import type { HeldLock } from './locks';
import type { HandledSignal } from './signals';
import type { Glances, LoopRun, LoopTurn } from './loopTurn';
import type { Pages } from './packedRows';
import { SampleColumns } from './samples';
import { WaitColumns } from './waits';

export class Thread {
  readonly kind = 'thread';
  /** See `Changes`. */
  changedIn = 0;
  /** `t0` while it is hidden. */
  id: string;
  /** Whether it is in no list, and why (hidden.ts). */
  hidden: Hidden | null = null;
  /** As the program calls it; the main thread of a Python process is "MainThread". Null where unknown. */
  name: Reference | string | null = null;
  /** The name is the kernel's (its comm), until somebody says how the program calls it. */
  nameSeen = false;
  /** The qualified name of its function. */
  target: Reference | null = null;
  daemon: boolean | null = null;
  startedBy: Thread | null = null;
  /** The line of the call that started it. */
  startedAt: Reference | null = null;
  /** How long that call took, ns; null where it is unknown. */
  startTookNs: number | null = null;
  joinedBy: Thread | null = null;
  /** Null while it lives; the process's end where it was cut off by that. */
  endNs: number | null = null;
  /** Its own first words have been read. */
  begun = false;
  /** Its own last words have been read. */
  ended = false;
  /** Recorded calls that can block. The last row is open (end NaN) while the thread is inside it. */
  readonly waits: WaitColumns;
  /** What is known of its last wait for a lock, a word, a thread or a channel: see lockHints. */
  hints = 0;
  /** The kernel's account of it; empty where nobody looked. */
  readonly samples: SampleColumns;
  /** What its request handler is at work for. */
  handled: Handled | null = null;
  /** Handlers of the program's that ran in it, in the order of their begins. */
  readonly signals: HandledSignal[] = [];
  /** Locks of others at its forks, in the order of time. */
  readonly heldAtFork: HeldLock[] = [];
  /** The event loop that runs in it, or ran last. */
  loop: LoopRun | null = null;
  /** Of an event loop's thread: what kept it for long, and polls that found nothing. */
  readonly turns: LoopTurn[] = [];
  readonly glances: Glances[] = [];
  /** Open connections that it owns. */
  readonly connections = new Set<Connection>();

  /**
   * @param startNs ns from the recording's base.
   * @param pages where its rows stand.
   */
  constructor(
    public number: number,
    readonly process: Process,
    readonly tid: number,
    readonly startNs: number,
    pages: Pages,
  ) {
    this.waits = new WaitColumns(pages);
    this.samples = new SampleColumns(pages);
    this.id = `t${String(number)}`;
  }

  get main(): boolean {
    return this.process.main === this;
  }
}

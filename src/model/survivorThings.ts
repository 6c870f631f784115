/** What `survivors.ts` remembers of processes, threads and sockets: the records that tell of them. */
import { recordBytes } from '../protocol/layout';
import type { Owner } from '../recording/batch';
import type { Reading } from './reading';

/** A record that may have to be kept. */
export interface Entry {
  /** The whole record. */
  readonly bytes: Uint8Array;
  readonly owner: Owner;
  /** ns from the recording's base. */
  readonly key: number;
  /** Its place among all records. */
  readonly order: number;
  /** Whose it is; null for the supervisor's. */
  readonly thread: ThreadLife | null;
}

/** The last record of a kind, of which only that counts: its place is used again and again. */
export class Latest {
  private readonly words = new Uint32Array(recordBytes / 4);
  private readonly slot = { bytes: new Uint8Array(this.words.buffer), owner: null as Owner | null, key: 0, order: 0, thread: null as ThreadLife | null };

  get entry(): Entry | null {
    return this.slot.owner === null ? null : (this.slot as Entry);
  }

  set(reading: Reading, order: number, thread: ThreadLife | null): void {
    const { slot, words } = this;
    for (let word = 0; word < words.length; word++) words[word] = reading.u32(word * 4);
    slot.owner = reading.owner;
    slot.key = reading.key;
    slot.order = order;
    slot.thread = thread;
  }

  clear(): void {
    this.slot.owner = null;
  }
}

export class ProcessLife {
  /** How it began, what it runs, how it ended. */
  readonly entries: Entry[] = [];
  /** Who sent it a signal last. */
  kill: Entry | null = null;
  parent: ProcessLife | null = null;
  /** As its writers gave it, by `writer:birth`. */
  readonly births = new Set<string>();
  readonly threads = new Map<number, ThreadLife>();
  readonly descriptors = new Map<number, SocketLife>();
  readonly tasks = new Map<number, TaskLife>();
  /** After an exec: descriptors that the fresh program has not told of yet. */
  unconfirmed: Set<number> | null = null;
  reported = false;
  forkTold = false;
  ended = false;
  /** Nothing is left of it: it was collected. */
  gone = false;

  constructor(
    readonly pid: number,
    readonly startNs: number,
  ) {}
}

export class ThreadLife {
  readonly entries: Entry[] = [];
  /** The call that started it. */
  start: Entry | null = null;
  cost: Entry | null = null;
  /** The call that it is inside. */
  readonly open = new Latest();
  /** The event loop that it runs, and the signal's handler that it is inside. */
  readonly loop = new Latest();
  readonly handler = new Latest();
  /** It stands still in a debugger. */
  readonly stopped = new Latest();
  /** The request handler that it is inside. */
  phase: Entry | null = null;
  /** The kernel's last account of it. */
  readonly sample = new Latest();
  begun = false;
  ended = false;

  constructor(
    readonly process: ProcessLife,
    readonly tid: number,
    readonly startNs: number,
  ) {}
}

export interface TaskLife {
  readonly entries: Entry[];
  /** What it waited for last; its sums are those since its birth. */
  wait: Entry | null;
}

export class SocketLife {
  /** How it came, through whose descriptors it went, its addresses. */
  readonly entries: Entry[] = [];
  /** Descriptors that lead to it, in all processes. */
  references = 0;
  inode: string | null = null;
  /** Its addresses, as they are looked for. */
  readonly keys = new Set<string>();
  /** The last calls on it say who owns it. */
  readonly lastReceive = new Latest();
  readonly lastSend = new Latest();
  /** Its peer sends no more. */
  end: Entry | null = null;
  /** Sockets without whose records its own would tell something else: its listener, its other end, who came in its place. */
  readonly linked = new Set<SocketLife>();
  /** Of a listener at a path: identifies that. */
  path: string | null = null;
  listener: SocketLife | null = null;
}

/**
 * A process: one pid from its birth to its end. An exec keeps it and adds an image; a pid that the kernel gives out again is
 * another process.
 *
 *     born ── images[0] ── images[1] (exec) ── … ── endNs ░░ zombie ░░ reapedNs
 */
import type { Coverage, ExitStatus } from '../protocol/report';
import { DescriptorTable } from './descriptors';
import type { Hidden } from './hidden';
import type { Reference } from './references';
import type { Task } from './task';
import type { Thread } from './thread';

/** A program that ran in the process. */
export interface Image {
  /** The arguments joined by NUL; null where they are unknown. */
  command: Reference | null;
  atNs: number;
  /** The program's own first words have not come: the process said that it was about to run it. */
  announced?: boolean;
}

/** What multiprocessing says of one of its processes. */
export interface MultiprocessingFacts {
  name: Reference | null;
  target: Reference | null;
  startMethod: Reference | null;
  /** The process that called start(); null where it is unknown. */
  logicalParent: Process | null;
  daemon: boolean;
}


export class Process {
  readonly kind = 'process';
  /** See `Changes`. */
  changedIn = 0;
  /** `p0` while it is hidden. */
  id: string;
  /** Whether it is in no list, and why (hidden.ts). */
  hidden: Hidden | null = null;
  /** A debugger works inside it. */
  debugged = false;
  birth: 'root' | 'fork' | 'spawn' = 'spawn';
  /** It began as a copy of its parent, whatever it runs now. */
  forked = false;
  parent: Process | null = null;
  readonly children: Process[] = [];
  images: Image[] = [];
  multiprocessing: MultiprocessingFacts | null = null;
  readonly coverage = new Set<Coverage>();
  /** The call that made it. */
  bornAt: Reference | null = null;
  /** How long that call took in its parent, ns; null where it is unknown. */
  birthTookNs: number | null = null;
  /** The thread whose call made it. */
  bornBy: Thread | null = null;

  /** Null while it lives, or where its end is unknown. */
  endNs: number | null = null;
  /** Where endNs comes from: its own last words, its parent's wait, or somebody who looked. */
  endWitness: 'exit' | 'wait' | 'seen' | null = null;
  exit: ExitStatus | null = null;
  /** True when `exit` comes from a wait status and not from the process's own last words. */
  exitCertain = false;
  reapedNs: number | null = null;
  reapedBy: Thread | null = null;
  /** The line of the call that collected it. */
  reapedAt: Reference | null = null;
  zombieNs: number | null = null;
  /** The kernel gave it another parent. */
  reparentedNs: number | null = null;
  /** Who became its parent then: a pid, which need not be of this recording. */
  adoptedBy: number | null = null;
  /** An observer saw it as a zombie. */
  zombieSeen = false;
  /** Its process group; null where unknown. */
  group: number | null = null;
  /** By signal: the thread that sent it last. */
  readonly signals = new Map<string, Thread>();

  /** In the order in which they came to be known; added by `addThread`. */
  readonly threads: Thread[] = [];
  private readonly byTid = new Map<number, Thread>();
  /** Locks of others at the fork that it has made anew, as in `Locks.objects`. */
  readonly locksReset = new Set<string>();
  /** Pending tasks by the number that the process gave them. */
  readonly tasks = new Map<number, Task>();
  /** The latest ones that are over. */
  readonly tasksOver = new Map<number, Task>();
  /** The thread that the process began with; in a forked child the copy of the one that forked. */
  main: Thread | null = null;
  /** That it was forked has been told, by its parent or by itself. */
  forkTold = false;
  readonly descriptors = new DescriptorTable();
  /** After an exec: descriptors that the fresh program has not told of yet. Null: all are settled. */
  unconfirmed: Set<number> | null = null;
  /** The last moment at which it is known to have lived. */
  lastSeenNs = NaN;
  /** A probe inside it has spoken. */
  reported = false;
  /** Births (ns) that its writers gave, by writer: with the pid the identity of an image. */
  readonly births = new Map<string, number>();
  /** What its probe can't see, as the probe says; toNs: until it ran another program. */
  gaps: { readonly what: number; readonly detail: Reference | null; readonly fromNs: number; toNs: number | null }[] = [];
  /** The file that it runs, as an observer saw it, and whether its environment lets a probe in (protocol/events.ts). */
  program: { readonly executable: Reference | null; readonly environment: number } | null = null;
  /** Probes that turned themselves off in it: from then on only the kernel's account of it is known. */
  readonly faults: { readonly message: Reference; readonly atNs: number }[] = [];

  /** @param startNs ns from the recording's base. */
  constructor(
    public number: number,
    readonly pid: number,
    readonly startNs: number,
  ) {
    this.id = `p${String(number)}`;
    this.lastSeenNs = startNs;
  }

  /** False from its end on, also while it is a zombie. */
  get alive(): boolean {
    return this.endNs === null;
  }

  /** The program that it runs, or ran last; null where none is known. */
  get image(): Image | null {
    return this.images[this.images.length - 1] ?? null;
  }

  /** The youngest thread of this kernel id. */
  thread(tid: number): Thread | null {
    return this.byTid.get(tid) ?? null;
  }

  /** A thread of it has come to be known; tids are given again. */
  addThread(thread: Thread): void {
    this.byTid.set(thread.tid, thread);
    if (thread.hidden === null || this.hidden !== null) this.threads.push(thread);
  }

  /** A thread that was hidden is so no more. */
  listThread(thread: Thread): void {
    if (!this.threads.includes(thread)) this.threads.push(thread);
  }

  /**
   * When it lost its parent; null unless it certainly lived on: a zombie gets another parent too, but is no orphan.
   */
  get orphanedNs(): number | null {
    const parentEnd = this.parent?.endNs ?? Infinity;
    const { reparentedNs, endNs } = this;
    const reparented = reparentedNs !== null && (endNs === null || reparentedNs < endNs);
    if (reparented) return Math.min(parentEnd, reparentedNs);
    return this.lastSeenNs > parentEnd ? parentEnd : null;
  }
}

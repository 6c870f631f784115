/** One process of the run, as far as the kernel shows it. */
import { environments } from '../protocol/events';
import { isDebuggedTracker } from './observerDebugger';
import type { GilFinder, GilRanges } from './observerGil';
import type { Stat } from './observerParse';
import { WatchedThread, type ThreadReader } from './observerThreads';

const shortestRetryMs = 500;
const longestRetryMs = 30_000;

export class WatchedProcess {
  readonly main: WatchedThread;
  /** Threads beside the main one. */
  readonly others = new Map<number, WatchedThread>();
  /** Clock ticks since boot: with the pid its identity. */
  start = 0;
  firstParent = 0;
  parent = 0;
  group = 0;
  /** Its arguments joined by NUL; '' where there are none. */
  command = '';
  /** Its threads but for the main one are a debugger's: nothing is told of them. */
  isMainAlone = false;
  /** The file that it runs; '' where it is unknown. */
  executable = '';
  /** Whether a probe could come into it: one of `environments`. */
  environment: number = environments.unknown;
  image = 0;
  /** The wait status seen while it was a zombie, null before. */
  zombie: number | null = null;
  /** Its main thread has ended. Others may live on: then it becomes a zombie without its main thread moving. */
  isHeadless = false;
  /** Looks since its stat was read, and how often it was. */
  unread = 0;
  reads = 0;
  private ranges: GilRanges | null = null;
  private askedAt = -Infinity;
  private retryMs = shortestRetryMs;

  constructor(
    readonly pid: number,
    reader: ThreadReader,
    private readonly finder: GilFinder,
  ) {
    this.main = new WatchedThread(pid, pid, reader, this);
  }

  /** @param parent where it is of the run: a forked child has its parent's mappings. */
  first(stat: Stat, parent: WatchedProcess | undefined): void {
    if (parent !== undefined && stat.image !== 0 && parent.image === stat.image) this.ranges = parent.ranges;

    this.start = stat.start;
    this.parent = stat.parent;
    this.firstParent = stat.parent;
    this.group = stat.group;
    this.image = stat.image;
  }

  /** Where its GIL lies. An interpreter may be loaded later: that there is none is asked again from time to time. */
  gil(): GilRanges | null {
    const now = performance.now();
    if ((this.ranges === null || this.ranges.length === 0) && now - this.askedAt >= this.retryMs) {
      this.ranges = this.finder.rangesOf(this.pid);
      this.retryMs = Math.min(longestRetryMs, this.retryMs * 2);
      this.askedAt = now;
    }
    return this.ranges;
  }

  /** What it runs has become known. @param command as above. */
  runs(command: string): void {
    this.command = command;
    this.isMainAlone = isDebuggedTracker(command);
  }

  /** It runs another program now. */
  imageChanged(image: number): void {
    this.image = image;
    this.ranges = null;
    this.askedAt = -Infinity;
    this.retryMs = shortestRetryMs;
  }

  close(): void {
    this.main.close();
    for (const thread of this.others.values()) thread.close();
  }
}

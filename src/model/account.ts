/**
 * How a thread spent a span of time: the kernel's account (samples.ts) joined with the waits that the probe recorded.
 *
 *     samples     ┼───────── run 12, ready 3 ─────────┼────── run 0 ──────┼ · · · held · · ·
 *     waits             ▒▒▒ receive ▒▒▒                    ▒▒▒▒ lock ▒▒▒▒
 *     cells       └──────────────────────────────────┘└──────────────────┘└─ last row's state ─┘└ unknown
 *
 * A cell is a span with one account: of its length L, `run` and `ready` are known, the rest was off the CPU. Waits cover W of
 * it, A = L - W is uncovered. A thread runs between its calls, so run and ready are laid into A, evenly; what does not fit
 * (every wait contains the moments of running into the call and out of it) goes into the waits, evenly. So
 *
 *     running + ready + blocked + …  =  L, each of them ≥ 0
 *
 * for a cell and for every part of one. What waits cover beyond that is blocked on their reason; what is left of A is the cell's
 * `rest`. Who is found stopped is stopped, also inside a wait.
 */
import type { Rest } from './samples';
import type { Thread } from './thread';

/** ns of one thread's time; their sum is the length of the span. `ready` is waiting for a CPU, `gil` for the interpreter lock. */
export interface Shares {
  running: number;
  ready: number;
  gil: number;
  blocked: number;
  stopped: number;
  unknown: number;
}

export interface Cell {
  begin: number;
  /** Infinity for what follows all that is known. */
  end: number;
  run: number;
  ready: number;
  rest: Rest;
  /** Whether it was on a CPU (or ready) when the cell began. */
  onCpuFirst: boolean;
  /** ns of waits in it. */
  covered: number;
}

/** The kernel counts a running thread's time at ticks, of which common kernels have 100 to 1000 a second. */
const tickNs = 10e6;
/**
 * The observer looks 20 times a second, and less often at a thread that stands still: after a quarter of the time that it has
 * stood already, at most every half second. So long before something happened it may have gone otherwise already.
 */
const lookNs = { least: 100e6, most: 600e6, share: 0.25 };

export function noShares(): Shares {
  return { running: 0, ready: 0, gil: 0, blocked: 0, stopped: 0, unknown: 0 };
}

/** Walks one thread's account. Times are ns from the recording's base. */
export class Account {
  /** Up to when the last look stands: what follows is not known. */
  readonly heldUntilNs: number;
  /** Since when the thread's account is known. */
  readonly sinceNs: number;
  private leastNs = 0;
  private readonly moments = [NaN, NaN, NaN];
  private readonly sums = [0, 0, 0];
  private oldest = 0;
  private readonly cell: Cell = { begin: NaN, end: NaN, run: 0, ready: 0, rest: 'unknown', onCpuFirst: true, covered: 0 };

  /**
   * @param observedUntilNs up to when an observer looked.
   * @param completeFromNs before it nothing is known beside the waits that were kept.
   */
  constructor(
    private readonly thread: Thread,
    observedUntilNs: number,
    readonly completeFromNs = -Infinity,
  ) {
    const { samples, startNs } = thread;
    // Sums count from the birth: where they hold more than the time since then, the thread is older than it is known.
    const complete = samples.count > 0 && startNs > completeFromNs && samples.run(0) + samples.ready(0) <= samples.at(0) - startNs + tickNs;
    this.sinceNs = samples.count === 0 ? Infinity : complete ? startNs : samples.at(0);
    this.heldUntilNs = heldUntil(thread, observedUntilNs);
  }

  /**
   * The cell that `ns` lies in; where rows are closer than `leastNs`, those of one stretch of that length (counted from the recording's
   * base, so whoever asks gets the same cells) are taken together. Valid until the next call.
   */
  cellAt(ns: number, leastNs = 0): Cell {
    const { cell, thread: { samples } } = this;
    if (ns >= cell.begin && ns < cell.end && leastNs === this.leastNs) return cell;
    this.leastNs = leastNs;
    if (ns < this.sinceNs) return this.plain(-Infinity, this.sinceNs === Infinity ? Infinity : this.sinceNs, 'unknown');
    const first = samples.firstAfter(ns);
    if (first === samples.count) {
      const last = samples.at(first - 1);
      const found = samples.found(first - 1);
      const held = found === 'cpu' || found === 'told' ? 'unknown' : found;
      return ns < this.heldUntilNs ? this.plain(last, this.heldUntilNs, held) : this.plain(this.heldUntilNs, Infinity, 'unknown');
    }
    let from = first;
    let last = first;
    if (leastNs > 0) {
      const stretch = Math.ceil(samples.at(first) / leastNs);
      from = Math.min(first, samples.firstAfter((stretch - 1) * leastNs));
      last = Math.max(first, samples.firstAfter(stretch * leastNs) - 1);
      // What it did before the first look is not known.
      if (from === 0 && first > 0 && this.sinceNs === samples.at(0)) from = 1;
    }
    const begin = from === 0 ? this.sinceNs : samples.at(from - 1);
    const end = samples.at(last);
    const length = end - begin;
    cell.begin = begin;
    cell.end = end;
    // Before the first row too the sums may be a tick ahead of the time.
    cell.run = Math.min(samples.run(last) - (from === 0 ? 0 : samples.run(from - 1)), length);
    cell.ready = Math.min(samples.ready(last) - (from === 0 ? 0 : samples.ready(from - 1)), length - cell.run);
    cell.rest = samples.rest(last);
    const left = from === 0 ? 'cpu' : samples.found(from - 1);
    cell.onCpuFirst = left === 'cpu' || left === 'told';
    cell.covered = this.coveredUntil(end) - this.coveredUntil(begin);
    return cell;
  }

  /** As the thread's waits say. One cell begins where the last one ended: the moments that were asked for last are remembered. */
  private coveredUntil(ns: number): number {
    const { moments, sums } = this;
    const known = moments.indexOf(ns);
    if (known >= 0) return sums[known]!;
    this.oldest = (this.oldest + 1) % moments.length;
    moments[this.oldest] = ns;
    return (sums[this.oldest] = this.thread.waits.coveredUntil(ns));
  }

  /** A cell without a run. */
  private plain(begin: number, end: number, rest: Rest): Cell {
    return Object.assign(this.cell, { begin, end, run: 0, ready: 0, rest, onCpuFirst: false, covered: 0 });
  }

  /** The shares of a span. @param leastNs cells closer than that are taken together. */
  shares(fromNs: number, toNs: number, leastNs = 0): Shares {
    const shares = noShares();
    for (let at = fromNs; at < toNs; ) {
      const cell = this.cellAt(at, leastNs);
      const end = Math.min(cell.end, toNs);
      const covered = this.coveredUntil(end) - this.coveredUntil(at);
      addPart(shares, cell, end - at, Math.min(covered, end - at));
      at = end;
    }
    return shares;
  }
}

/** What the thread did most in the cell, waits aside. */
export function mostOf({ begin, end, run, ready, rest, covered }: Cell): keyof Shares {
  const left = Math.max(0, end - begin - covered - run - ready);
  if (run >= ready) return run >= left && run > 0 ? 'running' : rest;
  return ready >= left ? 'ready' : rest;
}

/** Adds a part of a cell: `length` ns, of which waits cover `covered`. */
export function addPart(shares: Shares, cell: Cell, length: number, covered: number): void {
  const { run, ready } = cell;
  const open = cell.end - cell.begin - cell.covered;
  const free = length - covered;
  const used = run + ready;
  let busy = 0;
  if (used > 0 && used <= open) busy = (used * free) / open;
  else if (used > 0) busy = free + (cell.covered > 0 ? ((used - open) * covered) / cell.covered : 0);
  busy = Math.min(busy, length);
  const running = used > 0 ? (busy * run) / used : 0;
  shares.running += running;
  shares.ready += busy - running;
  const off = length - busy;
  const waiting = Math.min(covered, off);
  if (cell.rest === 'stopped') shares.stopped += off;
  else {
    shares.blocked += waiting;
    shares[cell.rest] += off - waiting;
  }
}

/**
 * Up to when the last row stands: nothing that came later differed. Its state ended at the latest with the thread, or when the
 * thread next went into a call or came out of one; the last look before that is a moment earlier.
 */
function heldUntil({ samples, waits, endNs }: Thread, observedUntilNs: number): number {
  if (samples.count === 0) return -Infinity;
  const last = samples.at(samples.count - 1);
  const found = samples.found(samples.count - 1);
  if (found === 'cpu' || found === 'told') return last;
  const next = waits.firstEndingAfter(last);
  const call = next === waits.count ? Infinity : waits.begin(next) > last ? waits.begin(next) : waits.end(next);
  const change = Math.min(endNs ?? Infinity, Number.isNaN(call) ? Infinity : call);
  const blindNs = Math.min(lookNs.most, lookNs.least + (change - last) * lookNs.share);
  return Math.max(last, Math.min(observedUntilNs, change - blindNs));
}

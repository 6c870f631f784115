/**
 * A thread's lane: inside a recorded wait its reason, between two of them what the kernel's account says.
 *
 *     waits      ▒▒ receive ▒▒                                        ▒▒ lock ▒▒
 *     cells      ──┼──── run 30, rest 20 (gil) ────┼── run 50 ──┼─ (nobody looked)
 *     lane       ▒▒▒▒▒▒▒▒▒▒▒▒▒▒ running │ gil       running      active ▒▒▒▒▒▒▒▒▒
 *
 * How long it ran, was ready and was neither between two looks is known, when is not: the shares are drawn one after the other,
 * from what it was found in towards the next. Where looks are closer than a few bins, one cell takes them together, so that the cost is
 * bounded by the bins; of a time between waits that is thinner than a bin only what it did most is told (`threadStates.ts`).
 */
import { addPart, mostOf, noShares, type Account, type Cell, type Shares } from '../model/account';
import { unseenFromNs } from '../model/coverage';
import type { Thread } from '../model/thread';
import { stateCode } from '../protocol/states';
import type { LanePyramid } from './lanePyramid';
import { shareState, type ThreadStates } from './threadStates';
import type { TileBuilder } from './tileBuilder';
import { addClosedWaits, type Between } from './waitLane';

/** @param open the span goes on. */
export type AddSpan = (begin: number, end: number, state: number, open: boolean) => void;

/** Model time. */
export interface LaneRange {
  readonly from: number;
  readonly to: number;
  /** 0: as exact as it is known. */
  readonly binNs: number;
}

/** Looks closer than this are taken together: a share of a quarter is still seen. */
export const cellBins = 4;

const fromTheCpu: readonly (keyof Shares)[] = ['running', 'ready', 'gil', 'blocked', 'stopped', 'unknown'];
const towardsTheCpu: readonly (keyof Shares)[] = ['unknown', 'stopped', 'blocked', 'gil', 'ready', 'running'];

/** What is known of a thread's lane beside its rows. */
export interface ThreadLaneSummary {
  readonly states: ThreadStates;
  readonly pyramid: LanePyramid;
}

/** Adds the spans of a thread's lane, in order. @param now model time. */
export function addThreadLane(builder: TileBuilder, thread: Thread, account: Account, to: number, now: number, { states, pyramid }: ThreadLaneSummary): void {
  const { waits, number } = thread;
  const lifeEnd = thread.endNs ?? now;
  const lives = thread.endNs === null;
  const range = { from: builder.beginNs, to: builder.endNs, binNs: builder.binNs };
  const between = new ThreadBetween(thread, account, range, (begin, end, state, open) => builder.add(begin, end, state, number, open), states);
  const last = Math.min(to, lifeEnd);
  const { row, reached } = addClosedWaits(builder, waits, thread.startNs, last, between, number, pyramid);
  const isLast = row >= waits.count;
  const isOpen = !isLast && Number.isNaN(waits.end(row));
  // Up to the next wait, which lies beyond the range or goes on, or to the thread's end.
  const next = isLast ? lifeEnd : waits.begin(row);
  if (next > reached) between.add(reached, next, isLast && lives);
  if (isOpen && next <= last) builder.add(next, lifeEnd, waits.reason(row), number, lives);
}

/**
 * Adds every span of a thread's lane that the range sees, in order, whatever is thin. Times are the model's.
 * @param lifeEnd its end, or the present.
 */
export function addThreadSpans(thread: Thread, account: Account, range: Omit<LaneRange, 'binNs'>, lifeEnd: number, add: AddSpan): void {
  const between = new ThreadBetween(thread, account, { ...range, binNs: 0 }, add);
  const { waits } = thread;
  const lives = thread.endNs === null;
  const last = Math.min(range.to, lifeEnd);
  let at = waits.firstEndingAfter(range.from);
  let reached = at > 0 ? waits.end(at - 1) : thread.startNs;
  for (; at < waits.count; at++) {
    const begin = waits.begin(at);
    if (begin > last) break;
    const open = Number.isNaN(waits.end(at));
    const end = open ? lifeEnd : waits.end(at);
    if (begin > reached) between.add(reached, begin, false);
    add(begin, end, waits.reason(at), open && lives);
    reached = end;
  }
  // Up to the next wait, which lies beyond the range, or to the thread's end.
  const next = at < waits.count ? waits.begin(at) : lifeEnd;
  if (next > reached) between.add(reached, next, at >= waits.count && lives);
}

/** What a thread did where it was in no wait. */
export class ThreadBetween implements Between {
  /** Up to where `stateFrom` told. */
  until = -Infinity;
  private readonly unseenNs: number;
  private readonly cellNs: number;

  constructor(
    thread: Thread,
    private readonly account: Account,
    private readonly range: LaneRange,
    private readonly addSpan: AddSpan,
    /** Tells the same as the account, sooner. */
    private readonly states: ThreadStates | null = null,
  ) {
    this.unseenNs = unseenFromNs(thread.process);
    this.cellNs = cellBins * range.binNs;
  }

  add(begin: number, end: number, open: boolean): void {
    const { account, range } = this;
    const { completeFromNs } = account;
    if (begin < completeFromNs) {
      // What it did there was dropped.
      const known = Math.min(end, completeFromNs);
      this.put(begin, known, stateCode.unknown, open && known === end);
      if (known < end) this.add(known, end, open);
      return;
    }
    if (end - begin < range.binNs) {
      this.put(begin, end, this.mostAt(begin), open);
      return;
    }
    // The same state is one span, over however many cells. Of one that is longer than a bin out of sight no more has to be known.
    const until = Math.min(end, range.to + range.binNs);
    let drawn = -1;
    let since = NaN;
    let reached = NaN;
    const put = (from: number, to: number, state: number): void => {
      if (state !== drawn) {
        if (drawn >= 0) this.put(since, reached, drawn, false);
        drawn = state;
        since = from;
      }
      reached = to;
    };
    let at = Math.max(begin, account.cellAt(Math.max(begin, range.from - range.binNs), this.cellNs).begin);
    while (at < until) {
      const cell = account.cellAt(at, this.cellNs);
      const to = Math.min(cell.end, end);
      putCell(cell, at, to, put);
      at = to;
    }
    if (drawn >= 0) this.put(since, reached, drawn, open && at >= end);
  }

  stateFrom(ns: number): number {
    const { account, states, unseenNs } = this;
    const { completeFromNs } = account;
    if (ns < completeFromNs) {
      this.until = completeFromNs;
      return stateCode.unknown;
    }
    const state = states === null ? this.mostAt(ns) : states.stateAt(ns, account);
    this.until = states === null ? account.cellAt(ns).end : states.until;
    if (ns < unseenNs) this.until = Math.min(this.until, unseenNs);
    return state === stateCode.active && ns >= unseenNs ? stateCode.unknown : state;
  }

  splits(begin: number, end: number): boolean {
    const { unseenNs, account: { completeFromNs } } = this;
    return (begin < unseenNs && unseenNs < end) || (begin < completeFromNs && completeFromNs < end);
  }

  /** What it did most between the two looks around the moment: the finest that is known, whatever the zoom. */
  private mostAt(ns: number): number {
    return shareState[mostOf(this.account.cellAt(ns))];
  }

  /** Between calls a thread is active; but where its calls are not seen, it need not be, and where nobody looked either, nothing is known. */
  private put(begin: number, end: number, state: number, open: boolean): void {
    const { unseenNs } = this;
    if (state !== stateCode.active || end <= unseenNs) {
      this.addSpan(begin, end, state, open);
      return;
    }
    if (begin < unseenNs) this.addSpan(begin, unseenNs, state, false);
    this.addSpan(Math.max(begin, unseenNs), end, stateCode.unknown, open);
  }
}

/** The shares of a part of a cell without a wait, one after the other. */
function putCell(cell: Cell, begin: number, end: number, put: (from: number, to: number, state: number) => void): void {
  const shares = noShares();
  addPart(shares, cell, end - begin, 0);
  const states = (cell.onCpuFirst ? fromTheCpu : towardsTheCpu).filter((state) => shares[state] > 0);
  let at = begin;
  states.forEach((state, index) => {
    const to = index === states.length - 1 ? end : Math.min(at + shares[state], end);
    if (to > at) put(at, to, shareState[state]);
    at = to;
  });
}

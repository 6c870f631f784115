/**
 * A thread's lane: inside a recorded wait its reason, between two of them what the kernel's account says.
 *
 *     waits      ▒▒ receive ▒▒                                        ▒▒ lock ▒▒
 *     cells      ──┼──── run 30, rest 20 (gil) ────┼── run 50 ──┼─ (nobody looked)
 *     lane       ▒▒▒▒▒▒▒▒▒▒▒▒▒▒ running │ gil       running      active ▒▒▒▒▒▒▒▒▒
 *
 * How long it ran, was ready and was neither between two looks is known, when is not: the shares are drawn one after the other,
 * from what it was found in towards the next. Where looks are closer than a few pixels, one cell takes them together, so that the cost is
 * bounded by the pixels; between waits that are closer than that, only what it did most is drawn.
 */
import { addPart, mostOf, noShares, type Account, type Cell, type Shares } from '../model/account';
import { unseenFromNs } from '../model/coverage';
import type { Thread } from '../model/thread';
import { stateCode } from '../protocol/states';

/** @param open the span goes on. */
export type AddSpan = (begin: number, end: number, state: number, open: boolean) => void;

export interface LaneRange {
  readonly from: number;
  readonly to: number;
  /** Spans closer than this may be taken together. */
  readonly pixelNs: number;
}

/** Looks closer than this are taken together: a share of a quarter is still seen. */
const cellPixels = 4;

const stateOf: Readonly<Record<keyof Shares, number>> = {
  running: stateCode.running,
  ready: stateCode.ready,
  gil: stateCode.gil,
  blocked: stateCode.blocked,
  stopped: stateCode.stopped,
  unknown: stateCode.active,
};
const fromTheCpu: readonly (keyof Shares)[] = ['running', 'ready', 'gil', 'blocked', 'stopped', 'unknown'];
const towardsTheCpu: readonly (keyof Shares)[] = ['unknown', 'stopped', 'blocked', 'gil', 'ready', 'running'];

/**
 * Adds the spans of a thread's lane, in order. Times are the model's.
 * @param lifeEnd its end, or the present.
 */
export function addThreadSpans(thread: Thread, account: Account, range: LaneRange, lifeEnd: number, addSpan: AddSpan): void {
  const add = honest(unseenFromNs(thread.process), addSpan);
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
    if (begin > reached) addBetween(account, range, reached, begin, false, add);
    add(begin, end, waits.reason(at), open && lives);
    reached = end;
  }
  // Up to the next wait, which lies beyond the range, or to the thread's end.
  const next = at < waits.count ? waits.begin(at) : lifeEnd;
  if (next > reached) addBetween(account, range, reached, next, at >= waits.count && lives, add);
}

/** From one wait to the next: no wait lies in it. */
function addBetween(account: Account, range: LaneRange, begin: number, end: number, open: boolean, add: AddSpan): void {
  const { completeFromNs } = account;
  if (begin < completeFromNs) {
    // What it did there was dropped.
    const known = Math.min(end, completeFromNs);
    add(begin, known, stateCode.unknown, open && known === end);
    if (known < end) addBetween(account, range, known, end, open, add);
    return;
  }
  if (end - begin < range.pixelNs) {
    add(begin, end, stateOf[mostOf(account.cellAt(begin, cellPixels * range.pixelNs))], open);
    return;
  }
  const until = Math.min(end, range.to);
  // The same state is one span, over however many cells.
  let drawn = -1;
  let since = NaN;
  let reached = NaN;
  const put = (from: number, to: number, state: number): void => {
    if (state !== drawn) {
      if (drawn >= 0) add(since, reached, drawn, false);
      drawn = state;
      since = from;
    }
    reached = to;
  };
  let at = Math.max(begin, range.from);
  for (let first = true; at < until; first = false) {
    const cell = account.cellAt(at, cellPixels * range.pixelNs);
    const to = Math.min(cell.end, end);
    putCell(cell, first ? Math.max(begin, cell.begin) : at, to, put);
    at = to;
  }
  if (drawn >= 0) add(since, reached, drawn, open && at >= end);
}

/** The shares of a part of a cell without a wait, one after the other. */
function putCell(cell: Cell, begin: number, end: number, put: (from: number, to: number, state: number) => void): void {
  const shares = noShares();
  addPart(shares, cell, end - begin, 0);
  const states = (cell.onCpuFirst ? fromTheCpu : towardsTheCpu).filter((state) => shares[state] > 0);
  let at = begin;
  states.forEach((state, index) => {
    const to = index === states.length - 1 ? end : Math.min(at + shares[state], end);
    if (to > at) put(at, to, stateOf[state]);
    at = to;
  });
}

/** Between calls a thread is active; but where its calls are not seen, it need not be, and where nobody looked either, nothing is known. */
function honest(unseenNs: number, add: AddSpan): AddSpan {
  if (unseenNs === Infinity) return add;
  return (begin, end, state, open) => {
    if (state !== stateCode.active || end <= unseenNs) {
      add(begin, end, state, open);
      return;
    }
    if (begin < unseenNs) add(begin, unseenNs, state, false);
    add(Math.max(begin, unseenNs), end, stateCode.unknown, open);
  };
}

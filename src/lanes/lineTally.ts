/**
 * Waits by source line, counted as they come: who asks four times a second can't have ten million of them walked over each time.
 *
 *     waits of a thread   ▒▒▒ ▒▒▒▒ ▒▒ ▒▒▒│▒▒ ▒▒…     the last two may still change or be taken away (settled.ts):
 *                         counted once    │ each time  they are counted for the moment
 *
 * A long recording is counted in pieces, so that no question waits for all of it.
 */
import type { Model, Waiting } from '../model/model';
import { unsettledWaits } from './settled';

/** Rows counted at one question: some 10 ms. */
const atOnce = 50_000;

/** The waits at one line that are over. */
export interface LineSum {
  waits: number;
  /** ns. */
  waitedNs: number;
  longestNs: number;
}

/** What was waited at a place, as one writer's records name it. */
export interface PlaceSum {
  /** A wait there, which tells the place. */
  readonly waiting: Waiting;
  readonly row: number;
  readonly sum: LineSum;
}

export class LineTally {
  private readonly next = new Map<Waiting, number>();
  /** By owner and site, so that no name is looked up for a wait. */
  private readonly sums = new Map<number, PlaceSum>();

  constructor(private readonly model: Model) {}

  /** Counts what has been settled since. @returns false where some is left for the next time. */
  count(): boolean {
    let left = atOnce;
    for (const list of [this.model.threads, this.model.tasks]) {
      for (const waiting of list) {
        const to = waiting.waits.count - unsettledWaits;
        const from = this.next.get(waiting) ?? 0;
        if (from >= to) continue;
        const until = Math.min(to, from + left);
        for (let row = from; row < until; row++) this.add(waiting, row);
        this.next.set(waiting, until);
        left -= until - from;
        if (until < to) return false;
      }
    }
    return true;
  }

  /** What is counted, by place. */
  get places(): Iterable<PlaceSum> {
    return this.sums.values();
  }

  /** The first of its rows that is counted for the moment only. */
  firstUnsettled(waiting: Waiting): number {
    return Math.max(this.next.get(waiting) ?? 0, waiting.waits.count - unsettledWaits, 0);
  }

  private add(waiting: Waiting, row: number): void {
    const { waits } = waiting;
    const site = waits.site(row);
    if (site === 0) return;
    const key = waits.siteOwner(row) * 2 ** 32 + site;
    let place = this.sums.get(key);
    if (place === undefined) this.sums.set(key, (place = { waiting, row, sum: { waits: 0, waitedNs: 0, longestNs: 0 } }));
    addWait(place.sum, waits.end(row) - waits.begin(row));
  }
}

/** @param ns its length. */
export function addWait(sum: LineSum, ns: number): void {
  sum.waits++;
  sum.waitedNs += ns;
  sum.longestNs = Math.max(sum.longestNs, ns);
}

/**
 * What happened on one connection, as a lane:
 *
 *     queued │ working │ receiveWait │ working │ sendWait │ working │ idle │ …  closed
 *
 * Rows are ordered by begin and don't overlap; where two rows don't touch, nothing is known. Row 0 of a server's connection
 * is `queued` (of length 0 where that is unknown). Rows are settled up to the last finished call; what comes after it is
 * the connection's `tail`, which still can change.
 */
import { firstEndingAfter, grown } from './columns';

export class ActivityColumns {
  count = 0;
  /** ns from the recording's base. */
  begin = new Float64Array(8);
  end = new Float64Array(8);
  /** `stateCode` of a SpanState. */
  state = new Uint8Array(8);
  /** Number of the owning thread (t7 → 7), 0 for none. */
  owner = new Uint32Array(8);

  /** Adds a span that begins no earlier than the last one ends; a span that goes on like the last one extends it. */
  push(begin: number, end: number, state: number, owner: number): void {
    const last = this.count - 1;
    if (last >= 0) {
      begin = Math.max(begin, this.end[last]!);
      if (end <= begin) return;
      if (this.state[last] === state && this.owner[last] === owner && this.end[last] === begin) {
        this.end[last] = end;
        return;
      }
    }
    if (this.count === this.begin.length) this.grow();
    const at = this.count++;
    this.begin[at] = begin;
    this.end[at] = end;
    this.state[at] = state;
    this.owner[at] = owner;
  }

  /** Up to where the rows are settled; NaN before the first. */
  get settledNs(): number {
    return this.count > 0 ? this.end[this.count - 1]! : NaN;
  }

  /** Index of the first span that ends after `ns`; `count` where there is none. */
  firstEndingAfter(ns: number): number {
    return firstEndingAfter(this.begin, this.end, this.count, ns);
  }

  private grow(): void {
    const capacity = this.begin.length * 2;
    this.begin = grown(this.begin, capacity);
    this.end = grown(this.end, capacity);
    this.state = grown(this.state, capacity);
    this.owner = grown(this.owner, capacity);
  }
}

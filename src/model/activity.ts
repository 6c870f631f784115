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
  /** The lowest row that was changed or taken away since somebody set it: what was summed up of the rows from there on holds no more. */
  touchedFrom = 0;
  private begins = new Float64Array(8);
  private ends = new Float64Array(8);
  private states = new Uint8Array(8);
  private owners = new Uint32Array(8);

  /** ns from the recording's base. */
  begin(row: number): number {
    return this.begins[row]!;
  }

  /** ns from the recording's base. */
  end(row: number): number {
    return this.ends[row]!;
  }

  /** `stateCode` of a SpanState. */
  state(row: number): number {
    return this.states[row]!;
  }

  /** Number of the owning thread (t7 → 7), 0 for none. */
  owner(row: number): number {
    return this.owners[row]!;
  }

  /** Adds a span that begins no earlier than the last one ends; a span that goes on like the last one extends it. */
  push(begin: number, end: number, state: number, owner: number): void {
    const last = this.count - 1;
    if (last >= 0) {
      begin = Math.max(begin, this.ends[last]!);
      if (end <= begin) return;
      if (this.states[last] === state && this.owners[last] === owner && this.ends[last] === begin) {
        this.ends[last] = end;
        this.touched(last);
        return;
      }
    }
    if (this.count === this.begins.length) this.grow();
    const at = this.count++;
    this.begins[at] = begin;
    this.ends[at] = end;
    this.states[at] = state;
    this.owners[at] = owner;
  }

  /** The first span, where there is one, begins then, but not after its end. */
  beginFrom(ns: number): void {
    if (this.count === 0) return;
    this.begins[0] = Math.min(ns, this.ends[0]!);
    this.touched(0);
  }

  clear(): void {
    this.count = 0;
    this.touched(0);
  }

  /** Up to where the rows are settled; NaN before the first. */
  get settledNs(): number {
    return this.count > 0 ? this.ends[this.count - 1]! : NaN;
  }

  /** Index of the first span that ends after `ns`; `count` where there is none. */
  firstEndingAfter(ns: number): number {
    return firstEndingAfter(this.begins, this.ends, this.count, ns);
  }

  private touched(row: number): void {
    if (row < this.touchedFrom) this.touchedFrom = row;
  }

  private grow(): void {
    const capacity = this.begins.length * 2;
    this.begins = grown(this.begins, capacity);
    this.ends = grown(this.ends, capacity);
    this.states = grown(this.states, capacity);
    this.owners = grown(this.owners, capacity);
  }
}

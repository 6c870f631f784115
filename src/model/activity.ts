/**
 * What happened on one connection, as a lane:
 *
 *     queued │ working │ receiveWait │ working │ sendWait │ working │ idle │ …  closed
 *
 * Rows are ordered by begin and don't overlap; where two rows don't touch, nothing is known. Row 0 of a server's connection
 * is `queued` (of length 0 where that is unknown). Rows are settled up to the last finished call; what comes after it is
 * the connection's `tail`, which still can change.
 */
import { stateCode } from '../protocol/states';
import { Pages, type FieldKind } from './packedRows';
import type { Reading } from './reading';
import { RowTable, type SpanRows } from './rowTable';

/** Fields of a row, in their order. As a rule a row ends where the next one begins. */
const field = { begin: 0, end: 1, doing: 2 } as const;
const fieldKinds: readonly FieldKind[] = ['plain', 'hole', 'plain'];
/** More than there are states: who does what is one number, because a connection's owners are few. */
const states = 64;

export class ActivityColumns extends RowTable {
  /** Where row 0 begins: known better and better, and not always to the nanosecond. In the table it begins at its end. */
  private firstNs = NaN;

  /** @param pages where it stands; those of its model. */
  constructor(pages: Pages = new Pages()) {
    super(fieldKinds, pages);
  }

  /** ns from the recording's base. */
  begin(row: number): number {
    return row === 0 ? this.firstNs : this.value(row, field.begin);
  }

  /** ns from the recording's base. */
  end(row: number): number {
    return this.value(row, field.end);
  }

  /** `stateCode` of a SpanState. */
  state(row: number): number {
    return this.value(row, field.doing) % states;
  }

  /** Number of the owning thread (t7 → 7), 0 for none. */
  owner(row: number): number {
    return Math.floor(this.value(row, field.doing) / states);
  }

  /** Reads rows from this one on, as many as go at once, but none from `limit` on. */
  read(from: number, limit: number, rows: SpanRows): void {
    const to = this.readEnd(from, limit);
    rows.count = Math.max(0, to - from);
    if (rows.count === 0) return;
    this.readFields(from, to, rows);
    const { code, owner } = rows;
    for (let at = 0; at < rows.count; at++) {
      const doing = code[at]!;
      const number = Math.floor(doing / states);
      owner[at] = number;
      // A remainder of float64 takes as long as all else that is read of a row.
      code[at] = doing - number * states;
    }
  }

  /** The same, with who does what in one number: `code` is the owner's number times 64, and the state. */
  readDoing(from: number, limit: number, rows: SpanRows): void {
    const to = this.readEnd(from, limit);
    rows.count = Math.max(0, to - from);
    if (rows.count > 0) this.readFields(from, to, rows);
  }

  private readFields(from: number, to: number, rows: SpanRows): void {
    this.readField(field.begin, from, to, rows.begin, rows.begin);
    this.readField(field.end, from, to, rows.end, rows.begin);
    this.readField(field.doing, from, to, rows.code, rows.begin);
    if (from === 0) rows.begin[0] = this.firstNs;
  }

  /** Adds a span that begins no earlier than the last one ends; a span that goes on like the last one extends it. */
  push(begin: number, end: number, state: number, owner: number): void {
    const doing = owner * states + state;
    if (this.count > 0) {
      this.append(Math.max(begin, this.last(field.end)), end, doing);
      return;
    }
    this.firstNs = begin;
    this.write(end, end, doing);
  }

  /** Adds a call of the owner's, who was at work since the last row ended; there is one. */
  pushCall(call: Pick<Reading, 'time' | 'end'>, state: number, owner: number): void {
    const settled = this.last(field.end);
    this.append(settled, call.time, owner * states + stateCode.working);
    this.append(Math.max(settled, call.time), call.end, owner * states + state);
  }

  /** Adds a span behind the last row, or makes that longer. */
  private append(begin: number, end: number, doing: number): void {
    if (end <= begin) return;
    if (this.last(field.end) === begin && this.last(field.doing) === doing) this.set(this.count - 1, field.end, end);
    else this.write(begin, end, doing);
  }

  private write(begin: number, end: number, doing: number): void {
    const at = this.newRow();
    const { page } = this;
    page[at] = begin;
    page[at + field.end] = end;
    page[at + field.doing] = doing;
  }

  /** The first span, where there is one, begins then, but not after its end. */
  beginFrom(ns: number): void {
    if (this.count === 0) return;
    this.firstNs = Math.min(ns, this.end(0));
    this.touched(0);
  }

  clear(): void {
    this.empty();
  }

  /** Up to where the rows are settled; NaN before the first. */
  get settledNs(): number {
    return this.count > 0 ? this.last(field.end) : NaN;
  }

  /** Index of the first span that ends after `ns`; `count` where there is none. */
  firstEndingAfter(ns: number): number {
    const next = this.firstBeyond(ns);
    return next > 0 && this.end(next - 1) > ns ? next - 1 : next;
  }
}

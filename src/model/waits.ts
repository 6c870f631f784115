/**
 * The waits of one thread: recorded calls that can block, in the order of time.
 *
 *     begin ──────────► end          NaN end: the thread is in that call now (only ever the last row)
 *
 * Rows are ordered by begin and don't overlap. Between two rows the thread was active as far as the probes know.
 * Where a recorded call ran inside another one (a lock inside a queue's get), the outer call is kept.
 */
import { waitReasons, type WaitReason } from '../protocol/report';
import { Pages, type FieldKind } from './packedRows';
import type { Reading } from './reading';
import { RowTable, type SpanRows } from './rowTable';

/** What a wait is on. `object` of a pollSet is how many descriptors were registered, of a lock its number. */
export const objectKinds = ['none', 'listener', 'connection', 'thread', 'process', 'lock', 'descriptor', 'pollSet', 'channel', 'task'] as const;
export type ObjectKind = (typeof objectKinds)[number];
export const objectCode = Object.fromEntries(objectKinds.map((kind, code) => [kind, code])) as Readonly<Record<ObjectKind, number>>;
export const reasonCode = Object.fromEntries(waitReasons.map((reason, code) => [reason, code])) as Readonly<Record<WaitReason, number>>;

/** One row; a single instance is filled again and again, so that no object is made per record. */
export interface WaitRow {
  begin: number;
  /** NaN while open. */
  end: number;
  reason: number;
  objectKind: number;
  /** The object's number (c7 → 7), a descriptor, a lock's index, or a count. */
  object: number;
  /** The call's result: a count, or minus errno. */
  result: number;
  /** Number of the thread that had what is waited for when the wait began; 0 where unknown. */
  holder: number;
  /** Number of the thread that ended the wait; 0 where unknown. */
  endedBy: number;
  /** Index of the owner whose names `site` belongs to. */
  siteOwner: number;
  site: number;
}

/**
 * Fields of a row, in their order. Two are of two numbers each: a thousand threads' open rows do not fit a processor's near memory, and a row of
 * eight numbers is the width of what is fetched from the far one.
 */
const field = { begin: 0, end: 1, reason: 2, on: 3, result: 4, holder: 5, endedBy: 6, at: 7 } as const;
const fieldKinds: readonly FieldKind[] = ['plain', 'length', 'plain', 'plain', 'plain', 'plain', 'plain', 'plain'];
/** `on`: the object, and behind it its kind, of which there may be so many. */
const kindLimit = 16;
/** `at`: whose site, and behind that which. A process names its sites one after the other, in some forty bytes each. */
const siteLimit = 0x4000000;
/** Every so many rows the time of waiting is summed up. */
const sumRows = 16;

export class WaitColumns extends RowTable {
  /** The last row's call never returned: its thread ended in it. */
  cut = false;
  /** ns of waiting in all rows before: a sum at every `sumRows` rows, but at row 0. */
  private sums: number[] | null = null;

  /** @param pages where it stands; those of its model. */
  constructor(pages: Pages = new Pages()) {
    super(fieldKinds, pages);
  }

  /** ns from the recording's base. */
  begin(row: number): number {
    return this.value(row, field.begin);
  }

  /** ns; NaN while open. */
  end(row: number): number {
    return this.value(row, field.end);
  }

  /** Index in `waitReasons`. */
  reason(row: number): number {
    return this.value(row, field.reason);
  }

  /** Reads rows from this one on, as many as go at once, but none from `limit` on. */
  read(from: number, limit: number, rows: SpanRows): void {
    const to = this.readEnd(from, limit);
    rows.count = Math.max(0, to - from);
    if (rows.count === 0) return;
    this.readField(field.begin, from, to, rows.begin, rows.begin);
    this.readField(field.end, from, to, rows.end, rows.begin);
    this.readField(field.reason, from, to, rows.code, rows.begin);
  }

  /** The first row from this one on whose call's result may be so low: rows that can't are passed over by the block. `count` where there is none. */
  firstMaybeBelow(from: number, result: number): number {
    let row = from;
    while (row < this.count && this.leastFrom(row, field.result) > result) row = this.readEnd(row, this.count);
    return Math.min(row, this.count);
  }

  /** Reads results as `read` reads the rest of a row. @returns how many there were. */
  readResults(from: number, results: Float64Array): number {
    const to = this.readEnd(from, this.count);
    if (to > from) this.readField(field.result, from, to, results, results);
    return Math.max(0, to - from);
  }

  /** Index in `objectKinds`. */
  objectKind(row: number): number {
    return this.value(row, field.on) & (kindLimit - 1);
  }

  /** As in `WaitRow`. */
  object(row: number): number {
    return Math.floor(this.value(row, field.on) / kindLimit);
  }

  result(row: number): number {
    return this.value(row, field.result);
  }

  /** Number of a thread (t7 → 7), 0 where unknown. */
  holder(row: number): number {
    return this.value(row, field.holder);
  }

  /** Number of a thread, 0 where unknown. */
  endedBy(row: number): number {
    return this.value(row, field.endedBy);
  }

  siteOwner(row: number): number {
    return Math.floor(this.value(row, field.at) / siteLimit);
  }

  site(row: number): number {
    const at = this.value(row, field.at);
    return at - Math.floor(at / siteLimit) * siteLimit;
  }

  /** Adds a row. Rows that began inside it, and a row that was still open, give way to it. */
  push(row: Readonly<WaitRow>): void {
    this.cut = false;
    // Nearly always the call returns whose begin is the last row: the sums before it stand.
    if (this.open && this.last(field.begin) === row.begin) {
      this.touched(this.count - 1);
      this.write(row, this.lastPlace);
      return;
    }
    this.write(row, this.rowFor(row.begin));
  }

  /**
   * The same of a call on a connection, as it is read: most rows are of one.
   * @param reason as in `WaitRow`, all of them.
   */
  pushOnConnection(call: Reading, reason: number, connection: number, result: number, site: number): void {
    this.cut = false;
    const returns = this.open && this.last(field.begin) === call.time;
    if (returns) this.touched(this.count - 1);
    const at = returns ? this.lastPlace : this.rowFor(call.time);
    const { page } = this;
    page[at + field.end] = call.end;
    page[at + field.reason] = reason;
    page[at + field.on] = connection * kindLimit + objectCode.connection;
    page[at + field.result] = result;
    page[at + field.holder] = 0;
    page[at + field.endedBy] = 0;
    page[at + field.at] = call.owner.index * siteLimit + site;
  }

  /** Makes a row, of which the begin is written. */
  private rowFor(ns: number): number {
    while (this.count > 0 && (this.last(field.begin) >= ns || Number.isNaN(this.last(field.end)))) this.pop();
    this.sumUp();
    const begin = this.count > 0 ? Math.max(ns, this.last(field.end)) : ns;
    const at = this.newRow();
    this.page[at] = begin;
    return at;
  }

  /** All fields but the begin. */
  private write(row: Readonly<WaitRow>, at: number): void {
    const { page } = this;
    page[at + field.end] = row.end;
    page[at + field.reason] = row.reason;
    page[at + field.on] = row.object * kindLimit + row.objectKind;
    page[at + field.result] = row.result;
    page[at + field.holder] = row.holder;
    page[at + field.endedBy] = row.endedBy;
    page[at + field.at] = row.siteOwner * siteLimit + row.site;
  }

  /** True while the thread is inside the last row's call. */
  get open(): boolean {
    return this.count > 0 && Number.isNaN(this.last(field.end));
  }

  /** Where the row before the last one ends. */
  get endBeforeLast(): number {
    return this.count > 1 ? this.value(this.count - 2, field.end) : -Infinity;
  }

  /** The thread ended inside its call. */
  endOpen(ns: number): void {
    if (!this.open) return;
    this.set(this.count - 1, field.end, Math.max(ns, this.last(field.begin)));
    this.cut = true;
  }

  /** Nobody looks at them any more. */
  forget(): void {
    this.empty();
  }

  /** The open row is no wait that is known: it ended at a moment that nobody wrote down. */
  dropOpen(): void {
    if (this.open) this.pop();
  }

  /** Index of the first wait that ends after `ns` or is open; `count` where there is none. */
  firstEndingAfter(ns: number): number {
    const next = this.firstBeyond(ns);
    return next > 0 && !(this.end(next - 1) <= ns) ? next - 1 : next;
  }

  /** ns of waiting up to `ns`. */
  coveredUntil(ns: number): number {
    const at = this.firstEndingAfter(ns);
    const before = this.before(at);
    return at < this.count ? before + Math.max(0, ns - this.begin(at)) : before;
  }

  /** ns of waiting in the rows before this one, which are not open. */
  private before(row: number): number {
    const sums = Math.floor(Math.min(row, this.count - 1) / sumRows);
    let sum = sums > 0 ? this.sums![sums - 1]! : 0;
    for (let at = Math.max(sums, 0) * sumRows; at < row; at++) sum += this.length(at, field.end);
    return sum;
  }

  /** Before a row is added: none of those that are there is open. */
  private sumUp(): void {
    const { count } = this;
    if (count === 0 || count % sumRows !== 0) return;
    const sums = (this.sums ??= []);
    // Some rows may have been taken away since; to set the length is a call into the engine, also where it stays.
    const before = count / sumRows - 1;
    if (sums.length !== before) sums.length = before;
    sums.push(this.before(count));
  }
}

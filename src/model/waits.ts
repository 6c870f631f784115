/**
 * The waits of one thread: recorded calls that can block, in the order of time.
 *
 *     begin ──────────► end          NaN end: the thread is in that call now (only ever the last row)
 *
 * Rows are ordered by begin and don't overlap. Between two rows the thread was active as far as the probes know.
 * Where a recorded call ran inside another one (a lock inside a queue's get), the outer call is kept.
 */
import { waitReasons, type WaitReason } from '../protocol/report';
import { firstEndingAfter, grown } from './columns';

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

export class WaitColumns {
  count = 0;
  /** The last row's call never returned: its thread ended in it. */
  cut = false;
  /** ns from the recording's base. */
  begin = new Float64Array(8);
  /** ns; NaN while open. */
  end = new Float64Array(8);
  /** Index in `waitReasons`. */
  reason = new Uint8Array(8);
  /** Index in `objectKinds`. */
  objectKind = new Uint8Array(8);
  object = new Uint32Array(8);
  result = new Int32Array(8);
  /** Numbers of threads (t7 → 7), 0 where unknown. */
  holder = new Uint32Array(8);
  endedBy = new Uint32Array(8);
  siteOwner = new Uint32Array(8);
  site = new Uint32Array(8);
  /** ns of waiting in all rows before. */
  private before = new Float64Array(8);

  /** Adds a row. Rows that began inside it, and a row that was still open, give way to it. */
  push(row: Readonly<WaitRow>): void {
    while (this.count > 0 && (this.begin[this.count - 1]! >= row.begin || Number.isNaN(this.end[this.count - 1]!))) this.count--;
    if (this.count === this.begin.length) this.grow();
    this.cut = false;
    const at = this.count++;
    this.begin[at] = at > 0 ? Math.max(row.begin, this.end[at - 1]!) : row.begin;
    this.end[at] = row.end;
    this.before[at] = at > 0 ? this.before[at - 1]! + this.end[at - 1]! - this.begin[at - 1]! : 0;
    this.reason[at] = row.reason;
    this.objectKind[at] = row.objectKind;
    this.object[at] = row.object;
    this.result[at] = row.result;
    this.holder[at] = row.holder;
    this.endedBy[at] = row.endedBy;
    this.siteOwner[at] = row.siteOwner;
    this.site[at] = row.site;
  }

  /** True while the thread is inside the last row's call. */
  get open(): boolean {
    return this.count > 0 && Number.isNaN(this.end[this.count - 1]!);
  }

  /** The thread ended inside its call. */
  endOpen(ns: number): void {
    if (!this.open) return;
    this.end[this.count - 1] = Math.max(ns, this.begin[this.count - 1]!);
    this.cut = true;
  }

  /** The open row is no wait that is known: it ended at a moment that nobody wrote down. */
  dropOpen(): void {
    if (this.open) this.count--;
  }

  /** Index of the first wait that ends after `ns` or is open; `count` where there is none. */
  firstEndingAfter(ns: number): number {
    return firstEndingAfter(this.begin, this.end, this.count, ns);
  }

  /** ns of waiting up to `ns`. */
  coveredUntil(ns: number): number {
    if (this.count === 0) return 0;
    const at = this.firstEndingAfter(ns);
    if (at < this.count) return this.before[at]! + Math.max(0, ns - this.begin[at]!);
    return this.before[at - 1]! + this.end[at - 1]! - this.begin[at - 1]!;
  }

  private grow(): void {
    const capacity = this.begin.length * 2;
    this.begin = grown(this.begin, capacity);
    this.end = grown(this.end, capacity);
    this.reason = grown(this.reason, capacity);
    this.objectKind = grown(this.objectKind, capacity);
    this.object = grown(this.object, capacity);
    this.result = grown(this.result, capacity);
    this.holder = grown(this.holder, capacity);
    this.endedBy = grown(this.endedBy, capacity);
    this.siteOwner = grown(this.siteOwner, capacity);
    this.site = grown(this.site, capacity);
    this.before = grown(this.before, capacity);
  }
}

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
  /** The lowest row that was changed or taken away since somebody set it: what was summed up of the rows from there on holds no more. */
  touchedFrom = 0;
  private begins = new Float64Array(8);
  private ends = new Float64Array(8);
  private reasons = new Uint8Array(8);
  private objectKinds = new Uint8Array(8);
  private objects = new Uint32Array(8);
  private results = new Int32Array(8);
  private holders = new Uint32Array(8);
  private enders = new Uint32Array(8);
  private siteOwners = new Uint32Array(8);
  private sites = new Uint32Array(8);
  /** ns of waiting in all rows before. */
  private before = new Float64Array(8);

  /** ns from the recording's base. */
  /** ns from the recording's base. */
  begin(row: number): number {
    return this.begins[row]!;
  }

  /** ns; NaN while open. */
  /** ns; NaN while open. */
  end(row: number): number {
    return this.ends[row]!;
  }

  /** Index in `waitReasons`. */
  /** Index in `waitReasons`. */
  reason(row: number): number {
    return this.reasons[row]!;
  }

  /** Index in `objectKinds`. */
  /** Index in `objectKinds`. */
  objectKind(row: number): number {
    return this.objectKinds[row]!;
  }

  /** As in `WaitRow`. */
  object(row: number): number {
    return this.objects[row]!;
  }

  result(row: number): number {
    return this.results[row]!;
  }

  /** Number of a thread (t7 → 7), 0 where unknown. */
  holder(row: number): number {
    return this.holders[row]!;
  }

  /** Number of a thread, 0 where unknown. */
  endedBy(row: number): number {
    return this.enders[row]!;
  }

  siteOwner(row: number): number {
    return this.siteOwners[row]!;
  }

  site(row: number): number {
    return this.sites[row]!;
  }

  /** Adds a row. Rows that began inside it, and a row that was still open, give way to it. */
  push(row: Readonly<WaitRow>): void {
    while (this.count > 0 && (this.begins[this.count - 1]! >= row.begin || Number.isNaN(this.ends[this.count - 1]!))) this.pop();
    if (this.count === this.begins.length) this.grow();
    this.cut = false;
    const at = this.count++;
    this.begins[at] = at > 0 ? Math.max(row.begin, this.ends[at - 1]!) : row.begin;
    this.ends[at] = row.end;
    this.before[at] = at > 0 ? this.before[at - 1]! + this.ends[at - 1]! - this.begins[at - 1]! : 0;
    this.reasons[at] = row.reason;
    this.objectKinds[at] = row.objectKind;
    this.objects[at] = row.object;
    this.results[at] = row.result;
    this.holders[at] = row.holder;
    this.enders[at] = row.endedBy;
    this.siteOwners[at] = row.siteOwner;
    this.sites[at] = row.site;
  }

  /** True while the thread is inside the last row's call. */
  get open(): boolean {
    return this.count > 0 && Number.isNaN(this.ends[this.count - 1]!);
  }

  /** The thread ended inside its call. */
  endOpen(ns: number): void {
    if (!this.open) return;
    this.ends[this.count - 1] = Math.max(ns, this.begins[this.count - 1]!);
    this.cut = true;
    this.touched(this.count - 1);
  }

  /** The open row is no wait that is known: it ended at a moment that nobody wrote down. */
  dropOpen(): void {
    if (this.open) this.pop();
  }

  /** Index of the first wait that ends after `ns` or is open; `count` where there is none. */
  firstEndingAfter(ns: number): number {
    return firstEndingAfter(this.begins, this.ends, this.count, ns);
  }

  /** ns of waiting up to `ns`. */
  coveredUntil(ns: number): number {
    if (this.count === 0) return 0;
    const at = this.firstEndingAfter(ns);
    if (at < this.count) return this.before[at]! + Math.max(0, ns - this.begins[at]!);
    return this.before[at - 1]! + this.ends[at - 1]! - this.begins[at - 1]!;
  }

  private pop(): void {
    this.touched(--this.count);
  }

  private touched(row: number): void {
    if (row < this.touchedFrom) this.touchedFrom = row;
  }

  private grow(): void {
    const capacity = this.begins.length * 2;
    this.begins = grown(this.begins, capacity);
    this.ends = grown(this.ends, capacity);
    this.reasons = grown(this.reasons, capacity);
    this.objectKinds = grown(this.objectKinds, capacity);
    this.objects = grown(this.objects, capacity);
    this.results = grown(this.results, capacity);
    this.holders = grown(this.holders, capacity);
    this.enders = grown(this.enders, capacity);
    this.siteOwners = grown(this.siteOwners, capacity);
    this.sites = grown(this.sites, capacity);
    this.before = grown(this.before, capacity);
  }
}

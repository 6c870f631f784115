/**
 * What the panel asks about a recording beside its picture: totals of a range, the waits on one object, and where a text occurs.
 * Times are ns from the first event. Columns stand as top-level buffers, so that they are moved and not copied.
 */
import type { WithoutStops } from './stopped';

export interface TotalsRequest extends WithoutStops {
  fromNs: number;
  toNs: number;
  /** Row ids; null for every row of the recording. */
  rows: string[] | null;
  /** Of an answer that had to stop: go on there. */
  after: string | null;
}

/** Per row and state: how long within the range, cut at its edges. */
export interface Totals {
  /** Rows that `row` counts by. */
  rows: string[];
  count: number;
  /** Uint32Array: index in `rows`. */
  row: ArrayBuffer;
  /** Uint8Array: code of a SpanState. */
  state: ArrayBuffer;
  /** Float64Array, ns. */
  total: ArrayBuffer;
  /** Uint32Array: how many spans. */
  spans: ArrayBuffer;
  /** Float64Array, ns, of the longest part that lies within the range. */
  longest: ArrayBuffer;
  /** Float64Array: when the longest begins, whole. */
  longestAt: ArrayBuffer;
  /** The engine has other work too: what is left is asked for with this as `after`. Null: that was all. */
  after: string | null;
}

export interface SameObjectRequest {
  /** A moment of a row: the object that it waits for then. */
  row: string;
  atNs: number;
  fromNs: number;
  toNs: number;
  /** Device pixels of the range: what is closer is one interval. */
  width: number;
  /** Rows in sight. */
  rows: string[];
}

export interface SameObject {
  /** `lock:3`, `connection:c1`, …; null where the moment waits for nothing that others could wait for too. */
  object: string | null;
  /** What people call it, where it has a row. */
  label: string | null;
  /** Within the range, of all rows. */
  waits: number;
  threads: number;
  /** There were too many to count: there are at least so many. */
  atLeast: boolean;
  /** Who had it when the wait began: a thread's row and its label; null where unknown. */
  holder: { row: string; label: string } | null;
  count: number;
  /** Uint32Array: index in the rows asked for. */
  spanRow: ArrayBuffer;
  /** Float64Array, ns. */
  begin: ArrayBuffer;
  /** Float64Array, ns. */
  end: ArrayBuffer;
}

export interface FindRequest {
  text: string;
}

/** Waits whose source place or object contains the text. */
export interface Found {
  rows: string[];
  count: number;
  /** Uint32Array: index in `rows`. */
  row: ArrayBuffer;
  /** Float64Array, ns: when the wait begins. Ascending. */
  at: ArrayBuffer;
  /** There are more than these, or there was no time to look for more. */
  more: boolean;
}

export interface QuietRequest {
  fromNs: number;
  toNs: number;
}

/** Threads, tasks and connections that have at most one state in the range. */
export interface Quiet {
  rows: string[];
}

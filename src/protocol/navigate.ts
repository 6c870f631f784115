/**
 * What the panel asks to find its way: the recording as a whole, the next event of a lane, how things stood at a moment.
 * Times are ns from the first event. Columns stand as top-level buffers, so that they are moved and not copied.
 */
import type { SpanState } from './states';

export interface OverviewRequest {
  /** How many bins, at least one. */
  width: number;
}

/** Bits of `Overview.marks`. */
export const overviewMarks = {
  /** A process ended well, or as it was asked to. */
  end: 1,
  /** A process ended by an error or by a signal. */
  failure: 2,
  /** A signal was handled. */
  signal: 4,
  /** A debugger had stopped something. */
  stop: 8,
} as const;

/** The whole recording in equal bins: bin i is [i · binNs, (i + 1) · binNs). */
export interface Overview {
  binNs: number;
  bins: number;
  /** Float32Array: the most connections that were open at once. */
  connections: ArrayBuffer;
  /** Float32Array: the most clients that stood in accept queues at once. */
  queued: ArrayBuffer;
  /** Float32Array: threads on a CPU, the mean over the bin; null where nobody looked at any. */
  running: ArrayBuffer | null;
  /** Uint8Array: overviewMarks of what happened in the bin. */
  marks: ArrayBuffer;
}

export interface NeighbourRequest {
  row: string;
  /** A span that begins here is where one stands. */
  atNs: number;
  forward: boolean;
  /** Only spans in the state that the row is in at that moment. */
  sameState: boolean;
}

/** A span as it is at the finest zoom. */
export interface Neighbour {
  state: SpanState;
  beginNs: number;
  /** Null while it goes on. */
  endNs: number | null;
}

export interface StatesRequest {
  atNs: number;
  rows: string[];
}

/** `state` of a row that nothing is known of at that moment: it was not there, or has ended. */
export const noState = 255;

/** How rows stood at a moment, in the order of the request. */
export interface States {
  /** Uint8Array: code of a SpanState, or `noState`. */
  state: ArrayBuffer;
  /** Float64Array, ns: when that state began, as the lane shows it. */
  since: ArrayBuffer;
  /** Uint32Array: of a connection the number of the thread that owned it, 0 for none. */
  owner: ArrayBuffer;
  /** Uint32Array: of a listener how many connections it had accepted. */
  accepted: ArrayBuffer;
}

/**
 * Rows that count instead of being in states. Only the panel has them; their ids are told from a thing's:
 * `n:threads` of the run, `q1` for the accept queue of the listener l1.
 */

/** connections: open ones, bytesIn and bytesOut: of all connections, a second. */
export const numberRows = ['connections', 'threads', 'processes', 'bytesIn', 'bytesOut'] as const;
export type NumberRow = (typeof numberRows)[number];

/** Entries ordered by row, then time; each holds until the row's next, and the last to the tile's end, or the present. */
export interface TileSeries {
  /** Uint16Array: index in the tile's `rows`. */
  seriesRow: ArrayBuffer;
  /** Float64Array, ns: when it begins. */
  seriesAt: ArrayBuffer;
  /** Float64Array: the least and the most that the number is from there on until the next entry; NaN where it is not known. */
  seriesLow: ArrayBuffer;
  seriesHigh: ArrayBuffer;
}

export interface NumberRequest {
  row: string;
  atNs: number;
  /** A rate is the average over a time of about this length. */
  binNs: number;
}

/** What a row of numbers says at one moment. */
export interface NumberReading {
  row: string;
  atNs: number;
  /** Bytes a second for a rate; null where it is not known. */
  value: number | null;
  /** From when to when it is so, or over what time the rate is the average. toNs null: it still is. */
  fromNs: number;
  toNs: number | null;
}

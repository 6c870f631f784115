/** What a debugger's stops are to a moment and to a length of time. Times are ns from the first event. */
import type { SourcePosition } from './report';

/** Why a thread stood still that its debugger held for itself, and told nobody of. No adapter calls a stop so. */
export const ownReason = 'debugger';

/** Questions that give lengths of time: whether the time that a debugger's stops took is taken off. */
export interface WithoutStops {
  withoutStops?: boolean;
}

/** How much of each of these stretches of time a debugger's stops took. */
export interface StoppedRequest {
  readonly spans: readonly StoppedSpan[];
}

export interface StoppedSpan {
  /** Null: of all. Of several rows the time in which any of them stood still. */
  readonly rows: readonly string[] | null;
  readonly fromNs: number;
  /** Null: until now. */
  readonly toNs: number | null;
}

/** A stop that lies over a moment of a row. */
export interface StopAt {
  /** As the debugger calls it; `ownReason` of its own; null where it told none. */
  reason: string | null;
  at: SourcePosition | null;
  fromNs: number;
  /** Null while it lasts. */
  toNs: number | null;
  /** The row stood in a call anyway. */
  light: boolean;
  /** The thread that was stopped; null where it is unknown. */
  thread: string | null;
  threadLabel: string | null;
  /** It is this row. */
  own: boolean;
}

/** How much of a span was stopped. */
export interface StoppedTime {
  ns: number;
  /** A stop lasts: since when all is stopped, beside `ns`. Null where none does. */
  sinceNs: number | null;
}

/** A span's length, ns, without what of it was stopped. @param nowNs the present. */
export function lengthWithout(beginNs: number, endNs: number | null, nowNs: number, stopped: StoppedTime | undefined): number {
  const length = Math.max(0, (endNs ?? nowNs) - beginNs);
  if (stopped === undefined) return length;
  const since = stopped.sinceNs === null ? 0 : Math.max(0, (endNs ?? nowNs) - stopped.sinceNs);
  return Math.max(0, length - stopped.ns - since);
}

/**
 * Since when a connection stood in the accept queue, and how exactly that is known.
 *
 * TCP_INFO's clock at the moment of accept counts kernel ticks, so an age is off by up to one of them:
 *
 *     accept ├──────────────────────────┤          younger than the call: the client came while accept waited
 *                             ├─ since ─┤
 *
 *                        accept ├┤                 older: it stood there while nobody called accept
 *            ├──────── since ────┤
 *
 * The observer's looks: it was not there at one, and there at the next. Both together say more than each.
 */
const unknown = 0xffffffff;
/** The longest tick of common kernels (HZ = 250), and the millisecond that is cut off. */
const resolutionNs = 5e6;

export interface Moment {
  readonly ns: number;
  /** It is off by at most so much. */
  readonly withinNs: number;
}

/**
 * @param sinceEstablished milliseconds, 0xffffffff where unknown.
 * @param listeningNs no client came before.
 * @returns null where the clock is not known.
 */
export function queuedSince(beginNs: number, endNs: number, sinceEstablished: number, listeningNs: number): Moment | null {
  if (sinceEstablished === unknown) return null;
  const told = endNs - sinceEstablished * 1e6;
  const inCall = told < beginNs && beginNs - told <= resolutionNs ? beginNs : told;
  const ns = Math.min(Math.max(inCall, listeningNs), endNs);
  return closest(ns, Math.max(told - resolutionNs, listeningNs), Math.min(told + resolutionNs, endNs));
}

/** What is known once somebody saw that it came in this span. Where that contradicts what was known, it counts for nothing. */
export function cameBetween(known: Moment | null, fromNs: number, toNs: number): Moment {
  const from = Math.min(fromNs, toNs);
  if (known === null) return closest((from + toNs) / 2, from, toNs);
  const low = Math.max(from, known.ns - known.withinNs);
  const high = Math.min(toNs, known.ns + known.withinNs);
  return low > high ? known : closest(Math.min(Math.max(known.ns, low), high), low, high);
}

function closest(ns: number, low: number, high: number): Moment {
  return { ns, withinNs: Math.max(ns - low, high - ns, 0) };
}

/**
 * Since when a connection stood in the accept queue, from TCP_INFO's clock at the moment of accept.
 *
 *     accept ├──────────────────────────┤          younger than the call: the client came while accept waited
 *                             ├─ since ─┤
 *
 *                        accept ├┤                 older: it stood there while nobody called accept
 *            ├──────── since ────┤
 *
 * The clock counts kernel ticks, so an age is off by up to one of them.
 */
const unknown = 0xffffffff;
/** The longest tick of common kernels (HZ = 250), and the millisecond that is cut off. */
const resolutionNs = 5e6;

/**
 * @param sinceEstablished milliseconds, 0xffffffff where unknown.
 * @param listeningNs no client came before.
 * @returns null where the clock is not known.
 */
export function queuedSince(beginNs: number, endNs: number, sinceEstablished: number, listeningNs: number): number | null {
  if (sinceEstablished === unknown) return null;
  let queued = endNs - sinceEstablished * 1e6;
  if (queued < beginNs && beginNs - queued <= resolutionNs) queued = beginNs;
  return Math.min(Math.max(queued, listeningNs), endNs);
}

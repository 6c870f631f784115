/**
 * Since when a connection stood in the accept queue, from TCP_INFO's clocks at the moment of accept.
 *
 *     accept ├──────────────────────────┤          younger than the call: the client came while accept waited
 *                             ├─ since ─┤
 *
 *                        accept ├┤                 older: it stood there while nobody called accept
 *            ├──────── since ────┤
 *
 * The clocks count kernel ticks, so an age is off by up to one of them.
 */
const unknown = 0xffffffff;
/** The longest tick of common kernels (HZ = 250), and the millisecond that is cut off. */
const resolutionNs = 5e6;

/**
 * @param sinceData, sinceAcknowledge milliseconds, 0xffffffff where unknown: the larger one counts.
 * @param listeningNs no client came before.
 * @returns null where neither clock is known.
 */
export function queuedSince(beginNs: number, endNs: number, sinceData: number, sinceAcknowledge: number, listeningNs: number): number | null {
  const known = [sinceData, sinceAcknowledge].filter((clock) => clock !== unknown);
  if (known.length === 0) return null;
  const since = Math.max(...known) * 1e6;
  let queued = endNs - since;
  if (queued < beginNs && beginNs - queued <= resolutionNs) queued = beginNs;
  return Math.min(Math.max(queued, listeningNs), endNs);
}

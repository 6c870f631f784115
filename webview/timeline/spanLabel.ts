/** What stands in a span that has room for words: its state, and how long it was, without the time that a debugger held it where a person wants that. */
import { duration } from '../format';
import { stateName } from '../stateWords';
import type { Columns, Span } from './columns';

/** Longest text first; the painter takes the one that has room. @param stoppedNs taken off; null: unknown. */
export function spanLabel(span: Span, headNs: number | null, stoppedNs: number | null): readonly string[] {
  const name = stateName(span.state);
  // How long it will last is not known at a play head within it.
  return stoppedNs === null || (headNs !== null && span.endNs > headNs) ? [name] : [`${name} · ${duration(span.endNs - span.beginNs - stoppedNs)}`, name];
}

/** How much of a span was stopped, ns; null where the tile does not reach so far. */
export function stoppedIn(columns: Columns | null, { index, beginNs, endNs }: Span): number | null {
  const tile = columns?.tile;
  if (tile?.bands === undefined || index < 0) return 0;
  const row = tile.rows[new Uint16Array(tile.spanRow)[index] ?? 0];
  const own = tile.bands.filter((band) => band.row === row);
  if (own.length === 0) return 0;
  if (beginNs < tile.fromNs || Math.min(endNs, tile.nowNs) > tile.toNs) return null;
  let sum = 0;
  for (const band of own) {
    const to = band.open ? Math.max(band.toNs, endNs) : band.toNs;
    const shared = Math.max(0, Math.min(to, endNs) - Math.max(band.fromNs, beginNs));
    // Of a band that stands for several its share.
    sum += band.stops > 1 ? shared * (band.stoppedNs / Math.max(1, band.toNs - band.fromNs)) : shared;
  }
  return sum;
}

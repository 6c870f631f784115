/** Brings a row, or a moment of it, before the person: selected, unfolded, scrolled to, and within the window. */
import type { Panel } from './panel';
import { spanOf } from './timeline/geometry';

/** @param atNs the begin of a span; null for the row itself. */
export function reach(panel: Panel, row: string, atNs: number | null): void {
  panel.select(row, atNs);
  panel.store.show(row);
  if (atNs === null) return;
  const { viewport } = panel;
  const view = viewport.view.peek();
  const span = spanOf(view);
  if (atNs < view.fromNs + span * 0.02 || atNs > view.toNs - span * 0.1) viewport.show({ fromNs: atNs - span / 3, toNs: atNs + (span * 2) / 3 });
}

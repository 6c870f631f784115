/**
 * F: the selected span in the middle of the window, with some air; a row's whole life where only a row is selected; the whole recording
 * where nothing is. F again, while window and selection still are as F left them, shows the whole recording.
 */
import type { MakeFeature } from '../feature';
import type { Panel } from '../panel';
import type { Selection } from '../store';
import { clampView, minSpanNs, type TimeView } from '../timeline/geometry';
import { t } from '../words';

/** Share of what is shown, on each side: what comes before and after a span belongs to it. */
const air = { span: 0.25, life: 0.04 };

export const centring: MakeFeature = (panel) => {
  const { viewport, store } = panel;
  /** What F has shown last. */
  let shown: { view: TimeView; selection: Selection | null } | null = null;
  let asked = 0;
  const show = (view: TimeView): void => {
    viewport.show(view);
    shown = { view: viewport.view.peek(), selection: store.selection.peek() };
  };
  const centre = async (): Promise<void> => {
    const number = ++asked;
    const again = shown !== null && viewport.view.peek() === shown.view && store.selection.peek() === shown.selection;
    const target = again ? null : await selectedRange(panel);
    if (number !== asked) return;
    if (target === null) viewport.fit();
    else show(target);
  };
  return {
    name: 'centring',
    actions: [{ id: 'fit', keys: ['f'], title: () => t('Centre the selection, then show the whole recording'), group: 'time', where: 'lanes', run: () => void centre() }],
    reset: () => (shown = null),
  };
};

/** The window that the selection asks for; null where nothing is selected. */
async function selectedRange(panel: Panel): Promise<TimeView | null> {
  const { store, viewport } = panel;
  const selection = store.selection.peek();
  const row = store.row(selection?.row ?? '');
  if (selection === null || row === undefined) return null;
  const { spanBeginNs } = selection;
  if (spanBeginNs !== null) {
    const known = panel.timeline.selectedDetails.peek();
    // A tooltip's answer would do, but the selection's may be under way still.
    const details = known ?? (await panel.details({ row: selection.row, atNs: Math.round(spanBeginNs) }).catch(() => null));
    const span = details?.span ?? null;
    if (span !== null) return withAir(span.beginNs, span.endNs ?? store.nowNs.peek(), air.span, viewport.extentNs);
  }
  return withAir(row.startNs, row.endNs ?? store.nowNs.peek(), air.life, viewport.extentNs);
}

function withAir(beginNs: number, endNs: number, share: number, extentNs: number): TimeView {
  const more = Math.max(endNs - beginNs, minSpanNs) * share;
  return clampView({ fromNs: beginNs - more, toNs: endNs + more }, extentNs);
}

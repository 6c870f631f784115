/** Moving through time and rows by key. */
import type { Action } from '../actions';
import type { MakeFeature } from '../feature';
import { fitView, spanOf } from '../timeline/geometry';
import { rowHeight } from '../timeline/metrics';
import { t } from '../words';

/** Share of the window that a step moves, and with Shift. */
const steps = { short: 0.12, long: 0.5 };
const zoomStep = 1.25;

export const moving: MakeFeature = (panel) => {
  const { viewport, timeline, store } = panel;
  const pan = (share: number): void => viewport.panBy(spanOf(viewport.view.peek()) * share);
  /** Where a person looks: at the pointer, or in the middle. */
  const zoom = (factor: number): void => viewport.zoomBy(factor, timeline.pointerNs ?? undefined);
  const toEdge = (end: boolean): void => {
    const span = spanOf(viewport.view.peek());
    const all = fitView(viewport.extentNs);
    viewport.show(end ? { fromNs: all.toNs - span, toNs: all.toNs } : { fromNs: all.fromNs, toNs: all.fromNs + span });
  };
  const page = (): number => timeline.size.peek().height - timeline.pinnedHeight.peek() - rowHeight;
  const stepRow = (by: number): void => {
    const shown = store.shown.peek();
    const at = store.shownAt.peek().get(store.selection.peek()?.row ?? '') ?? (by > 0 ? -1 : shown.length);
    const next = shown[Math.min(Math.max(at + by, 0), shown.length - 1)];
    if (next === undefined) return;
    panel.select(next.row.id);
    store.show(next.row.id);
  };
  const actions: readonly Action[] = [
    { id: 'earlier', keys: ['a', 'ArrowLeft'], title: () => t('Earlier'), group: 'time', where: 'lanes', run: () => pan(-steps.short) },
    { id: 'later', keys: ['d', 'ArrowRight'], title: () => t('Later'), group: 'time', where: 'lanes', run: () => pan(steps.short) },
    { id: 'muchEarlier', keys: ['Shift+a', 'Shift+ArrowLeft'], title: () => t('Half a window earlier'), group: 'time', where: 'lanes', run: () => pan(-steps.long) },
    { id: 'muchLater', keys: ['Shift+d', 'Shift+ArrowRight'], title: () => t('Half a window later'), group: 'time', where: 'lanes', run: () => pan(steps.long) },
    { id: 'zoomIn', keys: ['w', '+', '='], title: () => t('Zoom in'), group: 'time', where: 'lanes', run: () => zoom(1 / zoomStep) },
    { id: 'zoomOut', keys: ['s', '-', '_'], title: () => t('Zoom out'), group: 'time', where: 'lanes', run: () => zoom(zoomStep) },
    { id: 'begin', keys: ['Home'], title: () => t('To the begin of the recording'), group: 'time', where: 'lanes', run: () => toEdge(false) },
    { id: 'end', keys: ['End'], title: () => t('To the end of the recording'), group: 'time', where: 'lanes', run: () => toEdge(true) },
    { id: 'follow', keys: ['l'], title: () => t('Follow the present'), group: 'time', where: 'lanes', enabled: () => viewport.running.peek(), run: () => viewport.follow() },
    { id: 'rowAbove', keys: ['ArrowUp'], title: () => t('Row above'), group: 'rows', where: 'lanes', run: () => stepRow(-1) },
    { id: 'rowBelow', keys: ['ArrowDown'], title: () => t('Row below'), group: 'rows', where: 'lanes', run: () => stepRow(1) },
    { id: 'pageUp', keys: ['PageUp'], title: () => t('A page up'), group: 'rows', where: 'lanes', run: () => timeline.scrollBy(-page()) },
    { id: 'pageDown', keys: ['PageDown'], title: () => t('A page down'), group: 'rows', where: 'lanes', run: () => timeline.scrollBy(page()) },
    {
      id: 'toggle', keys: ['Space'], title: () => t('Collapse or expand the row'), group: 'rows', where: 'lanes',
      run() {
        const row = store.selection.peek()?.row;
        if (row !== undefined) store.setCollapsed(row, !store.collapsed.peek().has(row));
      },
    },
    { id: 'open', keys: ['Enter'], title: () => t('Open the source line'), group: 'selection', where: 'lanes', run: () => panel.openSelection() },
    { id: 'clear', keys: ['Escape'], title: () => t('Clear the selection'), group: 'selection', where: 'lanes', run: () => panel.clear() },
  ];
  return { name: 'moving', actions };
};

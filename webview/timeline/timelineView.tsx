/**
 * The timeline: axis, row headers and lanes that scroll together, tooltip and legend.
 *
 *   ┌ corner ──────┬ axis (canvas) ───────────────┐
 *   │ row headers  │ lanes (canvas, sticky: it is │
 *   │ (HTML tree)  │ as high as what is in sight) │
 *   ├──────────────┴──────────────────────────────┤
 *   │ legend                                      │
 *   └─────────────────────────────────────────────┘
 */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Row } from '../../src/protocol/rows';
import type { Gesture } from '../feature';
import { programRow } from '../panelRows';
import { Splitter } from '../splitter';
import type { Store } from '../store';
import { t } from '../words';
import type { Span } from './columns';
import type { TimelineController, TimelineHost } from './controller';
import { GroupingChoice } from './groupingChoice';
import { HoverState } from './hover';
import { attachInput } from './input';
import { Legend } from './legend';
import { axisHeight, rowHeight } from './metrics';
import { PinnedHeaders } from './pinnedHeaders';
import { RowHeaders } from './rowHeaders';
import { Tooltip } from './tooltip';

export interface TimelineProps {
  store: Store;
  controller: TimelineController;
  host: TimelineHost;
  select(row: string | null, spanBeginNs?: number | null): void;
  openRow(row: Row): void;
  /** A key while the lanes have the focus; false where it means nothing. */
  onKey(event: KeyboardEvent): boolean;
  press(event: PointerEvent, on: 'lanes' | 'axis'): Gesture | null;
  /** What features lay over axis and lanes. */
  over: JSX.Element;
  /** Opens the line of a moment of a row; the row's own where that moment has none. */
  openMoment(row: Row, atNs: number): void;
}

export function TimelineView({ store, controller, host, select, openRow, openMoment, onKey, press, over }: TimelineProps): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const lanes = useRef<HTMLCanvasElement>(null);
  const axis = useRef<HTMLCanvasElement>(null);
  const cell = useRef<HTMLDivElement>(null);
  const above = useRef<HTMLDivElement>(null);
  const hover = useMemo(() => new HoverState(controller, host), [controller, host]);
  useEffect(() => store.withoutStops.subscribe(() => hover.again()), [store, hover]);

  useEffect(() => {
    if (scroller.current === null || lanes.current === null || axis.current === null || cell.current === null || above.current === null) return;
    const [box, canvas, axisCanvas, laneCell] = [scroller.current, lanes.current, axis.current, cell.current];
    controller.attach({ lanes: canvas, axis: axisCanvas, scroller: box });
    const measure = new ResizeObserver(() => (controller.size.value = { width: laneCell.clientWidth, height: box.clientHeight }));
    measure.observe(box);
    measure.observe(laneCell);
    const input = attachInput(controller, { canvas, axis: axisCanvas, scroller: box, over: above.current }, {
      click(x, y) {
        canvas.focus({ preventScroll: true });
        const hit = controller.hit(x, y);
        // Of a cell the moment itself: many spans begin in it.
        const span = hit?.span ?? null;
        select(hit?.shown.row.id ?? null, span === null || hit === null ? null : span.cell === null ? span.beginNs : clampTo(span, hit.ns));
        const clicked = programRow(hit?.shown.row);
        if (hit !== null && clicked !== undefined && hit.span !== null) openMoment(clicked, clampTo(hit.span, hit.ns));
      },
      hover: (event) => hover.move(event),
      leave: () => hover.leave(),
      key: onKey,
      press,
    });
    const unclear = controller.onClear(() => hover.leave());
    const unreveal = store.reveal.subscribe((reveal) => {
      const at = reveal === null ? undefined : store.shownAt.peek().get(reveal.row);
      if (at === undefined) return;
      const top = at * rowHeight;
      const room = box.clientHeight - controller.pinnedHeight.peek();
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + rowHeight > box.scrollTop + room) box.scrollTop = top + rowHeight - room;
    });
    return () => {
      measure.disconnect();
      input.dispose();
      unreveal();
      unclear();
    };
  }, [controller, hover, store, onKey, press]);

  // A narrow panel keeps half for the lanes.
  const names = `min(${controller.namesWidth.value}px, 50%)`;
  const columns = `${names} minmax(0, 1fr)`;
  return (
    <section class="timeline" aria-label={t('Timeline')}>
      <div class="lanes-part">
        <div class="axis-row" style={{ gridTemplateColumns: columns, height: `${axisHeight}px` }}>
          <div class="corner"><GroupingChoice store={store} /></div>
          <canvas class="axis" ref={axis} aria-hidden="true" style={{ height: `${axisHeight}px` }} />
        </div>
        <div class="scroller" ref={scroller} style={{ gridTemplateColumns: columns, '--pinned': `${controller.pinnedHeight.value}px` }} onScroll={(event) => (controller.scrollTop.value = event.currentTarget.scrollTop)}>
          <PinnedHeaders store={store} controller={controller} select={select} open={openRow} />
          <RowHeaders store={store} controller={controller} select={select} open={openRow} />
          <div class="lane-cell" ref={cell}>
            <canvas
              class="lanes" ref={lanes} tabIndex={0} role="application" data-testid="lanes"
              aria-label={t('Lanes over time. A and D move, W and S zoom, F shows all, arrow up and down choose a row, Enter opens its line.')}
              style={{ height: `${controller.size.value.height}px`, width: `${controller.size.value.width}px` }}
            />
          </div>
        </div>
        <div class="over-lanes" ref={above} style={{ left: names, width: `${controller.size.value.width}px` }}>{over}</div>
        <Splitter
          axis="x" label={t('Width of the row names')} value={controller.namesWidth.value} min={140} max={560} step={16}
          style={{ left: `calc(${names} - 3px)` }} change={(value) => (controller.namesWidth.value = value)} measure={(event, box) => event.clientX - box.left}
        />
      </div>
      <Legend store={store} controller={controller} />
      <Tooltip store={store} hover={hover} />
    </section>
  );
}

/** A near miss counts as the span's edge. */
function clampTo(span: Span, ns: number): number {
  return Math.min(Math.max(ns, span.beginNs), span.endNs);
}

/**
 * The strip above the timeline: the whole recording, with the window as a frame that can be dragged and resized. Its frame is a slider
 * for the keyboard: arrows move the window, with Shift they resize it.
 */
import { useComputed, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { beatNs, beatOf } from '../../beat';
import { overviewMarks } from '../../../src/protocol/navigate';
import type { MakeFeature } from '../../feature';
import { count, elapsed } from '../../format';
import type { Panel } from '../../panel';
import { prepare } from '../../timeline/canvas';
import { fitView } from '../../timeline/geometry';
import { density, palette } from '../../timeline/theme';
import { t } from '../../words';
import { centred, dragged, frameOf, partAt, stepped, type Part } from './frame';
import { OverviewState, type Columns } from './overview';
import { highest, minimapHeight, paintMinimap } from './paint';
import './minimap.css';

/** A press that moves less is a click. */
const dragAfterPx = 4;

interface Drag {
  part: Part;
  x: number;
  moved: boolean;
  /** When it began. */
  view: { fromNs: number; toNs: number };
}

function Minimap({ panel, overview }: { panel: Panel; overview: OverviewState }): JSX.Element {
  const { store, viewport, timeline } = panel;
  const canvas = useRef<HTMLCanvasElement>(null);
  const strip = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const extent = useComputed(() => Math.max(viewport.running.value ? (beatOf(viewport.extent.value) + 1) * beatNs : viewport.extent.value, 1));

  useEffect(() => {
    const element = strip.current;
    if (element === null) return;
    const measure = new ResizeObserver(() => (overview.width.value = element.clientWidth));
    measure.observe(element);
    return () => measure.disconnect();
  }, [overview]);

  useSignalEffect(() => {
    const width = overview.width.value;
    const scene = {
      width, extentNs: extent.value, palette: palette.value, columns: overview.columns.value,
      findings: store.findings.value.items.map(({ fromNs, severity }) => ({ atNs: fromNs, severity })),
    };
    const dense = density.value;
    const element = canvas.current;
    const context = element === null || width <= 0 ? null : prepare(element, width, minimapHeight, dense);
    if (context !== null) paintMinimap(context, scene);
  });

  const hatched = overview.columns.value?.marks.some((mark) => (mark & overviewMarks.stop) !== 0) === true;
  const momentAt = (x: number): number => (x / Math.max(overview.width.peek(), 1)) * extent.peek();
  const xOf = (event: PointerEvent): number => event.clientX - (strip.current?.getBoundingClientRect().left ?? 0);
  const frameNow = (): { left: number; right: number } => frameOf(viewport.view.peek(), extent.peek(), overview.width.peek());

  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    strip.current?.setPointerCapture(event.pointerId);
    drag.current = { part: partAt(xOf(event), frameNow()), x: xOf(event), moved: false, view: viewport.view.peek() };
  };
  /** The strip takes no focus from the lanes: who works with the mouse goes on with their keys. */
  const onMouseDown = (event: MouseEvent): void => {
    event.preventDefault();
    timeline.focus();
  };
  const onPointerMove = (event: PointerEvent): void => {
    const x = xOf(event);
    const now = drag.current;
    if (now === null) {
      if (strip.current !== null) strip.current.dataset.part = partAt(x, frameNow());
      return;
    }
    now.moved ||= Math.abs(x - now.x) >= dragAfterPx;
    if (now.moved) viewport.show(dragged(now.view, now.part, momentAt(now.x), momentAt(x), extent.peek()));
  };
  const onPointerUp = (event: PointerEvent): void => {
    const was = drag.current;
    drag.current = null;
    if (was !== null && !was.moved && event.type === 'pointerup') viewport.show(centred(was.view, momentAt(was.x), extent.peek()));
  };
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const box = strip.current?.getBoundingClientRect();
    if (box !== undefined) viewport.zoomBy(Math.exp(Math.max(-100, Math.min(100, event.deltaY)) * 0.0022), momentAt(event.clientX - box.left));
  };

  return (
    <div class="minimap" style={{ gridTemplateColumns: `min(${timeline.namesWidth.value}px, 50%) minmax(0, 1fr)` }} data-testid="minimap">
      <Key columns={overview.columns.value} />
      <div class="minimap-strip" ref={strip} title={hatched ? t('Hatched: a debugger had stopped something.') : undefined} onMouseDown={onMouseDown} onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={onPointerUp} onPointerCancel={onPointerUp} onWheel={onWheel}>
        <canvas ref={canvas} aria-hidden="true" />
        <Frame panel={panel} overview={overview} extent={extent.value} />
        <Head panel={panel} extent={extent.value} />
      </div>
    </div>
  );
}

function Frame({ panel: { viewport }, overview, extent }: { panel: Panel; overview: OverviewState; extent: number }): JSX.Element {
  const view = viewport.calmView.value;
  const width = overview.width.value;
  const { left, right } = frameOf(view, extent, width);
  const [from, to] = [Math.max(view.fromNs, 0), Math.min(view.toNs, extent)];
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = event.key === 'ArrowRight' || event.key === 'ArrowUp' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowDown' ? -1 : 0;
    const now = viewport.view.peek();
    const all = fitView(extent);
    if (by !== 0) viewport.show(stepped(now, by, event.shiftKey, extent));
    else if (event.key === 'Home') viewport.show(centred(now, all.fromNs + (now.toNs - now.fromNs) / 2, extent));
    else if (event.key === 'End') viewport.show(centred(now, all.toNs - (now.toNs - now.fromNs) / 2, extent));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div class="minimap-shade" style={{ left: 0, width: `${left}px` }} />
      <div class="minimap-shade" style={{ left: `${right}px`, right: 0 }} />
      <div
        class="minimap-frame" role="slider" tabIndex={0} data-testid="minimap-frame" onKeyDown={onKeyDown} style={{ left: `${left}px`, width: `${right - left}px` }}
        aria-label={t('Window on the whole recording. Arrows move it, with Shift they resize it.')} aria-valuemin={0} aria-valuemax={Math.round(extent / 1e6)}
        aria-valuenow={Math.round((from + to) / 2e6)} aria-valuetext={t('from {0} to {1} of {2}', elapsed(from), elapsed(to), elapsed(extent))}
      />
    </>
  );
}

/** The play head of a replay. */
function Head({ panel: { store }, extent }: { panel: Panel; extent: number }): JSX.Element | null {
  const head = store.headNs.value;
  return head === null ? null : <div class="minimap-head" style={{ left: `${(head / extent) * 100}%` }} />;
}

/** What the areas are, and how high their highest is. */
function Key({ columns }: { columns: Columns | null }): JSX.Element {
  const line = (name: string, values: Float32Array | null | undefined, kind: string): JSX.Element => (
    <span class={`minimap-key ${kind}`}>
      <span class="minimap-swatch" />
      <span class="minimap-name">{name}</span>
      <span class="minimap-most">{values === null || values === undefined ? '' : t('peak {0}', count(Math.round(highest(values) * 10) / 10))}</span>
    </span>
  );
  return (
    <div class="minimap-keys">
      {line(t('accepted connections'), columns?.connections, 'connections')}
      {line(t('queued clients'), columns?.queued, 'queued')}
      {line(t('running threads'), columns?.running, 'running')}
      {columns?.marks.some((mark) => (mark & overviewMarks.stop) !== 0) === true ? <span class="for-screen-readers">{t('Hatched: a debugger had stopped something.')}</span> : null}
    </div>
  );
}

export const minimap: MakeFeature = (panel) => {
  const overview = new OverviewState(panel);
  return {
    name: 'minimap',
    slots: { above: () => <Minimap panel={panel} overview={overview} /> },
    reset: () => overview.reset(),
    dispose: () => overview.dispose(),
  };
};

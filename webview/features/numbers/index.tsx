/** Lanes of numbers: accept queues and the run's counters, and beside the pointer what stands at its moment, exactly. */
import { effect, signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { NumberReading } from '../../../src/protocol/series';
import type { MakeFeature } from '../../feature';
import { count, duration } from '../../format';
import type { NumberRow } from '../../panelRows';
import type { Panel } from '../../panel';
import { numberWords, rowLabel } from '../../rowWords';
import { spanOf, xToTime } from '../../timeline/geometry';
import { axisHeight, rowHeight } from '../../timeline/metrics';
import { paintSeries } from '../../timeline/series';
import { tickLabel } from '../../timeline/ticks';
import { t } from '../../words';
import './numbers.css';

const restMs = 40;

interface Reading {
  row: NumberRow;
  at: number;
  /** Null until the engine has answered. */
  said: NumberReading | null;
}

function Card({ panel, reading: { row, at, said } }: { panel: Panel; reading: Reading }): JSX.Element | null {
  const { timeline, viewport } = panel;
  const x = timeline.pointerX.value;
  const { width, height } = timeline.size.value;
  if (x === null || said === null) return null;
  const view = viewport.calmView.value;
  const label = (ns: number): string => tickLabel(Math.round(ns), spanOf(view) / Math.max(width, 1), Math.max(Math.abs(view.fromNs), view.toNs));
  const top = axisHeight + timeline.pinnedHeight.value + at * rowHeight - timeline.scrollTop.value;
  const rate = row.name === 'bytesIn' || row.name === 'bytesOut';
  const side = x > width / 2 ? { right: `${width - x + 12}px` } : { left: `${x + 12}px` };
  const below = top + rowHeight + 72 < height + axisHeight;
  const full = row.backlog !== null && said.value !== null && said.value > row.backlog;
  return (
    <div class="tooltip number-card" role="tooltip" style={{ ...side, ...(below ? { top: `${top + rowHeight + 2}px` } : { bottom: `${height + axisHeight - top + 2}px` }) }}>
      <div class="tooltip-head">
        <strong class="number-value">{said.value === null ? t('unknown') : numberWords(row.name, said.value)}</strong>
        <span class="tooltip-time">{t('at {0}', label(said.atNs))}</span>
      </div>
      <div class="tooltip-row">{rowLabel(row, () => undefined)}</div>
      <dl>
        {said.value === null ? null : rate
          ? <><dt>{t('average over')}</dt><dd>{duration((said.toNs ?? said.fromNs) - said.fromNs)}</dd></>
          : <><dt>{t('so it is')}</dt><dd>{said.toNs === null ? t('since {0}', label(said.fromNs)) : t('{0} until {1}', label(said.fromNs), label(said.toNs))}</dd></>}
        {row.backlog === null ? null : <><dt>{t('limit')}</dt><dd>{full ? t('{0}: the queue is full', count(row.backlog)) : count(row.backlog)}</dd></>}
      </dl>
    </div>
  );
}

export const numbers: MakeFeature = (panel) => {
  const { store, timeline, viewport } = panel;
  store.withCounters = true;
  const reading = signal<Reading | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  const stop = effect(() => {
    const x = timeline.pointerX.value;
    const id = timeline.hoverRow.value;
    const view = viewport.calmView.value;
    const at = id === null ? undefined : store.shownAt.value.get(id);
    const row = at === undefined ? undefined : store.shown.value[at]?.row;
    clearTimeout(timer);
    const number = ++asked;
    if (x === null || at === undefined || row?.kind !== 'number') {
      reading.value = null;
      return;
    }
    const before = reading.peek();
    if (before?.row !== row || before.at !== at) reading.value = { row, at, said: null };
    const { width } = timeline.size.peek();
    timer = setTimeout(() => {
      panel.query('number', { row: row.id, atNs: Math.round(xToTime(view, width, x)), binNs: Math.max(1, spanOf(view) / Math.max(width, 1)) }).then(
        (said) => {
          if (number === asked) reading.value = { row, at, said };
        },
        () => undefined, // A tooltip less: the next move asks again.
      );
    }, restMs);
  });
  return {
    name: 'numbers',
    layers: [{ over: 'background', paint: (surface, scene) => paintSeries(surface, scene, (row, value) => numberWords(row.name, value)) }],
    slots: { lanes: () => (reading.value === null ? null : <Card panel={panel} reading={reading.value} />) },
    dispose() {
      clearTimeout(timer);
      stop();
    },
  };
};

/** The tooltip of a span: state in words, how long, on what, kept by whom, and the source line. */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { gapSentence } from '../../src/protocol/coverageWords';
import type { Details } from '../../src/protocol/tile';
import { channelWords } from '../edgeWords';
import { bytes, count, duration, place } from '../format';
import { lengthWithout } from '../../src/protocol/stopped';
import { stopSentence } from '../stopWords';
import { cellSentence, sharesWords, stateName, stateSentence } from '../stateWords';
import type { Store } from '../store';
import { talksOf, talkWords } from '../talks';
import { t } from '../words';
import { Swatch } from './swatch';
import type { Hover, HoverState } from './hover';

const away = 14;

export function Tooltip({ store, hover }: { store: Store; hover: HoverState }): JSX.Element | null {
  const current = hover.current.value;
  return current === null ? null : <Card store={store} hover={current} />;
}

function Card({ store, hover }: { store: Store; hover: Hover }): JSX.Element | null {
  const card = useRef<HTMLDivElement>(null);
  // Placed after it has a size: right of and below the pointer, or on the other side where the panel ends.
  useLayoutEffect(() => {
    const element = card.current;
    if (element === null) return;
    const fits = (at: number, size: number, room: number): number => (at + away + size <= room ? at + away : Math.max(4, at - away - size));
    element.style.left = `${fits(hover.x, element.offsetWidth, window.innerWidth)}px`;
    element.style.top = `${fits(hover.y, element.offsetHeight, window.innerHeight)}px`;
  });
  const { span, shown } = hover.hit;
  if (span === null) return null;
  const { details } = hover;
  const { cell } = span;
  // Of a cell the engine's word is about one of its spans: it is told by the line, not by the head.
  const exact = cell === null ? (details?.span ?? null) : null;
  const open = exact === null ? span.open : exact.endNs === null;
  const state = exact?.state ?? span.state;
  const beginNs = exact?.beginNs ?? span.beginNs;
  const endNs = exact?.endNs ?? (open ? Math.max(span.endNs, store.clock.value) : span.endNs);
  return (
    <div class="tooltip" role="tooltip" ref={card}>
      <div class="tooltip-head">
        <Swatch state={state} owner={span.owner} />
        <strong>{stateName(state)}</strong>
        <span class="tooltip-time">{duration(cell === null ? lengthWithout(beginNs, open ? null : endNs, endNs, details?.stopped) : Math.max(0, endNs - beginNs))}{open ? ` · ${t('so far')}` : ''}</span>
      </div>
      <div class="tooltip-row">{shown.row.label}</div>
      <p>{cell === null ? stateSentence(state) : cellSentence(span.state, cell)}</p>
      {details?.stop === undefined ? null : <p class="tooltip-stop">{stopSentence(details.stop, store.clock.value)}</p>}
      <dl>
        <Fact name={t('began at')} value={duration(beginNs)} />
        {details === null ? null : <Facts details={details} />}
        {shown.row.kind === 'process' ? shown.row.gaps.map((gap) => <Fact key={gap.reason} name={t('not seen')} value={gapSentence(gap, t)} />) : null}
        {shown.row.kind === 'process' && shown.fold === null ? <Talks store={store} process={shown.row.id} /> : null}
      </dl>
      {(details?.shares ?? null) === null ? null : <p class="tooltip-shares">{sharesWords(details!.shares!)}</p>}
      {(details?.site ?? null) === null ? null : <div class="tooltip-hint">{t('Click to open the line')}</div>}
    </div>
  );
}

/** A tooltip is no list: of many the first few. */
const fewTalks = 4;

function Talks({ store, process }: { store: Store; process: string }): JSX.Element {
  const talks = talksOf(store, process);
  const more = talks.length - fewTalks;
  return (
    <>
      {talks.slice(0, fewTalks).map((talk, at) => <Fact key={at} name={t('talks with {0}', talk.other)} value={talkWords(talk)} />)}
      {more <= 0 ? null : <Fact name="" value={more === 1 ? t('and with 1 more process') : t('and with {0} more processes', count(more))} />}
    </>
  );
}

/** What only the engine knows. */
function Facts({ details }: { details: Details }): JSX.Element {
  const { on, cause, causeSite, site, bytesIn, bytesOut, handler, memory } = details;
  return (
    <>
      {on === null ? null : <Fact name={t('on')} value={on.channel === null ? on.label : channelWords(on.channel)} />}
      {cause === null ? null : (
        <Fact name={t('held by')} value={cause.connectionLabel === null ? cause.threadLabel : t('{0}, which serves {1}', cause.threadLabel, cause.connectionLabel)} strong />
      )}
      {causeSite === null ? null : <Fact name={t('which stands at')} value={`${causeSite.function} (${place(causeSite)})`} />}
      {handler === null ? null : <Fact name={t('handler')} value={handler.error === null ? handler.phase : t('{0}, left by {1}', handler.phase, handler.error)} />}
      {bytesIn === null || bytesOut === null ? null : <Fact name={t('bytes')} value={`↓${bytes(bytesIn)} ↑${bytes(bytesOut)}`} />}
      {memory === null ? null : <Fact name={t('memory')} value={memory === 'own' ? t('Its own: no other process sees what it changes.') : t('Shared: the other threads of its process see what it changes.')} />}
      {site === null ? null : <Fact name={t('line')} value={`${site.function} (${place(site)})`} />}
    </>
  );
}

function Fact({ name, value, strong = false }: { name: string; value: string; strong?: boolean }): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd class={strong ? 'strong' : ''}>{value}</dd>
    </>
  );
}

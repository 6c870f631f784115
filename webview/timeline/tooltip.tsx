/** The tooltip of a span: state in words, how long, on what, kept by whom, and the source line. */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { bytes, duration, place } from '../format';
import { stateName, stateSentence } from '../stateWords';
import { t } from '../words';
import { Swatch } from './legend';
import type { Hover, HoverState } from './hover';

const away = 14;

export function Tooltip({ hover }: { hover: HoverState }): JSX.Element | null {
  const current = hover.current.value;
  return current?.hit.span == null ? null : <Card hover={current} />;
}

function Card({ hover }: { hover: Hover }): JSX.Element | null {
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
  const exact = details?.span ?? null;
  const state = exact?.state ?? span.state;
  const beginNs = exact?.beginNs ?? span.beginNs;
  const endNs = exact?.endNs ?? span.endNs;
  return (
    <div class="tooltip" role="tooltip" ref={card}>
      <div class="tooltip-head">
        <Swatch state={state} owner={span.owner} />
        <strong>{stateName(state)}</strong>
        <span class="tooltip-time">{duration(Math.max(0, endNs - beginNs))}{span.open && exact?.endNs == null ? ` · ${t('so far')}` : ''}</span>
      </div>
      <div class="tooltip-row">{shown.row.label}</div>
      <p>{stateSentence(span.merged && exact === null ? 'mixed' : state)}</p>
      <dl>
        <Fact name={t('began at')} value={duration(beginNs)} />
        {details?.on == null ? null : <Fact name={t('on')} value={details.on.label} />}
        {details?.cause == null ? null : (
          <Fact
            name={t('held by')} strong
            value={details.cause.connectionLabel === null ? details.cause.threadLabel : t('{0}, which serves {1}', details.cause.threadLabel, details.cause.connectionLabel)}
          />
        )}
        {details?.causeSite == null ? null : <Fact name={t('which stands at')} value={`${details.causeSite.function} (${place(details.causeSite)})`} />}
        {details?.bytesIn == null || details.bytesOut == null ? null : <Fact name={t('bytes')} value={`↓${bytes(details.bytesIn)} ↑${bytes(details.bytesOut)}`} />}
        {details?.site == null ? null : <Fact name={t('line')} value={`${details.site.function} (${place(details.site)})`} />}
      </dl>
      {details?.site == null ? null : <div class="tooltip-hint">{t('Click to open the line')}</div>}
    </div>
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

/** The row's events around the moment, one under the other; arrows move, Enter opens the line, a click goes to the moment. */
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { InspectedEvent, Inspection } from '../../../src/protocol/inspection';
import type { ArrowKind } from '../../../src/protocol/report';
import type { Row } from '../../../src/protocol/rows';
import { channelWords } from '../../edgeWords';
import { duration } from '../../format';
import { lengthWithout } from '../../../src/protocol/stopped';
import { Icon } from '../../icons';
import type { Panel } from '../../panel';
import { ownerNumber } from '../../rowWords';
import { stateName } from '../../stateWords';
import { Swatch } from '../../timeline/swatch';
import { t } from '../../words';
import { line } from './sentence';

export interface EventsProps {
  panel: Panel;
  row: Row;
  inspection: Inspection;
  more(): void;
  /** Selects another row. */
  go(id: string): void;
}

export function Events({ panel, row, inspection, more, go }: EventsProps): JSX.Element | null {
  const { events, before, more: rest } = inspection;
  const list = useRef<HTMLOListElement>(null);
  const at = currentOf(inspection);
  const current = events[at];
  // The moment's event comes into sight, without moving the rest of the pane.
  useEffect(() => {
    const item = list.current?.querySelector<HTMLElement>('.current');
    if (list.current !== null && item !== null && item !== undefined) list.current.scrollTop = item.offsetTop - list.current.clientHeight / 2;
  }, [row.id, current?.beginNs, before]);
  if (events.length === 0) return null;
  const choose = (event: InspectedEvent): void => {
    if (event.arrow !== null || row.kind === 'listener') {
      if (event.on !== null) go(event.on.id);
    } else panel.showMoment(row.id, event.beginNs);
  };
  const onKeyDown = (key: TargetedKeyboardEvent<HTMLOListElement>): void => {
    const items = [...key.currentTarget.querySelectorAll('button')];
    const focused = items.indexOf(document.activeElement as HTMLButtonElement);
    const target = key.key === 'ArrowDown' ? focused + 1 : key.key === 'ArrowUp' ? focused - 1 : key.key === 'Home' ? 0 : key.key === 'End' ? items.length - 1 : null;
    if (target === null) return;
    items[Math.min(Math.max(target, 0), items.length - 1)]?.focus();
    key.preventDefault();
    key.stopPropagation();
  };
  return (
    <section class="details-events" aria-label={t('Events')}>
      <h2>{t('Events')}</h2>
      <ol ref={list} onKeyDown={onKeyDown}>
        {events.map((event, index) => (
          <li key={`${event.beginNs} ${event.state ?? event.arrow?.kind ?? ''} ${index}`} class={index === at ? 'current' : ''}>
            <Event event={event} owner={row.kind === 'connection' ? ownerNumber(row.owner) : 0} current={index === at} entry={index === Math.max(0, at)} choose={() => choose(event)} open={() => event.site !== null && panel.openSource(event.site)} />
          </li>
        ))}
      </ol>
      {rest.before || rest.after ? <button type="button" class="link details-more" onClick={more}>{t('Show more events')}</button> : null}
    </section>
  );
}

/** The event that the moment lies in; -1 where it lies between two. */
function currentOf({ events, before, atNs }: Inspection): number {
  for (const index of [before, before - 1]) {
    const event = events[index];
    if (event !== undefined && event.beginNs <= atNs && (event.endNs === null || atNs < event.endNs || event.endNs === event.beginNs)) return index;
  }
  return -1;
}

interface EventProps {
  event: InspectedEvent;
  current: boolean;
  owner: number;
  /** The one that Tab reaches. */
  entry: boolean;
  choose(): void;
  open(): void;
}

function Event({ event, owner, current, entry, choose, open }: EventProps): JSX.Element {
  const { beginNs, endNs, state, arrow, on, site, stopped } = event;
  const object = on === null ? '' : on.channel === null ? on.label : channelWords(on.channel);
  return (
    <button
      type="button" class="details-event" tabIndex={entry ? 0 : -1} aria-current={current ? 'true' : undefined} title={site === null ? object : `${object}\n${line(site)}`.trim()}
      onClick={choose} onDblClick={open}
      onKeyDown={(key) => {
        if (key.key !== 'Enter') return;
        key.preventDefault();
        key.stopPropagation();
        open();
      }}
    >
      <span class="details-when">{duration(beginNs)}</span>
      {state === null ? <Icon name="goto" size={14} /> : <Swatch state={state} owner={owner} />}
      <span class="details-what">{state === null ? (arrow === null ? '' : arrowWords(arrow.kind, arrow.way)) : stateName(state)}{object === '' ? '' : ` · ${object}`}</span>
      <span class="details-long">{arrow !== null ? '' : endNs === null ? t('so far') : duration(lengthWithout(beginNs, endNs, endNs, stopped))}</span>
    </button>
  );
}

function arrowWords(kind: ArrowKind, way: 'out' | 'in'): string {
  const out = way === 'out';
  switch (kind) {
    case 'fork': return out ? t('forked') : t('forked by');
    case 'thread': return out ? t('started') : t('started by');
    case 'join': return out ? t('joined by') : t('joined');
    case 'reap': return out ? t('reaped by') : t('reaped');
    case 'handover': return out ? t('handed over to') : t('handed over by');
    case 'signal': return out ? t('signalled') : t('signalled by');
    case 'exec': return t('exec');
    case 'unblock': return out ? t('woke') : t('woken by');
    default: return kind;
  }
}

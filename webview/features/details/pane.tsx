/** The pane: a heading, the sentence, buttons to go on from it, facts, totals and events. */
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Inspection, LinkRole, PlaceRole } from '../../../src/protocol/inspection';
import type { SourcePosition } from '../../../src/protocol/report';
import type { Row } from '../../../src/protocol/rows';
import type { Details } from '../../../src/protocol/tile';
import { gapSentence } from '../../../src/protocol/coverageWords';
import { bytes, count, duration, place } from '../../format';
import { Icon } from '../../icons';
import type { Panel } from '../../panel';
import { kindIcon, kindName, ownerNumber } from '../../rowWords';
import { Splitter } from '../../splitter';
import type { Store } from '../../store';
import { sharesWords } from '../../stateWords';
import { t } from '../../words';
import { Causes } from './causes';
import { Events } from './events';
import { doing, line, lineFirst } from './sentence';
import { Totals } from './totals';

export const paneId = 'details-pane';
export const usualWidth = 300;
const narrowest = 220;
const widest = 560;

export interface PaneProps {
  panel: Panel;
  inspection: Inspection | null;
  width: Signal<number>;
  close(): void;
  /** Shows more events. */
  more(): void;
}

export function Pane({ panel, inspection, width, close, more }: PaneProps): JSX.Element {
  const { store } = panel;
  const selection = store.selection.value;
  const row = store.live(selection?.row ?? '').value;
  return (
    <aside class="details" id={paneId} tabIndex={-1} aria-label={t('Details')} style={{ width: `min(${width.value}px, 45%)` }}>
      <Splitter
        axis="x" label={t('Width of the details')} value={width.value} min={narrowest} max={widest} step={16} style={{ left: '0' }} reversed
        change={(value) => (width.value = value)} measure={(event, box) => box.right - event.clientX}
      />
      <div class="details-head">
        {row === undefined ? <strong>{t('Details')}</strong> : <><Icon name={kindIcon(row)} /><strong class="details-title" title={row.label}>{row.label}</strong></>}
        <button type="button" class="tool" title={`${t('Hide the details')} (I)`} aria-label={t('Hide the details')} onClick={close}><Icon name="close" /></button>
      </div>
      {row === undefined || inspection?.row !== row.id
        ? <p class="details-empty">{row === undefined ? t('Select a row or a span to see what it does, and why.') : t('Looking…')}</p>
        : <Body panel={panel} row={row} inspection={inspection} more={more} />}
    </aside>
  );
}

function Body({ panel, row, inspection, more }: { panel: Panel; row: Row; inspection: Inspection; more(): void }): JSX.Element {
  const { store } = panel;
  const { details, totals, lifeNs } = inspection;
  const go = (id: string): void => {
    panel.select(id);
    store.show(id);
  };
  return (
    <div class="details-body">
      <Sentence store={store} row={row} details={details} />
      <Causes panel={panel} row={row.id} />
      <Goto inspection={inspection} panel={panel} go={go} />
      <dl class="details-facts">{facts(row, inspection).map(([name, value]) => <Fact key={name} name={name} value={value} />)}</dl>
      {details.shares === null ? null : <p class="details-shares">{sharesWords(details.shares)}</p>}
      <Totals totals={totals} lifeNs={lifeNs} owner={row.kind === 'connection' ? ownerNumber(row.owner) : 0} go={(atNs) => panel.showMoment(row.id, atNs)} />
      <Events panel={panel} row={row} inspection={inspection} more={more} go={go} />
    </div>
  );
}

/** Only this is drawn again while time passes. */
function Sentence({ store, row, details }: { store: Store; row: Row; details: Details }): JSX.Element {
  return <p class="details-sentence" data-testid="doing" aria-live="polite">{doing(row, details, store.clock.value)}</p>;
}

function Fact({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function facts(row: Row, { details, lifeNs, queueNs, atNs }: Inspection): [name: string, value: string][] {
  const list: [string, string][] = [[t('kind'), kindName(row.kind)]];
  switch (row.kind) {
    case 'process':
      list.push([t('process id'), String(row.pid)]);
      if (row.command.length > 0) list.push([t('command'), row.command.join(' ')]);
      list.push([t('living threads'), count(row.threads)], [t('open connections'), count(row.connections)]);
      if (row.orphaned) list.push([t('parent'), t('orphan')]);
      for (const gap of row.gaps) list.push([t('not seen'), gapSentence(gap, t)]);
      break;
    case 'thread':
      list.push([t('thread id'), String(row.tid)]);
      if (row.target !== null) list.push([t('runs'), row.target]);
      if (row.daemon !== null) list.push([t('daemon'), row.daemon ? t('yes: the process does not wait for it') : t('no')]);
      break;
    case 'task':
      if (row.coroutine !== null) list.push([t('coroutine'), row.coroutine]);
      if (row.awaits !== null) list.push([t('Awaits'), row.awaits]);
      break;
    case 'connection':
      if (row.local !== null) list.push([t('local address'), row.local]);
      if (row.peer !== null) list.push([t('peer address'), row.peer]);
      list.push([t('bytes'), `↓${bytes(row.bytesIn)} ↑${bytes(row.bytesOut)}`]);
      if (row.queuedNs !== null && row.acceptedNs !== null) list.push([t('waited in the queue'), duration(queueNs ?? Math.max(0, row.acceptedNs - row.queuedNs))]);
      if (details.handler !== null) list.push([t('handler'), details.handler.error === null ? details.handler.phase : t('{0}, left by {1}', details.handler.phase, details.handler.error)]);
      break;
    case 'listener':
      list.push([t('address'), row.address], [t('accepted'), count(row.accepted)]);
      if (row.backlog !== null) list.push([t('backlog'), count(row.backlog)]);
      break;
  }
  list.push([t('began at'), duration(row.startNs)], [row.endNs === null ? t('has lasted') : t('lasted'), duration(lifeNs)], [t('seen at'), duration(atNs)]);
  return list;
}

function Goto({ panel, inspection, go }: { panel: Panel; inspection: Inspection; go(id: string): void }): JSX.Element {
  const { details, links, places } = inspection;
  const { cause, causeSite, site } = details;
  return (
    <div class="details-goto" role="group" aria-label={t('Go to')}>
      {site === null ? null : <Button icon="goto" words={t('Line {0}', lineFirst(site))} hint={`${site.file}:${site.line}`} testId="open-line" run={() => panel.openSource(site)} />}
      {cause === null ? null : <Button icon="warning" words={t('Held by {0}', cause.threadLabel)} testId="go-cause" run={() => go(cause.thread)} />}
      {causeSite === null || samePlace(causeSite, site) ? null : <Button icon="goto" words={t('Its line {0}', lineFirst(causeSite))} testId="open-cause" run={() => panel.openSource(causeSite)} />}
      {links.filter(({ id }) => id !== cause?.thread).map(({ role, id, label }) => <Button key={`${role} ${id}`} icon={linkIcon(role)} words={`${linkName(role)}: ${label}`} testId={`go-${role}`} run={() => go(id)} />)}
      {places.map(({ role, site: at }) => <Button key={role} icon="goto" words={`${placeName(role)}: ${place(at)}`} hint={line(at)} testId={`open-${role}`} run={() => panel.openSource(at)} />)}
    </div>
  );
}

function Button({ icon, words, hint, testId, run }: { icon: Parameters<typeof Icon>[0]['name']; words: string; hint?: string; testId: string; run(): void }): JSX.Element {
  return (
    <button type="button" class="details-button" title={hint ?? words} data-testid={testId} onClick={run}>
      <Icon name={icon} size={14} />
      <span>{words}</span>
    </button>
  );
}

function samePlace(one: SourcePosition, other: SourcePosition | null): boolean {
  return other !== null && one.file === other.file && one.line === other.line;
}

function linkIcon(role: LinkRole): Parameters<typeof Icon>[0]['name'] {
  switch (role) {
    case 'process': case 'parent': return 'process';
    case 'otherEnd': return 'connection';
    case 'listener': return 'listener';
    default: return 'thread';
  }
}

function linkName(role: LinkRole): string {
  switch (role) {
    case 'process': return t('Process');
    case 'parent': return t('Parent');
    case 'startedBy': return t('Started by');
    case 'owner': return t('Owner');
    case 'otherEnd': return t('Other end');
    case 'listener': return t('Listener');
    case 'reapedBy': return t('Reaped by');
    case 'joinedBy': return t('Joined by');
    case 'task': return t('Task');
  }
}

function placeName(role: PlaceRole): string {
  switch (role) {
    case 'started': return t('Started at');
    case 'accepted': return t('Accepted at');
    case 'listening': return t('Listening since');
    case 'reaped': return t('Reaped at');
  }
}

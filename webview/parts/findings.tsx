/**
 * What the rules found: a button with the count in the header, and the list that it opens over the panel. The list's elements are
 * buttons in a column: arrows move, Enter goes there, Escape gives the keyboard back to the button.
 */
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { FindingItem, Severity } from '../../src/protocol/findings';
import { told } from '../../src/protocol/phrase';
import { place } from '../format';
import { Icon } from '../icons';
import type { Store } from '../store';
import { t } from '../words';

const listId = 'findings';

export function FindingsButton({ store }: { store: Store }): JSX.Element | null {
  const { items, hidden } = store.findings.value;
  const open = store.findingsOpen.value;
  const [first] = items;
  if (first === undefined) return null;
  const count = items.length + hidden;
  const words = count === 1 ? t('1 finding') : t('{0} findings', count);
  return (
    <button
      type="button" class={`tool findings-button severity-${first.severity}`} data-testid="findings" title={words} aria-label={words} aria-expanded={open} aria-controls={open ? listId : undefined}
      onClick={() => (store.findingsOpen.value = !open)}
    >
      <Icon name={first.severity} />
      {count}
    </button>
  );
}

export interface FindingsListProps {
  store: Store;
  /** Selects what it is about. */
  choose(row: string): void;
}

export function FindingsList({ store, choose }: FindingsListProps): JSX.Element | null {
  const { items, hidden } = store.findings.value;
  const open = store.findingsOpen.value && items.length > 0;
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!open) return;
    list.current?.querySelector('button')?.focus();
    const outside = (event: PointerEvent): void => {
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('.findings, .findings-button') === null) store.findingsOpen.value = false;
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  if (!open) return null;
  const close = (): void => {
    store.findingsOpen.value = false;
    document.querySelector<HTMLElement>('.findings-button')?.focus();
  };
  return (
    <section class="findings" id={listId} ref={list} aria-label={t('Findings')} onKeyDown={(event) => move(event, close)}>
      <ul>
        {items.map((item) => (
          <li key={item.id}>
            <Entry item={item} store={store} choose={(row) => { close(); choose(row); }} />
          </li>
        ))}
      </ul>
      {hidden === 0 ? null : <p class="findings-more">{t('{0} more are not listed', hidden)}</p>}
    </section>
  );
}

function Entry({ item, store, choose }: { item: FindingItem; store: Store; choose(row: string): void }): JSX.Element {
  const row = item.subjects.find((id) => store.row(id) !== undefined);
  return (
    <button type="button" class="finding" data-testid="finding" data-rule={item.rule} onClick={() => row !== undefined && choose(row)}>
      <span class={`finding-icon severity-${item.severity}`}><Icon name={item.severity} /></span>
      <span class="finding-title">
        <span class="for-screen-readers">{severityName(item.severity)} </span>
        {told(item.title, t)}
      </span>
      {item.at === null ? null : <span class="finding-place" title={`${item.at.file}:${item.at.line}`}>{place(item.at)}</span>}
      <span class="finding-detail">{told(item.detail, t)}</span>
    </button>
  );
}

function severityName(severity: Severity): string {
  switch (severity) {
    case 'error':
      return t('error');
    case 'warning':
      return t('warning');
    case 'info':
      return t('information');
  }
}

function move(event: TargetedKeyboardEvent<HTMLElement>, close: () => void): void {
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (event.key === 'Escape') close();
  else if (to === undefined) return;
  else buttons[Math.min(Math.max(to, 0), buttons.length - 1)]?.focus();
  event.preventDefault();
  event.stopPropagation();
}

/**
 * The filter: hides every row but those that its words hold for and what they hang under; and, with a button, the lanes on which
 * nothing happens within the window. How many rows are hidden is always said, with a way back.
 */
import { effect, signal, untracked } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Row } from '../../../src/protocol/rows';
import type { MakeFeature } from '../../feature';
import { follow } from '../../follow';
import { count } from '../../format';
import { Icon } from '../../icons';
import type { Panel } from '../../panel';
import { programRow } from '../../panelRows';
import { t } from '../../words';
import { parseTerms } from './terms';
import './filter.css';

/** A moving window is asked about when it rests. */
const askAfterMs = 200;

class Filter {
  readonly open = signal(false);
  readonly text = signal('');
  readonly hideQuiet = signal(false);
  readonly focus = signal(0);
  private readonly quiet = signal<ReadonlySet<string>>(new Set());
  private before: HTMLElement | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly ends: (() => void)[];

  constructor(private readonly panel: Panel) {
    const { store, viewport } = panel;
    this.ends = [
      effect(() => {
        const terms = parseTerms(this.text.value);
        const quiet = this.hideQuiet.value ? this.quiet.value : null;
        const nowNs = terms?.ages === true ? store.clock.value : 0;
        const around = { nowNs, row: (id: string): Row | undefined => programRow(store.index.row(id)) };
        store.filter.value = terms === null && quiet === null ? null : (row) => (terms === null || terms.test(row, around)) && (quiet === null || isLoud(row, quiet));
      }),
      effect(() => {
        if (!this.hideQuiet.value) return;
        follow(viewport.calmView);
        // New rows may be quiet too.
        follow(store.structure);
        untracked(() => this.askSoon());
      }),
    ];
  }

  get active(): boolean {
    return this.text.value.trim() !== '' || this.hideQuiet.value;
  }

  show(): void {
    const active = document.activeElement;
    if (active instanceof HTMLElement && !(active instanceof HTMLInputElement)) this.before = active;
    this.open.value = true;
    this.focus.value++;
  }

  /** The field goes; what it filters stays, and is told. */
  close(): void {
    this.open.value = false;
    if (this.before?.isConnected === true && this.before !== document.body) this.before.focus({ preventScroll: true });
    else this.panel.timeline.focus();
  }

  clear(): void {
    this.text.value = '';
    this.hideQuiet.value = false;
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const end of this.ends) end();
  }

  private askSoon(): void {
    // Not put off again and again while rows come.
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const view = this.panel.viewport.view.peek();
      this.panel.query('quiet', { fromNs: Math.floor(view.fromNs), toNs: Math.ceil(view.toNs) }).then(
        ({ rows }) => {
          const known = this.quiet.peek();
          if (rows.length !== known.size || rows.some((id) => !known.has(id))) this.quiet.value = new Set(rows);
        },
        () => undefined, // The next window asks again.
      );
    }, askAfterMs);
  }
}

/** Processes and listeners have no lane of states of their own: they are there for what is below them. */
function isLoud(row: Row, quiet: ReadonlySet<string>): boolean {
  return row.kind !== 'process' && row.kind !== 'listener' && !quiet.has(row.id);
}

function Bar({ panel, filter }: { panel: Panel; filter: Filter }): JSX.Element | null {
  const input = useRef<HTMLInputElement>(null);
  const open = filter.open.value;
  const asks = filter.focus.value;
  useLayoutEffect(() => {
    if (asks > 0) input.current?.select();
  }, [asks]);
  if (!open && !filter.active) return null;
  const hidden = panel.store.hidden.value;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || (event.key !== 'Escape' && event.key !== 'Enter')) return;
    if (event.key === 'Escape') filter.text.value = '';
    filter.close();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="filter-bar" role="group" aria-label={t('Filter of the rows')}>
      <Icon name="filter" />
      <input
        ref={input} type="text" class="field" data-testid="filter" spellcheck={false} autocomplete="off" value={filter.text.value} placeholder={t('Filter: text, state:receive, port:8000, open, waiting>1s')}
        aria-label={t('Show only rows with these words')} title={t('All words must hold: free text, state:receive, kind:connection, port:8000, pid:4711, tid:4711, open, ended, waiting>1s')}
        onInput={(event) => (filter.text.value = event.currentTarget.value)} onKeyDown={onKeyDown}
      />
      <button type="button" class={`tool live${filter.hideQuiet.value ? ' on' : ''}`} data-testid="hide-quiet" aria-pressed={filter.hideQuiet.value} title={t('Hide lanes that stay in one state within the window')} onClick={() => (filter.hideQuiet.value = !filter.hideQuiet.value)}>{t('Hide quiet lanes')}</button>
      <span class="filter-count" role="status">
        {hidden === 0 ? null : (
          <button type="button" class="filter-hidden" data-testid="rows-hidden" title={t('Show all rows')} onClick={() => filter.clear()}>
            {hidden === 1 ? t('1 row hidden') : t('{0} rows hidden', count(hidden))}
            <Icon name="close" size={14} />
          </button>
        )}
        {panel.store.shown.value.length === 0 ? <span class="filter-none">{t('No row is left.')}</span> : null}
      </span>
      <span class="spring" />
      {filter.active ? null : <button type="button" class="tool" title={t('Close (Escape)')} aria-label={t('Close (Escape)')} onClick={() => filter.close()}><Icon name="close" /></button>}
    </div>
  );
}

export const filter: MakeFeature = (panel) => {
  const model = new Filter(panel);
  return {
    name: 'filter',
    actions: [{ id: 'filter', keys: ['Shift+f'], title: () => t('Filter the rows'), group: 'find', where: 'panel', run: () => model.show() }],
    slots: {
      above: () => <Bar panel={panel} filter={model} />,
      toolbar: () => <button type="button" class="tool" data-testid="open-filter" title={t('Filter the rows (Shift+F)')} aria-label={t('Filter the rows (Shift+F)')} onClick={() => model.show()}><Icon name="filter" /></button>,
    },
    remember: () => ({ text: model.text.value, hideQuiet: model.hideQuiet.value }),
    restore(memory) {
      if (typeof memory !== 'object' || memory === null) return;
      if ('text' in memory && typeof memory.text === 'string') model.text.value = memory.text;
      if ('hideQuiet' in memory) model.hideQuiet.value = memory.hideQuiet === true;
    },
    reset: () => model.clear(),
    dispose: () => model.dispose(),
  };
};

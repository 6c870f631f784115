/**
 * Search: rows by everything that they show, and waits by the line of source they stand at or the object they are on. Enter goes from
 * one to the next: it is selected, what hides it opens, and the window moves where it has to.
 */
import { computed, effect, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Found } from '../../../src/protocol/explore';
import type { MakeFeature } from '../../feature';
import { count } from '../../format';
import { follow } from '../../follow';
import { Icon } from '../../icons';
import type { Panel } from '../../panel';
import { reach } from '../../reach';
import { t } from '../../words';
import { matchesOf, matchingRows, placeOf, type Match } from './matches';
import './search.css';

/** Typing goes on meanwhile: only what stays is asked for. */
const askAfterMs = 150;

class Search {
  readonly open = signal(false);
  readonly text = signal('');
  readonly current = signal<Match | null>(null);
  /** Counts the asks to put the focus into the field. */
  readonly focus = signal(0);
  private readonly waits = signal<Found | null>(null);
  private readonly rows = computed(() => {
    follow(this.panel.store.facts);
    return this.open.value ? matchingRows(this.panel.store.index, this.text.value) : [];
  });
  readonly matches = computed(() => matchesOf(this.rows.value, this.open.value ? this.waits.value : null));
  /** There are more waits than are listed. */
  readonly more = computed(() => this.waits.value?.more === true);
  private before: HTMLElement | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly ends: (() => void)[] = [];

  constructor(private readonly panel: Panel) {
    this.ends.push(effect(() => {
      const marked = new Set(this.matches.value.map(({ row }) => row));
      if (marked.size > 0 || panel.store.marked.peek().size > 0) panel.store.marked.value = marked;
    }));
    this.ends.push(effect(() => this.askSoon(this.open.value ? this.text.value.trim() : '')));
  }

  show(): void {
    const active = document.activeElement;
    if (!this.open.peek() && active instanceof HTMLElement) this.before = active;
    this.open.value = true;
    this.focus.value++;
  }

  /** Gives the focus back to who had it. */
  close(): void {
    this.open.value = false;
    if (this.before?.isConnected === true && this.before !== document.body) this.before.focus({ preventScroll: true });
    else this.panel.timeline.focus();
  }

  type(text: string): void {
    this.text.value = text;
    this.current.value = null;
  }

  /** To the next match (1) or the one before (-1), round and round. */
  step(by: 1 | -1): void {
    const matches = this.matches.peek();
    if (matches.length === 0) return;
    const at = placeOf(matches, this.current.peek());
    const next = at < 0 ? (by > 0 ? 0 : matches.length - 1) : (at + by + matches.length) % matches.length;
    const match = matches[next]!;
    this.current.value = match;
    reach(this.panel, match.row, match.atNs);
  }

  reset(): void {
    this.current.value = null;
    this.waits.value = null;
    if (this.open.peek()) this.askSoon(this.text.peek().trim());
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const end of this.ends) end();
  }

  private askSoon(text: string): void {
    clearTimeout(this.timer);
    this.waits.value = null;
    if (text === '') return;
    this.timer = setTimeout(() => {
      this.panel.query('find', { text }).then(
        (found) => {
          if (this.open.peek() && this.text.peek().trim() === text) this.waits.value = found;
        },
        () => undefined, // Rows are found without the engine.
      );
    }, askAfterMs);
  }
}

function Field({ search }: { search: Search }): JSX.Element | null {
  const input = useRef<HTMLInputElement>(null);
  const open = search.open.value;
  const asks = search.focus.value;
  useLayoutEffect(() => {
    if (open) input.current?.select();
  }, [open, asks]);
  if (!open) return null;
  const matches = search.matches.value;
  const at = placeOf(matches, search.current.value);
  const typed = search.text.value.trim() !== '';
  const total = `${count(matches.length)}${search.more.value ? '+' : ''}`;
  const words = !typed ? '' : matches.length === 0 ? t('No matches') : at < 0 ? t('{0} found', total) : t('{0} of {1} found', count(at + 1), total);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Enter') search.step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') search.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="search-place">
      <div class={`search${typed && matches.length === 0 ? ' none' : ''}`} role="search" onKeyDown={onKeyDown}>
        <input
          ref={input} type="text" class="field" data-testid="search" spellcheck={false} autocomplete="off" value={search.text.value} placeholder={t('Find rows, lines and locks')} aria-label={t('Find rows, lines and locks')}
          onInput={(event) => search.type(event.currentTarget.value)}
        />
        <span class="search-count" role="status" title={search.more.value ? t('The first 1,000 waits are listed.') : undefined}>{words}</span>
        <button type="button" class="tool" title={t('Previous match (Shift+Enter)')} aria-label={t('Previous match (Shift+Enter)')} disabled={matches.length === 0} onClick={() => search.step(-1)}><span class="turn-up"><Icon name="chevron" /></span></button>
        <button type="button" class="tool" title={t('Next match (Enter)')} aria-label={t('Next match (Enter)')} disabled={matches.length === 0} onClick={() => search.step(1)}><span class="turn-down"><Icon name="chevron" /></span></button>
        <button type="button" class="tool" title={t('Close (Escape)')} aria-label={t('Close (Escape)')} onClick={() => search.close()}><Icon name="close" /></button>
      </div>
    </div>
  );
}

export const search: MakeFeature = (panel) => {
  const model = new Search(panel);
  return {
    name: 'search',
    actions: [{ id: 'search', keys: ['/'], title: () => t('Find rows, lines and locks'), group: 'find', where: 'panel', run: () => model.show() }],
    slots: {
      above: () => <Field search={model} />,
      toolbar: () => (
        <button type="button" class="tool" data-testid="open-search" title={t('Find rows, lines and locks (/)')} aria-label={t('Find rows, lines and locks (/)')} onClick={() => model.show()}><Icon name="search" /></button>
      ),
    },
    remember: () => ({ text: model.text.value }),
    restore(memory) {
      if (typeof memory === 'object' && memory !== null && 'text' in memory && typeof memory.text === 'string') model.text.value = memory.text;
    },
    reset: () => model.reset(),
    dispose: () => model.dispose(),
  };
};

/**
 * All waits on the same object: with a span selected that waits for something, every wait for it in sight is outlined and the rest
 * is dimmed. What is asked follows the window; one question is on the way at a time.
 */
import { effect, signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { SameObject } from '../../../src/protocol/explore';
import type { MakeFeature } from '../../feature';
import { count } from '../../format';
import { Icon } from '../../icons';
import type { Panel } from '../../panel';
import { overscan } from '../../timeline/geometry';
import { rowHeight } from '../../timeline/metrics';
import { reach } from '../../reach';
import { t } from '../../words';
import { objectWords, paintSame, type Shown } from './paint';
import './sameObject.css';

const askEveryMs = 60;

class Same {
  /** The selected moment that it is about; null while off. */
  readonly on = signal<{ row: string; atNs: number } | null>(null);
  readonly shown = signal<Shown | null>(null);
  private waiting = false;
  private again = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly ends: (() => void)[];

  constructor(private readonly panel: Panel) {
    const { store, viewport, timeline } = panel;
    this.ends = [
      effect(() => {
        const selection = store.selection.value;
        const on = this.on.peek();
        if (on === null || (selection?.row === on.row && moment(selection, store.row(on.row)?.startNs) === on.atNs)) return;
        // Another span is selected: the same for that one.
        this.on.value = null;
        this.shown.value = null;
        if (selection !== null) this.turnOn();
      }),
      effect(() => {
        // Read so that a change of any of them asks again.
        const parts = [this.on, viewport.calmView, store.shown, timeline.scrollTop, timeline.size, store.clock].map((part) => part.value);
        if (parts[0] !== null) this.ask();
      }),
      this.shown.subscribe(() => timeline.repaint()),
      timeline.onClear(() => this.turnOff()),
    ];
  }

  toggle(): void {
    if (this.on.peek() === null) this.turnOn();
    else this.turnOff();
  }

  turnOff(): void {
    this.on.value = null;
    this.shown.value = null;
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const end of this.ends) end();
  }

  private turnOn(): void {
    const { store } = this.panel;
    const selection = store.selection.peek();
    if (selection !== null) this.on.value = { row: selection.row, atNs: moment(selection, store.row(selection.row)?.startNs) };
  }

  private ask(): void {
    const on = this.on.peek();
    if (on === null) return;
    if (this.waiting) {
      this.again = true;
      return;
    }
    const { viewport, timeline, store, bridge } = this.panel;
    const { width, height } = timeline.size.peek();
    if (width <= 0) return;
    const from = Math.max(0, Math.floor(timeline.scrollTop.peek() / rowHeight) - 4);
    const rows = store.shown.peek().slice(from, from + Math.ceil(height / rowHeight) + 8).filter(({ fold }) => fold === null).map(({ row }) => row.id);
    const { fromNs, toNs } = overscan(viewport.view.peek(), 0.1);
    this.waiting = true;
    bridge.query('sameObject', { row: on.row, atNs: on.atNs, fromNs: Math.floor(fromNs), toNs: Math.ceil(toNs), width: Math.round(width * devicePixelRatio), rows }).then(
      (answer) => this.take(on, answer, rows),
      () => undefined,
    ).finally(() => {
      this.timer = setTimeout(() => {
        this.waiting = false;
        if (this.again) {
          this.again = false;
          this.ask();
        }
      }, askEveryMs);
    });
  }

  private take(on: object, answer: SameObject, rows: readonly string[]): void {
    if (this.on.peek() !== on) return;
    this.shown.value = { answer, rows, spanRow: new Uint32Array(answer.spanRow), begin: new Float64Array(answer.begin), end: new Float64Array(answer.end) };
  }
}

/** A row without a span stands for its first moment: a connection is an object itself. */
function moment(selection: { spanBeginNs: number | null }, startNs = 0): number {
  return Math.round(selection.spanBeginNs ?? startNs);
}

function Chip({ panel, same }: { panel: Panel; same: Same }): JSX.Element | null {
  const shown = same.shown.value;
  if (same.on.value === null || shown === null) return null;
  const { answer } = shown;
  const { holder } = answer;
  return (
    <div class="chip-bar">
      <span class="chip" role="status" data-testid="same-object">
        {answer.object === null ? t('Nothing that others could wait for too is selected.') : (
          <span class="chip-words">
            <strong>{objectWords(answer)}</strong>
            {` · ${answer.waits === 1 ? t('1 wait') : t('{0} waits', `${count(answer.waits)}${answer.atLeast ? '+' : ''}`)}`}
            {` · ${answer.threads === 1 ? t('1 thread') : t('{0} threads', count(answer.threads))}`}
            {holder === null ? null : <>{' · '}<button type="button" class="link" onClick={() => reach(panel, holder.row, null)}>{t('held by {0}', holder.label)}</button></>}
          </span>
        )}
        <button type="button" class="chip-close" title={t('Show all spans alike again (O)')} aria-label={t('Show all spans alike again (O)')} onClick={() => same.turnOff()}><Icon name="close" size={14} /></button>
      </span>
    </div>
  );
}

export const sameObject: MakeFeature = (panel) => {
  const same = new Same(panel);
  return {
    name: 'sameObject',
    actions: [{
      id: 'sameObject', keys: ['o'], title: () => t('Highlight all waits on the same object'), group: 'show', where: 'panel',
      enabled: () => same.on.peek() !== null || panel.store.selection.peek() !== null, run: () => same.toggle(),
    }],
    slots: { above: () => <Chip panel={panel} same={same} /> },
    layers: [{
      over: 'spans',
      paint(surface, scene) {
        const shown = same.shown.peek();
        if (shown !== null && shown.answer.object !== null) paintSame(surface, scene, shown);
      },
    }],
    reset: () => same.turnOff(),
    dispose: () => same.dispose(),
  };
};

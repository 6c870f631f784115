/**
 * Keeps the overview of the recording as it grows: asked for when its width or the recording changes, of a live run again at most once
 * a second, and less often where the answer takes long.
 */
import { effect, signal } from '@preact/signals';
import { DisposableStore, toDisposable, type Disposable } from '../../../src/base/disposable';
import type { Overview } from '../../../src/protocol/navigate';
import type { Panel } from '../../panel';

export interface Columns {
  binNs: number;
  bins: number;
  connections: Float32Array;
  queued: Float32Array;
  /** Null where nobody looked at any thread. */
  running: Float32Array | null;
  marks: Uint8Array;
}

const askEveryMs = 1000;
/** Share of the engine's time that the overview may take. */
const share = 0.05;
/** An answer that had to wait behind others took long and cost little: the strip must not fall further behind for it. */
const mostMs = 2000;

export class OverviewState implements Disposable {
  readonly columns = signal<Columns | null>(null);
  /** CSS pixels; a bin each two. */
  readonly width = signal(0);
  private readonly owned = new DisposableStore();
  private wanted = '';
  private askedFor = '';
  private asking = false;
  private nextMs = 0;
  private over = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly panel: Panel) {
    this.owned.add(toDisposable(effect(() => {
      const { store } = panel;
      const over = store.info.value?.state === 'ended';
      // What the run ended with is asked for at once.
      if (over && !this.over) this.nextMs = 0;
      this.over = over;
      this.wanted = [this.bins(this.width.value), store.clock.value, store.source.value, store.info.value?.events ?? 0].join(' ');
      this.later();
    })));
    this.owned.add(toDisposable(() => clearTimeout(this.timer)));
  }

  reset(): void {
    this.columns.value = null;
    this.askedFor = '';
    this.nextMs = 0;
  }

  dispose(): void {
    this.owned.dispose();
  }

  private bins(width: number): number {
    return Math.floor(width / 2);
  }

  private later(): void {
    if (this.asking || this.wanted === this.askedFor || this.bins(this.width.peek()) <= 0 || this.panel.store.info.peek() === null) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), Math.max(0, this.nextMs - performance.now()));
  }

  private async ask(): Promise<void> {
    if (document.visibilityState === 'hidden') {
      this.nextMs = performance.now() + askEveryMs;
      this.later();
      return;
    }
    this.asking = true;
    this.askedFor = this.wanted;
    const source = this.panel.store.source.peek();
    const began = performance.now();
    const answer = await this.panel.query('overview', { width: this.bins(this.width.peek()) }).catch(() => null);
    const ended = performance.now();
    this.nextMs = Math.max(began + askEveryMs, ended + Math.min(mostMs, (ended - began) / share));
    this.asking = false;
    if (answer !== null && source === this.panel.store.source.peek()) this.columns.value = read(answer);
    this.later();
  }
}

function read({ binNs, bins, connections, queued, running, marks }: Overview): Columns {
  return {
    binNs, bins, connections: new Float32Array(connections), queued: new Float32Array(queued),
    running: running === null ? null : new Float32Array(running), marks: new Uint8Array(marks),
  };
}

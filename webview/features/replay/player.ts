/**
 * Plays a recording again: the present of everything in the panel is a play head that moves, or is put somewhere.
 *
 *     head ──► store.nowNs, store.headNs        every frame: lanes and ages
 *          ──► engine: how rows stood then ──►  the store's rows, as soon as the last answer is in, a few times a second
 *
 * The rows as they are now are kept meanwhile, and shown again at the end.
 */
import { batch, signal } from '@preact/signals';
import type { Row, RowsUpdate, RunInfo } from '../../../src/protocol/rows';
import { programRow } from '../../panelRows';
import type { Panel } from '../../panel';
import { spanOf } from '../../timeline/geometry';
import { infoAt, livesAt, rowsAt } from './rowsAt';

export const speeds = [0.5, 1, 2, 5, 20] as const;

const refreshEveryMs = 150;
/** With reduced motion the head moves so seldom. */
const calmStepMs = 1000;
/** Of the window: where the head stays while it moves. */
const headPlace = 0.85;

interface Truth {
  info: RunInfo;
  rows: Map<string, Row>;
}

export class Player {
  readonly playing = signal(false);
  readonly speed = signal<number>(1);
  private truth: Truth | null = null;
  /** As the store has them, as text. */
  private sent = new Map<string, string>();
  private lastMs = NaN;
  private refreshing = false;
  private stale = false;

  constructor(private readonly panel: Panel) {}

  /** A program that goes on has a present of its own. */
  get possible(): boolean {
    const info = this.panel.store.info.value;
    return info?.state === 'ended' && (info.indexing === undefined || info.indexing.cancelled);
  }

  get lengthNs(): number {
    return this.truth?.info.nowNs ?? 0;
  }

  /** Plays on, or from where a person stands; at the end, from the begin. */
  play(fromNs: number): void {
    if (!this.possible) return;
    const { store } = this.panel;
    const info = store.info.peek();
    if (this.truth === null && info !== null) {
      this.truth = { info, rows: new Map([...store.index.rows()].flatMap((row) => programRow(row) ?? []).map((row) => [row.id, row])) };
      this.sent = new Map([...this.truth.rows.values()].map((row) => [row.id, JSON.stringify(row)]));
      this.seek(fromNs);
    }
    if ((store.headNs.peek() ?? 0) >= this.lengthNs) this.seek(0);
    this.playing.value = true;
    this.lastMs = performance.now();
    this.next();
  }

  pause(): void {
    const { headNs, clock } = this.panel.store;
    this.playing.value = false;
    clock.value = headNs.peek() ?? clock.peek();
  }

  /** The play head stands there now. */
  seek(atNs: number): void {
    if (this.truth === null) return;
    const head = Math.min(Math.max(atNs, 0), this.lengthNs);
    const { store } = this.panel;
    batch(() => {
      store.headNs.value = head;
      store.nowNs.value = head;
      // While it plays, whoever shows ages hears of it with the rows.
      if (!this.playing.peek()) store.clock.value = head;
    });
    this.refreshLater();
  }

  /** The recording as it is, again. */
  stop(): void {
    const { truth } = this;
    const { store } = this.panel;
    this.forget();
    if (truth === null) return;
    const selection = store.selection.peek();
    batch(() => {
      store.apply({ info: truth.info, reset: true, rows: [...truth.rows.values()], removed: [], edges: [...store.edges.peek().values()] });
      store.selection.value = selection;
    });
  }

  /** Without a word to the store: another recording is shown. */
  forget(): void {
    this.playing.value = false;
    this.truth = null;
    this.sent.clear();
    this.panel.store.headNs.value = null;
  }

  /** What comes meanwhile is of the recording as it is. @returns whether it was taken. */
  take({ info, reset, rows, removed }: RowsUpdate): boolean {
    if (this.truth === null) return false;
    if (reset) this.truth.rows.clear();
    for (const id of removed) this.truth.rows.delete(id);
    for (const row of rows) this.truth.rows.set(row.id, row);
    this.truth.info = info;
    this.refreshLater();
    return true;
  }

  private next(): void {
    if (calm()) setTimeout(() => this.step(), calmStepMs);
    else requestAnimationFrame(() => this.step());
  }

  private step(): void {
    const head = this.panel.store.headNs.peek();
    if (!this.playing.peek() || head === null) return;
    const now = performance.now();
    const to = head + (now - this.lastMs) * 1e6 * this.speed.peek();
    this.lastMs = now;
    this.keepInSight(head, Math.min(to, this.lengthNs));
    this.seek(to);
    if (to >= this.lengthNs) this.pause();
    else this.next();
  }

  /** The window goes with the head, unless a person has moved it away from there. */
  private keepInSight(from: number, to: number): void {
    const { viewport } = this.panel;
    const view = viewport.view.peek();
    if (from < view.fromNs || from > view.toNs) return;
    const by = to - (view.fromNs + spanOf(view) * headPlace);
    // Of a window that shows the end already nothing more comes.
    if (by > 0 && view.toNs < this.lengthNs) viewport.go({ view: { fromNs: view.fromNs + by, toNs: view.toNs + by }, live: false });
  }

  private refreshLater(): void {
    this.stale = true;
    if (!this.refreshing) void this.refresh();
  }

  private async refresh(): Promise<void> {
    this.refreshing = true;
    while (this.stale) {
      this.stale = false;
      await this.refreshOnce().catch(() => undefined); // The rows stay as they were: the next moment asks again.
      await new Promise((resolve) => setTimeout(resolve, refreshEveryMs));
    }
    this.refreshing = false;
  }

  private async refreshOnce(): Promise<void> {
    const { store } = this.panel;
    const [head, truth] = [store.headNs.peek(), this.truth];
    if (head === null || truth === null) return;
    const asked = [...truth.rows.values()].filter((row) => livesAt(row, head)).map((row) => row.id);
    const states = await this.panel.query('statesAt', { atNs: Math.round(head), rows: asked });
    if (this.truth === truth) this.show(truth, rowsAt(truth.rows, head, asked, states));
  }

  /** Tells the store what has changed since it was told last. */
  private show(truth: Truth, rows: ReadonlyMap<string, Row>): void {
    const { store } = this.panel;
    const changed: Row[] = [];
    for (const row of rows.values()) {
      const text = JSON.stringify(row);
      if (this.sent.get(row.id) !== text) changed.push(row);
      this.sent.set(row.id, text);
    }
    const removed = [...this.sent.keys()].filter((id) => !rows.has(id));
    for (const id of removed) this.sent.delete(id);
    const head = store.headNs.peek() ?? 0;
    const selection = store.selection.peek();
    batch(() => {
      store.apply({ info: infoAt(truth.info, rows), reset: false, rows: changed, removed, edges: [] });
      store.nowNs.value = head;
      store.clock.value = head;
      // It is not there yet; it will be.
      store.selection.value = selection;
    });
  }
}

function calm(): boolean {
  return document.body.classList.contains('vscode-reduce-motion') || matchMedia('(prefers-reduced-motion: reduce)').matches;
}

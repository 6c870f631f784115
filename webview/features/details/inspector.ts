/**
 * Asks the engine what the pane shows: when the selection changes, and of a run that goes on once a second. One question is under
 * way at a time; an answer to an older selection is dropped.
 */
import type { Signal } from '@preact/signals';
import type { Inspection } from '../../../src/protocol/inspection';
import type { Panel } from '../../panel';
import type { Selection } from '../../store';

const againAfterNs = 1e9;
const fewEvents = 12;
const mostEvents = 200;

export class Inspector {
  private selection: Selection | null = null;
  private askedAtNs = -Infinity;
  private around = fewEvents;
  private underWay = false;
  private again = false;
  private disposed = false;

  private readonly end: () => void;

  constructor(
    private readonly panel: Panel,
    private readonly shown: Signal<Inspection | null>,
  ) {
    this.end = panel.store.withoutStops.subscribe(() => this.ask(this.askedAtNs));
  }

  /** @param nowNs the recording's present. */
  follow(selection: Selection | null, nowNs: number): void {
    if (selection === null) {
      this.selection = null;
      this.shown.value = null;
      return;
    }
    const changed = selection !== this.selection;
    if (!changed && nowNs - this.askedAtNs < againAfterNs) return;
    if (changed) this.around = fewEvents;
    this.selection = selection;
    this.ask(nowNs);
  }

  /** Shows more events around the moment. */
  showMore(): void {
    this.around = Math.min(mostEvents, this.around * 3);
    this.ask(this.askedAtNs);
  }

  dispose(): void {
    this.end();
    this.disposed = true;
  }

  private ask(nowNs: number): void {
    this.askedAtNs = nowNs;
    if (this.underWay) {
      this.again = true;
      return;
    }
    const { selection } = this;
    if (selection === null || this.disposed) return;
    const { store } = this.panel;
    // A row without a span of its own stands for what it does now, or did last.
    const atNs = selection.spanBeginNs ?? Math.min(store.nowNs.peek(), lastMoment(store.row(selection.row)?.endNs ?? null));
    this.underWay = true;
    this.panel.query('inspect', { row: selection.row, atNs: Math.round(atNs), around: this.around }).then(
      (inspection) => {
        if (this.selection === selection && !this.disposed) this.shown.value = inspection;
        this.settled();
      },
      () => this.settled(), // The next change asks again.
    );
  }

  private settled(): void {
    this.underWay = false;
    if (!this.again) return;
    this.again = false;
    this.ask(this.askedAtNs);
  }
}

/** What has ended is shown at its last moment: at its end it is over. */
function lastMoment(endNs: number | null): number {
  return endNs === null ? Infinity : Math.max(0, endNs - 1);
}

/** The chosen range: which part of time, of which rows, and the gestures and keys that choose it. */
import { effect, signal, untracked } from '@preact/signals';
import type { Totals } from '../../../src/protocol/explore';
import type { Gesture } from '../../feature';
import type { Panel } from '../../panel';
import { xToTime } from '../../timeline/geometry';
import { rowHeight } from '../../timeline/metrics';
import { Gathered, type StateLine } from './table';

export interface Range {
  fromNs: number;
  toNs: number;
  /** Row ids; null for all rows. */
  rows: readonly string[] | null;
  /** It is being drawn. */
  moving?: boolean;
}

export interface RangeTotals {
  lines: readonly StateLine[];
  /** There is more to come. */
  partial: boolean;
  failed: boolean;
}

/** How long it is; without the time in which any of its rows was stopped, where that is wanted. Once it stands still: while it is drawn each move would be a question. */
export function rangeLength({ store }: Panel, { fromNs, toNs, rows, moving }: Range): number {
  return moving === true ? toNs - fromNs : store.lengths.length(rows, fromNs, toNs, toNs);
}

const nothing: RangeTotals = { lines: [], partial: false, failed: false };
/** A press that moves less chooses nothing. */
const dragAfterPx = 4;

export class RangeModel {
  readonly range = signal<Range | null>(null);
  readonly totals = signal<RangeTotals>(nothing);
  private asked = 0;
  private readonly ends: (() => void)[];

  constructor(private readonly panel: Panel) {
    this.ends = [
      // Its label is painted: an answer that comes later changes it.
      effect(() => {
        const range = this.range.value;
        if (range !== null) rangeLength(panel, range);
        untracked(() => panel.timeline.repaint());
      }),
      panel.timeline.onClear(() => this.clear()),
      panel.store.withoutStops.subscribe(() => this.ask()),
    ];
  }

  clear(): void {
    if (this.range.peek() === null) return;
    this.range.value = null;
    this.ask();
  }

  /** A gesture over the lanes chooses rows and time, one over the axis time alone. */
  gesture(start: PointerEvent, on: 'lanes' | 'axis'): Gesture {
    const before = this.range.peek();
    const [startX, startY] = [start.offsetX, this.panel.timeline.contentY(start.offsetY)];
    let moved = false;
    return {
      move: (event) => {
        moved ||= Math.hypot(event.offsetX - start.offsetX, event.offsetY - start.offsetY) >= dragAfterPx;
        if (!moved) return;
        const rows = on === 'axis' ? null : this.rowsBetween(startY, this.panel.timeline.contentY(event.offsetY));
        this.range.value = { ...this.timesBetween(startX, event.offsetX), rows, moving: true };
      },
      end: (_, cancelled) => {
        if (cancelled) this.range.value = before;
        else if (moved) {
          this.range.value = { ...this.range.peek()!, moving: false };
          this.ask();
        }
      },
    };
  }

  /** Sets the begin or the end at the selected span, or in the middle of the window. */
  setEdge(edge: 'begin' | 'end'): void {
    const { store, viewport, timeline } = this.panel;
    const view = viewport.view.peek();
    const span = timeline.selectedDetails.peek()?.span ?? null;
    const selected = store.selection.peek()?.spanBeginNs ?? null;
    const middle = (view.fromNs + view.toNs) / 2;
    const at = edge === 'begin' ? span?.beginNs ?? selected ?? middle : span === null ? middle : span.endNs ?? store.nowNs.peek();
    const known = this.range.peek();
    const [from, to] = edge === 'begin' ? [at, known?.toNs ?? view.toNs] : [known?.fromNs ?? view.fromNs, at];
    const limit = (ns: number): number => Math.round(Math.min(Math.max(ns, 0), store.nowNs.peek()));
    this.range.value = { fromNs: limit(Math.min(from, to)), toNs: limit(Math.max(from, to)), rows: known?.rows ?? null };
    this.ask();
  }

  /** Sums up, answer by answer: the engine stays free for tiles between them. */
  ask(): void {
    const turn = ++this.asked;
    const range = this.range.peek();
    if (range === null || range.toNs <= range.fromNs) {
      this.totals.value = nothing;
      return;
    }
    const gathered = new Gathered();
    const go = async (): Promise<void> => {
      let after: string | null = null;
      do {
        const totals: Totals = await this.panel.query('totals', { fromNs: range.fromNs, toNs: range.toNs, rows: range.rows === null ? null : [...range.rows], after });
        if (turn !== this.asked) return;
        gathered.add(totals);
        after = totals.after;
        this.totals.value = { lines: gathered.lines(), partial: after !== null, failed: false };
      } while (after !== null);
    };
    this.totals.value = { lines: [], partial: true, failed: false };
    go().catch(() => {
      if (turn === this.asked) this.totals.value = { lines: gathered.lines(), partial: false, failed: true };
    });
  }

  dispose(): void {
    this.asked++;
    for (const end of this.ends) end();
  }

  private timesBetween(one: number, other: number): { fromNs: number; toNs: number } {
    const { viewport, timeline, store } = this.panel;
    const { width } = timeline.size.peek();
    const at = (x: number): number => Math.round(Math.min(Math.max(xToTime(viewport.view.peek(), width, x), 0), store.nowNs.peek()));
    return { fromNs: at(Math.min(one, other)), toNs: at(Math.max(one, other)) };
  }

  private rowsBetween(one: number, other: number): string[] {
    const shown = this.panel.store.shown.peek();
    const at = (y: number): number => Math.min(Math.max(Math.floor(y / rowHeight), 0), shown.length - 1);
    return shown.slice(at(Math.min(one, other)), at(Math.max(one, other)) + 1).filter(({ fold }) => fold === null).map(({ row }) => row.id);
  }
}

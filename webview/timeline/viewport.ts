/**
 * What part of time is seen, and whether it follows the present.
 *
 * Following: a young run is shown whole, so the picture breathes out with it; from `liveSpanNs` on a window of that length
 * slides. Any gesture of the person ends following (the picture must not run away under a hand); Live resumes it with
 * the window's length as the person left it.
 *
 * A recording that is opened is shown whole too, while it is still being read as far as it is read: what there was when its first rows came would be a
 * sliver of a large one.
 */
import { batch, computed, signal } from '@preact/signals';
import { beatOf } from '../beat';
import { follow } from '../follow';
import { clampView, fitView, pan, spanOf, zoom, type TimeView } from './geometry';

/** Until this length a live run is shown whole. */
export const liveSpanNs = 20e9;
/** Share of the window kept free to the right of the present, so that the newest is not glued to the edge. */
const air = 0.06;
const youngestNs = 1e9;

/** What is seen, and whether it followed the present: where a person can come back to. */
export interface Place {
  readonly view: TimeView;
  readonly live: boolean;
}

export class Viewport {
  readonly view = signal<TimeView>({ fromNs: 0, toNs: youngestNs });
  readonly live = signal(false);
  /** There is a present to follow. */
  readonly running = signal(false);
  /** Length of what is recorded so far, ns. */
  readonly extent = signal(0);
  private readonly beat = computed(() => beatOf(this.extent.value));
  /** The window for what is no canvas: while it follows the present as it was at the last beat, else as it is. */
  readonly calmView = computed<TimeView>(() => {
    if (!this.live.value) return this.view.value;
    follow(this.beat);
    return this.view.peek();
  });
  /** Who wants to hear that a person moves away from a place. */
  onLeave: ((place: Place) => void) | null = null;
  /** Length of the following window; null: whole until liveSpanNs. */
  private followSpan: number | null = null;
  /** It is shown whole until all of it is read, or until somebody moves. */
  private isReadOn = false;

  get extentNs(): number {
    return this.extent.peek();
  }

  /** The present moved. */
  setNow(nowNs: number): void {
    this.extent.value = nowNs;
    if (this.live.value) this.view.value = this.followed();
    else if (this.isReadOn) this.view.value = fitView(nowNs);
  }

  /** A run is shown for the first time: a running one is followed, another is shown whole. @param reading more of it is being read: see `wasRead`. */
  open(nowNs: number, running: boolean, reading = false): void {
    batch(() => {
      this.extent.value = nowNs;
      this.followSpan = null;
      this.isReadOn = reading;
      this.running.value = running;
      this.live.value = running;
      this.view.value = running ? this.followed() : fitView(nowNs);
    });
  }

  /** All of the recording is read. */
  wasRead(): void {
    this.isReadOn = false;
  }

  /** Where a reload comes back to is not this window but what is followed by then: the present, or all that is read. */
  get follows(): boolean {
    return this.live.value || this.isReadOn;
  }

  /** The window of before a reload. @param followed see `follows`. */
  restore(view: TimeView, followed: boolean): void {
    if (!(spanOf(view) > 0) || (followed && this.running.value)) return;
    this.live.value = false;
    if (!followed) this.isReadOn = false;
    this.view.value = followed ? fitView(this.extentNs) : view;
  }

  /** The program ended: what was followed is shown whole. */
  end(nowNs: number): void {
    this.extent.value = nowNs;
    this.running.value = false;
    if (!this.live.value) return;
    this.live.value = false;
    this.view.value = fitView(nowNs);
  }

  zoomBy(factor: number, atNs?: number): void {
    const view = this.view.value;
    this.take(zoom(view, factor, atNs ?? (view.fromNs + view.toNs) / 2, this.roomNs()));
  }

  panBy(byNs: number): void {
    this.take(pan(this.view.value, byNs, this.roomNs()));
  }

  /** Shows this window. */
  show(view: TimeView): void {
    this.take(clampView(view, this.roomNs()));
  }

  fit(): void {
    this.take(fitView(this.extentNs));
  }

  /** Follows the present again. */
  follow(): void {
    if (!this.running.value) return;
    this.onLeave?.(this.place);
    this.followAs(this.view.value);
  }

  private followAs(view: TimeView): void {
    const span = spanOf(view);
    this.followSpan = span < Math.min(this.extentNs, liveSpanNs) ? span : null;
    batch(() => {
      this.live.value = true;
      this.view.value = this.followed();
    });
  }

  get place(): Place {
    return { view: this.view.peek(), live: this.live.peek() };
  }

  /** Back to where a person was; nobody hears of it. Where nothing is to be followed any more, the window that was seen. */
  go({ view, live }: Place): void {
    if (live && this.running.value) {
      this.followAs(view);
      return;
    }
    this.live.value = this.isReadOn = false;
    this.view.value = clampView(view, this.roomNs());
  }

  private take(view: TimeView): void {
    const { fromNs, toNs } = this.view.peek();
    // At an end of the recording there is nowhere to go: the way back would have a step that leads nowhere.
    if (this.live.peek() || view.fromNs !== fromNs || view.toNs !== toNs) this.onLeave?.(this.place);
    this.live.value = this.isReadOn = false;
    this.view.value = view;
  }

  /** A run of no length yet still has a window to move in. */
  private roomNs(): number {
    return Math.max(this.extentNs, youngestNs);
  }

  private followed(): TimeView {
    if (this.followSpan === null && this.extentNs <= liveSpanNs * (1 - air)) {
      const toNs = Math.max(youngestNs, this.extentNs / (1 - air));
      return { fromNs: -toNs * 0.01, toNs };
    }
    const span = this.followSpan ?? liveSpanNs;
    const toNs = this.extentNs + span * air;
    return { fromNs: toNs - span, toNs };
  }
}

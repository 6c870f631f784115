/**
 * The tooltip's content: at once what the tile knows, then what the engine says of that moment. The question is put only
 * when the pointer rests, and an answer to an older question is dropped.
 */
import { signal } from '@preact/signals';
import type { Details } from '../../src/protocol/tile';
import type { TimelineController, TimelineHost } from './controller';
import type { Hit } from './hit';

export interface Hover {
  hit: Hit;
  /** Of the pointer, in the window. */
  x: number;
  y: number;
  details: Details | null;
}

const restMs = 60;

export class HoverState {
  readonly current = signal<Hover | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;

  constructor(
    private readonly controller: TimelineController,
    private readonly host: TimelineHost,
  ) {}

  move({ offsetX, offsetY, clientX: x, clientY: y }: PointerEvent): void {
    const hit = this.controller.hit(offsetX, offsetY);
    this.controller.hoverRow.value = hit?.shown.row.id ?? null;
    const span = hit?.span ?? null;
    if (hit === null || span === null) {
      this.hide();
      return;
    }
    const old = this.current.peek();
    const same = old?.hit.shown.row.id === hit.shown.row.id && old.hit.span?.beginNs === span.beginNs;
    this.current.value = { hit, x, y, details: same ? old.details : null };
    if (!same) this.ask(hit);
  }

  /** What is said may be otherwise now. */
  again(): void {
    const now = this.current.peek();
    if (now !== null) this.ask(now.hit);
  }

  leave(): void {
    this.controller.hoverRow.value = null;
    this.hide();
  }

  private hide(): void {
    clearTimeout(this.timer);
    this.asked++;
    this.current.value = null;
  }

  private ask(hit: Hit): void {
    clearTimeout(this.timer);
    const number = ++this.asked;
    this.timer = setTimeout(() => {
      this.host.details({ row: hit.shown.row.id, atNs: Math.round(hit.ns) }).then(
        (details) => {
          const now = this.current.peek();
          if (number === this.asked && now !== null) this.current.value = { ...now, details };
        },
        () => undefined, // The tooltip stays with what the tile knows.
      );
    }, restMs);
  }
}

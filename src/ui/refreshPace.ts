/**
 * When the sidebar is told that elements have changed. VS Code puts each telling into a queue and takes the next one when the last is drawn, which
 * asks back and forth for every element: told more often than it can draw, the queue grows, and what is shown is a minute old. So:
 *
 *     change ─► pause ─► tell ─► VS Code asks for an element of these: its turn has come ─► pause ─► tell …
 *                                └ the longer that took, the longer the pause
 *
 * What changes meanwhile is told with the next. What is told VS Code has to have (shownElements.ts): it never asks for another one because of a telling.
 */
import type { Disposable } from '../base/disposable';

export const shortestPauseMs = 250;
const longestPauseMs = 2000;
/** It need not ask: an element that it knew may have gone. */
const patienceMs = 1000;
/** Where nothing can be told yet, it is tried again so soon. */
const againMs = 100;

/** What VS Code was told of. */
export type Told<T> = readonly T[] | 'all' | null;

export class RefreshPace<T extends object> implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  /** What was told last and is not asked for yet; undefined: nothing. */
  private told: { readonly elements: ReadonlySet<T>; readonly atMs: number } | undefined;
  private pauseMs = shortestPauseMs;
  private wanted = false;

  /** @param tell tells what has changed since it was last called, and says what that was; null where it was nothing, 'later' where nothing can be told now. */
  constructor(
    private readonly tell: () => Told<T> | 'later',
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Something is to be told. */
  want(): void {
    this.wanted = true;
    if (this.told === undefined) this.timer ??= setTimeout(() => this.due(), this.pauseMs);
  }

  /** Something is to be told at once: what was told before nobody has drawn, or for another time. */
  wantNow(): void {
    clearTimeout(this.timer);
    this.told = undefined;
    this.pauseMs = shortestPauseMs;
    this.due();
  }

  /** VS Code asks for an element, or for those at the top (undefined). */
  asked(element: T | undefined): void {
    const { told } = this;
    if (told === undefined || !(element === undefined || told.elements.has(element))) return;
    this.pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, 2 * (this.nowMs() - told.atMs)));
    this.free();
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private due(): void {
    this.timer = undefined;
    this.wanted = false;
    const told = this.tell();
    if (told === null) return;
    if (told === 'later') {
      this.timer = setTimeout(() => this.due(), againMs);
      return;
    }
    this.told = { elements: new Set(told === 'all' ? [] : told), atMs: this.nowMs() };
    this.timer = setTimeout(() => this.free(), patienceMs);
  }

  private free(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.told = undefined;
    if (this.wanted) this.want();
  }
}

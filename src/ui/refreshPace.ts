/**
 * When the sidebar is told that elements have changed. VS Code puts each telling into a queue and takes the next one when the last is drawn, which
 * asks back and forth for every element: told more often than it can draw, the queue grows, and what is shown is a minute old. So:
 *
 *     change ─► pause ─► tell ─► VS Code asks for an element of these: its turn has come ─► pause ─► tell …
 *                                └ the longer that took, the longer the pause
 *
 * What changes meanwhile is told with the next. Elements that VS Code never asked for it does not know, and never will ask for because of a telling.
 */
import type { Disposable } from '../base/disposable';

export const shortestPauseMs = 250;
const longestPauseMs = 2000;
/** It need not ask: an element that it knew may have gone. */
const patienceMs = 1000;

export class RefreshPace<T extends object> implements Disposable {
  private readonly known = new WeakSet<T>();
  private timer: NodeJS.Timeout | undefined;
  /** What was told last and is not asked for yet; undefined: nothing. */
  private told: { readonly elements: ReadonlySet<T>; readonly atMs: number } | undefined;
  private pauseMs = shortestPauseMs;
  private wanted = false;

  /** @param tell tells what has changed since it was last called, and says what that was; null where it was nothing. */
  constructor(
    private readonly tell: () => readonly T[] | 'all' | null,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Something is to be told. */
  want(): void {
    this.wanted = true;
    if (this.told === undefined) this.timer ??= setTimeout(() => this.due(), this.pauseMs);
  }

  /** VS Code asks for an element, or for those at the top (undefined). */
  asked(element: T | undefined): void {
    if (element !== undefined) this.known.add(element);
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
    const elements = told === 'all' || told === null ? [] : told.filter((element) => this.known.has(element));
    if (told !== 'all' && elements.length === 0) return;
    this.told = { elements: new Set(elements), atMs: this.nowMs() };
    this.timer = setTimeout(() => this.free(), patienceMs);
  }

  private free(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.told = undefined;
    if (this.wanted) this.want();
  }
}

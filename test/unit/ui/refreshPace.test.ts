/** The sidebar is told no faster than VS Code draws it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RefreshPace, shortestPauseMs } from '../../../src/ui/refreshPace';

interface Element {
  readonly name: string;
}

const [one, two]: readonly Element[] = [{ name: 'one' }, { name: 'two' }];

/** An editor that draws one telling after the other, each for so long, and asks for an element when its turn has come. */
class Editor {
  readonly drawn: string[] = [];
  readonly dirty = new Set<Element>();
  private readonly queue: Element[][] = [];
  longest = 0;
  private busy = false;
  readonly pace: RefreshPace<Element>;

  constructor(private readonly drawMs: number) {
    this.pace = new RefreshPace<Element>(() => {
      const told = [...this.dirty];
      this.dirty.clear();
      if (told.length === 0) return null;
      this.queue.push(told);
      this.longest = Math.max(this.longest, this.queue.length);
      this.next();
      return told;
    }, () => Date.now());
  }

  change(element: Element): void {
    this.dirty.add(element);
    this.pace.want();
  }

  private next(): void {
    if (this.busy) return;
    const told = this.queue.shift();
    if (told === undefined) return;
    this.busy = true;
    // VS Code asks a little after it was told.
    setTimeout(() => told.forEach((each) => this.pace.asked(each)), 1);
    setTimeout(() => {
      this.drawn.push(told.map(({ name }) => name).join());
      this.busy = false;
      this.next();
    }, this.drawMs);
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells four times a second what changes more often', () => {
  const editor = new Editor(5);
  for (let ms = 0; ms < 2000; ms += 20) {
    editor.change(ms % 40 === 0 ? one! : two!);
    vi.advanceTimersByTime(20);
  }
  expect(editor.drawn.length).toBeGreaterThanOrEqual(6);
  expect(editor.drawn.length).toBeLessThanOrEqual(8);
  expect(editor.drawn[0]).toBe('one,two');
});

it('lets no queue grow where drawing takes longer than that', () => {
  const editor = new Editor(900);
  for (let ms = 0; ms < 60_000; ms += 100) {
    editor.change(one!);
    vi.advanceTimersByTime(100);
  }
  expect(editor.longest).toBeLessThanOrEqual(2);
  // And goes on: what is shown is never older than a few drawings.
  expect(editor.drawn.length).toBeGreaterThan(15);
});

it('waits no longer than a second for an editor that does not ask, and not at all for one that asks for everything', () => {
  const told: Element[][] = [];
  const dirty = new Set<Element>();
  const pace = new RefreshPace<Element>(() => {
    told.push([...dirty]);
    dirty.clear();
    return told.at(-1)!;
  }, () => Date.now());
  const change = (element: Element): void => {
    dirty.add(element);
    pace.want();
    vi.advanceTimersByTime(shortestPauseMs);
  };
  change(one!);
  change(two!);
  expect(told).toEqual([[one]]);
  vi.advanceTimersByTime(1100);
  expect(told).toEqual([[one], [two]]);
  // The view is opened: it asks for all of it.
  pace.asked(undefined);
  change(one!);
  expect(told.at(-1)).toEqual([one]);
  pace.dispose();
});

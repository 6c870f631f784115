/**
 * While VS Code brings an element into sight. It asks for the element's parent, for that one's, up to the top, and then down again for what is below each, until it stands at
 * the element: what it finds on the way down has to be what it was told on the way up. So the parents are kept as they were when it began, and nothing is told meanwhile.
 */
import type { Disposable } from '../base/disposable';

/** VS Code may never say that the element stands in sight: changes do not wait for it for longer than this. */
const mostMs = 15_000;

export class BroughtIntoSight<T extends object> implements Disposable {
  /** The parent of each element on the way up; null while nothing is brought. */
  private way: ReadonlyMap<T, T> | null = null;
  private timer: NodeJS.Timeout | undefined;

  get goesOn(): boolean {
    return this.way !== null;
  }

  parentOf(element: T): T | undefined {
    return this.way?.get(element);
  }

  /** @param act asks VS Code for it. @param then called once, when it has done so, has refused to, or takes too long. */
  begin(way: ReadonlyMap<T, T>, act: () => Thenable<unknown>, then: () => void): void {
    this.way = way;
    let over = false;
    const done = (): void => {
      if (over) return;
      over = true;
      clearTimeout(this.timer);
      this.way = null;
      then();
    };
    this.timer = setTimeout(done, mostMs);
    act().then(done, done);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}

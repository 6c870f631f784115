/**
 * Things that are new or changed since somebody last looked. Every record changes some, so a thing that is in already costs one
 * comparison: it remembers the round in which it came in.
 */

/** What remembers in which round it was last added; 0 for never. */
export interface Changing {
  changedIn: number;
  /** Where it is set nobody is to see it (hidden.ts). */
  readonly hidden?: string | null;
}

let rounds = 0;

export class Changes<T extends Changing> implements Iterable<T> {
  private list: T[] = [];
  // No two sets have a round in common.
  private round = ++rounds;

  get size(): number {
    return this.list.length;
  }

  add(thing: T): this {
    if (thing.changedIn !== this.round) {
      thing.changedIn = this.round;
      if (thing.hidden === undefined || thing.hidden === null) this.list.push(thing);
    }
    return this;
  }

  clear(): void {
    if (this.list.length === 0) return;
    this.list = [];
    this.round = ++rounds;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.list.values();
  }
}

/**
 * Who acts next: every thread of the made-up run is a generator that yields the moment at which it goes on, and gets the present back.
 * The order is that of time, and of arrival where moments are equal, so that the same seed makes the same run.
 */

/** Yields moments in ns; Infinity: until somebody wakes it. */
export type Actor = Generator<number, void, number>;
/** A part of an actor's life that ends at the moment it returns. */
export type Part = Generator<number, number, number>;

interface Entry {
  at: number;
  turn: number;
  readonly actor: Actor;
}

export class Schedule {
  private readonly heap: Entry[] = [];
  private readonly parked = new Map<Actor, Entry>();
  private turns = 0;
  private acting: Entry | null = null;

  start(actor: Actor, at: number): void {
    this.push({ at, turn: 0, actor });
  }

  /** The moment of the next step; Infinity where nobody is left who goes on by himself. */
  get next(): number {
    return this.heap[0]?.at ?? Infinity;
  }

  /** Lets the next one act. */
  step(): void {
    const entry = this.pop();
    this.acting = entry;
    const { done, value } = entry.actor.next(entry.at);
    if (done === true) return;
    if (value === Infinity) {
      this.parked.set(entry.actor, entry);
      return;
    }
    entry.at = Math.max(entry.at, Math.round(value));
    this.push(entry);
  }

  /** Who acts now: to be woken after it has yielded Infinity. */
  self(): Actor {
    return this.acting!.actor;
  }

  wake(actor: Actor, at: number): void {
    const entry = this.parked.get(actor);
    if (entry === undefined) return;
    this.parked.delete(actor);
    entry.at = at;
    this.push(entry);
  }

  private push(entry: Entry): void {
    entry.turn = this.turns++;
    const { heap } = this;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (before(heap[above]!, entry)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = entry;
  }

  private pop(): Entry {
    const { heap } = this;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && before(heap[below + 1]!, heap[below]!)) below++;
      if (before(last, heap[below]!)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

function before(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.turn < other.turn);
}

/** Something that happens once, and that many can wait for. */
export class Moment {
  at = Infinity;
  private readonly waiting: Actor[] = [];

  constructor(private readonly schedule: Schedule) {}

  happens(at: number): void {
    this.at = at;
    for (const actor of this.waiting.splice(0)) this.schedule.wake(actor, at);
  }

  /** @returns when whoever waits from `now` on goes on. */
  *wait(now: number): Part {
    if (this.at !== Infinity) return this.at <= now ? now : yield this.at;
    this.waiting.push(this.schedule.self());
    return yield Infinity;
  }
}

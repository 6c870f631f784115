/** Randomness that can be had again: FORKSCOPE_TEST_SEED takes the number that a failure printed. */

export class Seeded {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed >>> 0;
  }

  static fromEnvironment(): Seeded {
    const given = Number(process.env.FORKSCOPE_TEST_SEED ?? Number.NaN);
    return new Seeded(Number.isInteger(given) ? given : Math.floor(Math.random() * 2 ** 31));
  }

  /** A generator of its own for one of many that run at once, so that their order does not matter. */
  branch(number: number): Seeded {
    return new Seeded(Math.imul(this.seed ^ 0x9e3779b9, number * 2 + 1));
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.#next() * (high - low + 1));
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]!;
  }

  /** mulberry32: small, and good enough to pick moments. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
}

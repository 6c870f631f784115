/**
 * A number that changes in steps: how many connections are open, how many clients stand in a queue.
 *
 *     at      ──┼────┼──┼─────────┼──►
 *     value     1    2  1         0        each holds until the next
 *
 * Changes come roughly in the order of time (when a client came into a queue is known when it leaves it), so a batch of them is merged
 * with the steps from its first moment on. Over the steps stands a pyramid of the least and the most of sixteen, of sixteen times
 * sixteen…, so what the number was within any time costs the logarithm of its steps, and no short peak is lost.
 */
import { grown, upperBound } from '../model/columns';

export interface Change {
  readonly at: number;
  readonly by: number;
}

const fan = 16;

interface Level {
  least: Int32Array;
  most: Int32Array;
}

export class StepColumns {
  count = 0;
  private ats = new Float64Array(16);
  private values = new Int32Array(16);
  private readonly levels: Level[] = [];
  /** Of the steps before, the pyramid is built. */
  private builtTo = 0;

  at(row: number): number {
    return this.ats[row]!;
  }

  value(row: number): number {
    return row < 0 ? 0 : this.values[row]!;
  }

  /** Row of the last step at or before `ns`; -1 before the first. */
  lastAt(ns: number): number {
    return upperBound(this.ats, this.count, ns) - 1;
  }

  /** Changes in any order; a moment's sum is one step. */
  merge(changes: Change[]): void {
    if (changes.length === 0) return;
    changes.sort((a, b) => a.at - b.at);
    const from = this.firstNotBefore(changes[0]!.at);
    const [oldAts, oldValues] = [this.ats.slice(from, this.count), this.values.slice(from, this.count)];
    let value = this.value(from - 1);
    let old = value;
    this.count = from;
    this.builtTo = Math.min(this.builtTo, from);
    let [left, right] = [0, 0];
    while (left < oldAts.length || right < changes.length) {
      const at = Math.min(oldAts[left] ?? Infinity, changes[right]?.at ?? Infinity);
      let by = 0;
      if (oldAts[left] === at) {
        by += oldValues[left]! - old;
        old = oldValues[left++]!;
      }
      while (changes[right]?.at === at) by += changes[right++]!.by;
      if (by !== 0) this.push(at, (value += by));
    }
  }

  /** The least and the most of some steps' values. @param to one past the last. */
  range(from: number, to: number): { least: number; most: number } {
    this.build();
    let [least, most] = [Infinity, -Infinity];
    const take = (low: number, high: number): void => {
      if (low < least) least = low;
      if (high > most) most = high;
    };
    let level = -1;
    const columns = (): Level => (level < 0 ? { least: this.values, most: this.values } : this.levels[level]!);
    while (from < to) {
      const { least: lows, most: highs } = columns();
      // Up to whole blocks of the next level, then from there on in blocks.
      while (from < to && (from % fan !== 0 || from + fan > to)) {
        take(lows[from]!, highs[from]!);
        from++;
      }
      if (from >= to) break;
      while (to % fan !== 0) {
        to--;
        take(lows[to]!, highs[to]!);
      }
      from /= fan;
      to /= fan;
      level++;
    }
    return { least, most };
  }

  private firstNotBefore(ns: number): number {
    let row = upperBound(this.ats, this.count, ns);
    while (row > 0 && this.ats[row - 1] === ns) row--;
    return row;
  }

  private push(at: number, value: number): void {
    if (this.count === this.ats.length) {
      this.ats = grown(this.ats, this.count * 2);
      this.values = grown(this.values, this.count * 2);
    }
    this.ats[this.count] = at;
    this.values[this.count++] = value;
  }

  private build(): void {
    if (this.builtTo === this.count) return;
    let [lows, highs]: Int32Array[] = [this.values, this.values] as const;
    let { count, builtTo: built } = this;
    for (let index = 0; count >= fan; index++) {
      const whole = Math.floor(count / fan);
      const level = (this.levels[index] ??= { least: new Int32Array(fan), most: new Int32Array(fan) });
      if (level.least.length < whole) {
        level.least = grown(level.least, Math.max(whole, level.least.length * 2));
        level.most = grown(level.most, level.least.length);
      }
      built = Math.floor(built / fan);
      for (let block = built; block < whole; block++) {
        let [least, most] = [Infinity, -Infinity];
        for (let row = block * fan; row < (block + 1) * fan; row++) {
          least = Math.min(least, lows[row]!);
          most = Math.max(most, highs[row]!);
        }
        level.least[block] = least;
        level.most[block] = most;
      }
      [lows, highs, count] = [level.least, level.most, whole];
    }
    this.builtTo = this.count;
  }
}

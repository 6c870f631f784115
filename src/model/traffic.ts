/**
 * How many bytes all connections received and sent, by time: sums of equal stretches of it, so that a recording of any length takes
 * at most a few megabytes. When it has become too long for its stretches, two of them become one.
 *
 *     stretch     0     1     2     3             0           1
 *     bytes     │ 12 │  0  │ 900 │ 40 │   ──►   │    12    │    940    │
 *
 * A call's bytes count when it returned.
 */
import { grown } from './columns';
import type { Reading } from './reading';

/** The shortest stretch, ns: a power of two, as the bins of tiles are. */
const shortestNs = 2 ** 17;
const mostStretches = 2 ** 17;

export class Traffic {
  /** From where stretches are counted, on the records' scale. */
  originNs = 0;
  /** The length of a stretch, ns. */
  stretchNs = shortestNs;
  /** Stretches up to the last that has bytes. */
  count = 0;
  private sumsIn = new Float64Array(256);
  private sumsOut = new Float64Array(256);

  /** @param call whose bytes they are. */
  add(call: Pick<Reading, 'end'>, bytes: number, receives: boolean): void {
    if (bytes <= 0) return;
    const after = Math.max(0, call.end - this.originNs);
    while (after >= this.stretchNs * mostStretches) this.halve();
    const at = Math.floor(after / this.stretchNs);
    if (at >= this.sumsIn.length) {
      const capacity = Math.min(mostStretches, 2 ** Math.ceil(Math.log2(at + 1)));
      this.sumsIn = grown(this.sumsIn, capacity);
      this.sumsOut = grown(this.sumsOut, capacity);
    }
    this.count = Math.max(this.count, at + 1);
    const sums = receives ? this.sumsIn : this.sumsOut;
    sums[at]! += bytes;
  }

  /** Bytes of some stretches. @param to one past the last. */
  sum(from: number, to: number, receives: boolean): number {
    const sums = receives ? this.sumsIn : this.sumsOut;
    let sum = 0;
    for (let at = from; at < Math.min(to, this.count); at++) sum += sums[at]!;
    return sum;
  }

  private halve(): void {
    for (const sums of [this.sumsIn, this.sumsOut]) {
      const { length } = sums;
      for (let at = 0; at < length / 2; at++) sums[at] = sums[2 * at]! + sums[2 * at + 1]!;
      sums.fill(0, length / 2);
    }
    this.count = Math.ceil(this.count / 2);
    this.stretchNs *= 2;
  }
}

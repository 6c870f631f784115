/**
 * The rectangles of one frame, in columns that are kept from frame to frame: no object is made per span. Boxes of one fill are chained,
 * since setting a fill style costs more than a rectangle.
 */
import type { Fill } from './palette';

export class Boxes {
  count = 0;
  x = new Float64Array(256);
  y = new Float64Array(256);
  width = new Float64Array(256);
  /** Index of the vector in the tile; -1 - n: the life of the lane at place n. */
  span = new Int32Array(256);
  /** The next box of the same fill; -1 after the last. */
  next = new Int32Array(256);
  readonly fillOf: Fill[] = [];
  private readonly chains = new Map<Fill, { first: number; last: number }>();

  clear(): void {
    this.count = 0;
    this.fillOf.length = 0;
    this.chains.clear();
  }

  push(x: number, y: number, width: number, fill: Fill, span: number): void {
    if (this.count === this.x.length) this.grow();
    const at = this.count++;
    this.x[at] = x;
    this.y[at] = y;
    this.width[at] = width;
    this.span[at] = span;
    this.next[at] = -1;
    this.fillOf.push(fill);
    const chain = this.chains.get(fill);
    if (chain === undefined) {
      this.chains.set(fill, { first: at, last: at });
      return;
    }
    this.next[chain.last] = at;
    chain.last = at;
  }

  /** In the order in which they first came. */
  eachFill(run: (fill: Fill, first: number) => void): void {
    for (const [fill, { first }] of this.chains) run(fill, first);
  }

  private grow(): void {
    const size = this.x.length * 2;
    const larger = <T extends Float64Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.x = larger(this.x, new Float64Array(size));
    this.y = larger(this.y, new Float64Array(size));
    this.width = larger(this.width, new Float64Array(size));
    this.span = larger(this.span, new Int32Array(size));
    this.next = larger(this.next, new Int32Array(size));
  }
}

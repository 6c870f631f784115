/**
 * How long the page is at work for a frame: from its callback until its thread is free again. Without a GPU most of that comes after the callback: the
 * pixels of the canvases are drawn then.
 */

/** Of the last frames; one that is dear for once changes little. */
const share = 0.2;

export class FrameCost {
  /** Ms, smoothed. */
  ms = 0;

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly later: (run: () => void) => void = (run) => void setTimeout(run, 0),
  ) {}

  /** A frame's callback has begun. */
  begins(): void {
    const began = this.now();
    this.later(() => (this.ms += share * (this.now() - began - this.ms)));
  }
}

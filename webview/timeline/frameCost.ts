/**
 * How long the page is at work for a frame: from its callback until its thread is free again. Without a GPU most of that comes after the callback: the
 * pixels of the canvases are drawn then.
 */

/** A frame that was kept from running looks dearer than it is, never cheaper: what one costs goes down at once, and up by so much of the difference. */
const rise = 0.1;

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
    this.later(() => {
      const took = this.now() - began;
      this.ms = Math.min(took, this.ms + rise * (took - this.ms));
    });
  }
}

/**
 * For how long the youngest records of a live run are held back, so that they can be put in order: a writer may be kept from running
 * between reading the clock and storing its record. The picture is older by as much, so it is as little as the run allows:
 *
 *     a record came later     it is remembered: a machine that stands still for once is over with when it is seen, nothing is gained by waiting for it from now on
 *     again, some time after  that is how the run is: up to one and a half of what both would have needed, but at most twice what it was
 *     later than the most     nothing: it would have come too late all the same
 *     late by next to nothing nothing: it stands beside what happened at the same moment
 *     none did                slowly down
 *
 * So about one standstill in ten seconds is let through. What came too late then is put in its place when the model is built again, which is done
 * for one as for many of them.
 */

/** Who writes needs a ms or two where nothing keeps him from it. */
const leastNs = 8e6;
/** More would be seen as a picture that lags; what is later, on a machine that has no core for the traced program, is put in its place when the model is built again. */
const mostNs = 50e6;
const margin = 1.5;
const growth = 2;
/** By less than that nobody sees which was first; a machine that stands still and goes on in the middle of a look brings some of them each time. */
const seenNs = 1e6;
/** It falls by half in so long. */
const halfMs = 15_000;
/** Two that are further apart have nothing to do with each other; two that are closer are of the same standstill. */
const againMs = { least: 250, most: 10_000 };

export class HoldBack {
  private value = leastNs;
  private since: number;
  /** The last standstill: when it was seen, and what it would have needed. */
  private last = { at: -Infinity, needsNs: 0 };

  /** @param milliseconds a clock. */
  constructor(private readonly milliseconds: () => number) {
    this.since = milliseconds();
  }

  /** Nanoseconds. */
  get ns(): number {
    const now = this.milliseconds();
    this.value = Math.max(leastNs, this.value * 0.5 ** ((now - this.since) / halfMs));
    this.since = now;
    return this.value;
  }

  /** Of what was read since the last time a record was late by so many ns, at most; 0 for none. */
  saw(lateByNs: number): void {
    if (lateByNs < seenNs) return;
    const { ns, last } = this;
    const needsNs = ns + lateByNs;
    if (needsNs > mostNs) return;
    const at = this.since;
    const passed = at - last.at;
    if (passed < againMs.least) {
      last.needsNs = Math.max(last.needsNs, needsNs);
      return;
    }
    if (passed <= againMs.most) this.value = Math.max(ns, Math.min(mostNs, growth * ns, margin * Math.min(needsNs, last.needsNs)));
    this.last = { at, needsNs };
  }
}

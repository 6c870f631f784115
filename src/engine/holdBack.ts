/**
 * For how long the youngest records of a live run are held back, so that they can be put in order: a writer may be kept from running
 * between reading the clock and storing its record. The picture is older by as much, so it is as little as the run allows:
 *
 *     a record came later    at once up to one and a half of what it would have needed, but at most twice what it was: the machine
 *                            that stood still for once is over with when it is seen, nothing is gained by waiting for it from now on
 *     none did               slowly down
 */

/** Who writes needs a ms or two where nothing keeps him from it. */
const leastNs = 8e6;
/** More would be seen as a picture that lags; what is later, on a machine that has no core for the traced program, is put in its place when the model is built again. */
const mostNs = 50e6;
const margin = 1.5;
const growth = 2;
/** It falls by half in so long. */
const halfMs = 15_000;

export class HoldBack {
  private value = leastNs;
  private since: number;

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
    if (lateByNs <= 0) return;
    const { ns } = this;
    this.value = Math.min(mostNs, growth * ns, margin * (ns + lateByNs));
  }
}

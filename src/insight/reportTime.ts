/** The report's times: whole nanoseconds from the first event. */
import type { Model } from '../model/model';

export class ReportTime {
  private readonly origin: number;
  /** From the first event to the last. */
  readonly durationNs: number;

  constructor(model: Model) {
    this.origin = Number.isNaN(model.originNs) ? 0 : model.originNs;
    this.durationNs = Number.isNaN(model.latestNs) ? 0 : this.at(model.latestNs);
  }

  /** @param ns model time. */
  at(ns: number): number {
    return Math.max(0, Math.round(ns - this.origin));
  }

  atOrNull(ns: number | null): number | null {
    return ns === null || Number.isNaN(ns) ? null : this.at(ns);
  }
}

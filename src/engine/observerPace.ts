/** How often something may be done so that it costs no more than its share of a core. */
export class Pace {
  /** What one time costs in ms, over the last few. */
  private cost = 0;
  private lastMs = -Infinity;
  private intervalMs: number;

  constructor(private readonly shortestMs: number) {
    this.intervalMs = shortestMs;
  }

  get dueMs(): number {
    return this.lastMs + this.intervalMs;
  }

  /** Whether it was done so long ago that once more now is within this share of a core. */
  allows(nowMs: number, share: number): boolean {
    return nowMs - this.lastMs >= this.cost / share;
  }

  /** The share of a core that it takes now. */
  get share(): number {
    return this.cost / this.intervalMs;
  }

  /** It was begun at this time and has cost so much. @param share of a core that it may take, but for `longestMs`. */
  done(beganMs: number, costMs: number, share: number, longestMs: number): void {
    this.lastMs = beganMs;
    // The first times run uncompiled code and cost many times as much: what falls is believed sooner than what rises.
    const weight = costMs < this.cost ? 0.5 : 0.1;
    this.cost += weight * (costMs - this.cost);
    this.intervalMs = Math.min(longestMs, Math.max(this.shortestMs, this.cost / share));
  }
}

/** CPU time of this process in ms: on a busy machine the clock would count what others did. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

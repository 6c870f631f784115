/** A share of the time that something may take: what it has not used is kept, up to a limit. Times in ns. */
export class Budget {
  private left: number;
  private since = 0;

  constructor(
    private readonly share: number,
    private readonly most: number,
  ) {
    this.left = most;
  }

  allows(ns: number): boolean {
    this.left = Math.min(this.most, this.left + (ns - this.since) * this.share);
    this.since = ns;
    return this.left > 0;
  }

  spent(ns: number): void {
    this.left -= ns;
  }
}

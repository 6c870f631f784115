/**
 * Around our own work in the program's calls: it is not done within itself, and nobody hears of its faults.
 *
 *     if (!guard.enter()) return;
 *     try { … } catch (error) { guard.fault(error); } finally { guard.leave(); }
 *
 * What every request calls is written so, since a closure for each call cost as much as the record; all else goes through `quietly`.
 */
export class Guard {
  private inside = false;

  /**
   * @param isOff nothing is recorded any more.
   * @param failed hears of a fault of ours.
   * @param left after each piece of work.
   */
  constructor(
    private readonly isOff: () => boolean,
    private readonly failed: (error: unknown) => void,
    private readonly left: () => void,
  ) {}

  /** Whether work may begin. */
  enter(): boolean {
    if (this.inside || this.isOff()) return false;
    this.inside = true;
    return true;
  }

  leave(): void {
    this.inside = false;
    this.left();
  }

  fault(error: unknown): void {
    this.failed(error);
  }

  readonly quietly = <T>(work: () => T): T | undefined => {
    if (!this.enter()) return undefined;
    try {
      return work();
    } catch (error) {
      this.fault(error);
      return undefined;
    } finally {
      this.leave();
    }
  };
}

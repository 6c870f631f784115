/** Who waits until something is so. */

export class Waiters {
  private readonly waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  /** Resolves at the next `call`, rejects at the next `fail`. */
  wait(): Promise<void> {
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  call(): void {
    for (const { resolve } of this.waiting.splice(0)) resolve();
  }

  fail(error: unknown): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}

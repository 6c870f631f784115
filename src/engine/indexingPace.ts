/**
 * While a recording is read, who looks on gets a twentieth of the thread that takes it in:
 *
 *     tile ▪ read ▪▪▪▪▪▪▪▪▪ tile ▪ read ▪▪▪▪▪▪▪▪▪ …
 *
 * The first tile is made at once. One that comes too soon after another waits for its turn, in which it shows more.
 * Who got the first rows asks for that tile next, and until then shows nothing: the reading waits for it, a moment at most.
 */

/** So many times as long as a tile took nothing but reading follows. */
const restFactor = 19;
/** What makes later tiles cheaper may take a fortieth. */
const aheadRestFactor = 39;
/** A page takes so long to draw the first rows where it has a core for itself, ms; nobody may be there who draws. */
const firstTileMs = 500;
/** And to draw the tile. */
const firstPictureMs = 60;
/** But who moves the window meanwhile has to see that it was moved. */
const longestRestMs = 1000;

export class IndexingPace {
  private restUntil = -Infinity;
  private aheadAfter = -Infinity;
  private hasRows = false;
  private readAfter = -Infinity;
  private turn: Promise<unknown> = Promise.resolve();
  private wake: (() => void) | null = null;

  constructor(private readonly milliseconds: () => number) {}

  /** So many rows were sent. */
  sentRows(count: number): void {
    if (this.hasRows || count === 0) return;
    this.hasRows = true;
    this.readAfter = this.milliseconds() + firstTileMs;
  }

  /** The reading has to wait. */
  get awaitsTile(): boolean {
    return this.milliseconds() < this.readAfter;
  }

  /** Makes it when its turn has come, one after the other. */
  tile<T>(make: () => T): Promise<T> {
    const made = this.turn.then(() => this.rest()).then(() => {
      const began = this.milliseconds();
      const tile = make();
      const now = this.milliseconds();
      this.readAfter = Math.min(this.readAfter, now + firstPictureMs);
      this.restUntil = now + Math.min(longestRestMs, restFactor * (now - began));
      return tile;
    });
    this.turn = made.catch(() => undefined);
    return made;
  }

  /** Does some work ahead of the next tile, where its turn has come. @returns whether there is more of it to be done at once. */
  ahead(work: () => boolean): boolean {
    const began = this.milliseconds();
    if (began < this.aheadAfter) return false;
    const more = work();
    const now = this.milliseconds();
    this.aheadAfter = now + aheadRestFactor * (now - began);
    return more;
  }

  /** Nothing is left to be read: nobody waits any longer. */
  over(): void {
    this.restUntil = -Infinity;
    this.wake?.();
  }

  private rest(): Promise<void> {
    const ms = this.restUntil - this.milliseconds();
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

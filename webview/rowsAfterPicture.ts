/**
 * Rows that come while pictures do wait until the next picture is painted. Taken apart and painted they keep the page as long as three pictures, and
 * they come shortly before one, which had to wait for all of it.
 *
 *     come      picture        rows  picture            picture
 *     at once   ▪              ▪▪▪▪▪▪▪▪▪▪ ▪             ▪
 *     after it  ▪                    ▪ ▪▪▪▪▪▪▪▪▪▪       ▪
 */
import { AfterFrame } from './afterFrame';

/** Pictures further apart than this are not waited for. */
const apartMs = 100;

export class RowsAfterPicture {
  private readonly frame = new AfterFrame();
  private readonly held: (() => void)[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private picturedAt = -Infinity;

  /** A picture has come, and a frame was asked for with it. */
  pictured(): void {
    this.picturedAt = performance.now();
    if (this.held.length > 0) this.frame.ask(() => this.release());
  }

  /** Rows have come; they are taken in the order in which they came. */
  add(take: () => void): void {
    if (this.held.length === 0) {
      if (performance.now() - this.picturedAt > apartMs) {
        take();
        return;
      }
      // The next picture may not come.
      this.timer = setTimeout(() => this.release(), apartMs);
    }
    this.held.push(take);
  }

  /** Takes what waits: anything else that comes may be about it. */
  release(): void {
    if (this.held.length === 0) return;
    clearTimeout(this.timer);
    this.frame.cancel();
    for (const take of this.held.splice(0)) take();
  }
}

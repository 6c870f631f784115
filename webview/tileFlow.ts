/**
 * Flow control for tiles. A pan at 60 frames a second would ask for 60 tiles a second; a slow engine (a remote workspace)
 * would answer the 60th after a minute. So at most one request is on the way, and only the latest wish waits behind it.
 * Replies older than the last drawn one are dropped: after a lost reply two can be under way.
 *
 * A question that continues a tile (`base`) stands until there is news, and goes on for some more of it (`patches`): it is the acknowledgement
 * of the tile before. A wish of another picture does not wait for that.
 */
import type { Tile, TileRequest } from '../src/protocol/tile';

export type TileWish = Omit<TileRequest, 'sequence'>;

/** A reply that takes longer was lost (a hidden panel drops messages). */
export const lostAfterMs = 4000;

export class TileFlow {
  private sequence = 0;
  private waiting: TileWish | null = null;
  /** `last`: the sequence of the last answer that may come. */
  private outstanding: { sequence: number; last: number; heardAt: number; standing: boolean } | null = null;
  private drawn = 0;

  constructor(
    private readonly send: (request: TileRequest) => void,
    private readonly now: () => number,
    private readonly later: (ms: number, run: () => void) => void,
  ) {}

  /** True while a reply is under way. One that waits for news gives way to the next question. */
  private get busy(): boolean {
    return this.outstanding !== null && !this.outstanding.standing && this.now() - this.outstanding.heardAt < lostAfterMs;
  }

  /** Asks now, or as soon as the reply under way is in. */
  ask(wish: TileWish): void {
    this.waiting = wish;
    this.flush();
  }

  /** Takes a reply; false where it is too old to be drawn. @param goesOn it is a patch, and so may the next one be. */
  receive(tile: Pick<Tile, 'sequence'>, goesOn = false): boolean {
    const { outstanding } = this;
    if (outstanding !== null && tile.sequence >= outstanding.sequence) {
      outstanding.heardAt = this.now();
      if (!goesOn || tile.sequence >= outstanding.last) this.outstanding = null;
    }
    const fresh = tile.sequence > this.drawn;
    if (fresh) this.drawn = tile.sequence;
    this.flush();
    return fresh;
  }

  /** What was under way belongs to another run, or is lost: the next wish goes out at once. */
  reset(): void {
    this.outstanding = null;
    this.waiting = null;
    // Replies to what was asked before are never drawn.
    this.drawn = this.sequence;
  }

  private flush(): void {
    if (this.waiting === null || this.busy) return;
    const wish = this.waiting;
    const request: TileRequest = { sequence: this.sequence + 1, ...wish };
    this.sequence += wish.patches ?? 1;
    this.waiting = null;
    this.outstanding = { sequence: request.sequence, last: this.sequence, heardAt: this.now(), standing: wish.base !== undefined };
    this.send(request);
    this.retryAfter(lostAfterMs, request.sequence, wish);
  }

  private retryAfter(ms: number, sequence: number, wish: TileWish): void {
    this.later(ms, () => {
      if (this.outstanding?.sequence !== sequence) return;
      const rest = this.outstanding.heardAt + lostAfterMs - this.now();
      if (rest > 0) this.retryAfter(rest, sequence, wish);
      else this.retry(wish);
    });
  }

  /** Nothing came: what is wished by now goes out, or the same again. */
  private retry(wish: TileWish): void {
    this.outstanding = null;
    this.waiting ??= wish;
    // Whoever was to get it may not know what it was to be joined to.
    delete this.waiting.base;
    delete this.waiting.patches;
    this.flush();
  }
}

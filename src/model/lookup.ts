/**
 * Things by a key under which a later record may ask for them: a connection by its addresses, a socket by its inode. What is over is let
 * go after a while, or a server of millions of short connections would leave an entry for each.
 *
 * With each new thing two of the known ones are looked at, round and round: so what is over costs no more room than what is not, and
 * what is left is decided by the records alone, in whatever batches they come.
 */
/** So few cost nothing, and most recordings have no more. */
const fewest = 1024;
const looksPerThing = 2;

export class Lookup<T> {
  private readonly things = new Map<string, T>();
  private cursor = this.things.entries();

  /** @param isOver whether nobody will ask for it any more, by what is known at `nowNs`: ns from the recording's base. */
  constructor(private readonly isOver: (thing: T, nowNs: number, key: string) => boolean) {}

  get size(): number {
    return this.things.size;
  }

  get(key: string): T | undefined {
    return this.things.get(key);
  }

  has(key: string): boolean {
    return this.things.has(key);
  }

  /** @param nowNs the record's that tells of it. */
  set(key: string, thing: T, nowNs: number): void {
    this.things.set(key, thing);
    if (this.things.size <= fewest) return;
    for (let looks = 0; looks < looksPerThing; looks++) {
      const { done, value } = this.cursor.next();
      if (done === true) this.cursor = this.things.entries();
      else if (this.isOver(value[1], nowNs, value[0])) this.things.delete(value[0]);
    }
  }
}

/** Numbers by three u32: a hash table in typed arrays, because a lock's address is looked up with every wait for one. */
export class WordTable {
  private count = 0;
  private slots = 64;
  /** Three words and the number plus one; 0 for a free slot. */
  private cells = new Uint32Array(this.slots * 4);

  /** -1 where there is none. */
  get(a: number, b: number, c: number): number {
    return this.cells[this.place(a, b, c) + 3]! - 1;
  }

  /** Adds what is not there yet. */
  add(a: number, b: number, c: number, value: number): void {
    if (++this.count * 2 > this.slots) this.grow();
    const at = this.place(a, b, c);
    this.cells[at] = a;
    this.cells[at + 1] = b;
    this.cells[at + 2] = c;
    this.cells[at + 3] = value + 1;
  }

  /** Where it stands, or where it would. */
  private place(a: number, b: number, c: number): number {
    const { cells } = this;
    const mask = this.slots - 1;
    let hash = Math.imul(a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca6b), 0xc2b2ae35);
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 4;
      if (cells[at + 3] === 0 || (cells[at] === a && cells[at + 1] === b && cells[at + 2] === c)) return at;
    }
  }

  private grow(): void {
    const before = this.cells;
    this.slots *= 2;
    this.cells = new Uint32Array(this.slots * 4);
    for (let at = 0; at < before.length; at += 4) {
      if (before[at + 3] !== 0) this.cells.set(before.subarray(at, at + 4), this.place(before[at]!, before[at + 1]!, before[at + 2]!));
    }
  }
}

/**
 * Which element shows which row header. Where a server forks 70 processes a second the oldest that ended fold away, and all that stand
 * below move up: every row in sight is another one, four times a second, and thirty headers of a dozen elements each are thrown away and
 * made anew. An element whose row has left the sight shows another one instead, best one that looks alike in the same place:
 *
 *     before   ▸ 39 ended   p41   t41   p42   t42        after   ▸ 41 ended   p43   t43   p44   t44
 *     slot         0         1     2     3     4                     0         1     2     3     4
 *
 * A row that stays in sight keeps its element, and with it the keyboard's focus.
 */

export interface Slotted {
  readonly id: string;
  readonly kind: string;
  /** Place among the shown rows. */
  readonly at: number;
}

export class HeaderSlots {
  private taken = new Map<string, Slotted & { readonly slot: number }>();
  private next = 0;

  /**
   * @param rows those in sight, each once.
   * @param held the row that has or had the focus: where it is gone its element goes too, or the focus would pass to a row that nobody chose.
   * @returns the slot of each row; no two are the same.
   */
  assign(rows: readonly Slotted[], held: string | null): readonly number[] {
    const free = this.without(rows, held);
    const slots = rows.map(({ id }) => this.taken.get(id)?.slot ?? -1);
    const fits: readonly ((row: Slotted, old: Slotted) => boolean)[] = [(row, old) => row.kind === old.kind && row.at === old.at, (row, old) => row.kind === old.kind];
    for (const fit of fits) {
      rows.forEach((row, index) => {
        if (slots[index] !== -1 || free.length === 0) return;
        const at = free.findIndex((old) => fit(row, old));
        if (at !== -1) slots[index] = free.splice(at, 1)[0]!.slot;
      });
    }
    const all = slots.map((slot) => (slot === -1 ? this.next++ : slot));
    this.taken = new Map(rows.map((row, index) => [row.id, { ...row, slot: all[index]! }]));
    return all;
  }

  /** Slots whose rows have left the sight. */
  private without(rows: readonly Slotted[], held: string | null): (Slotted & { readonly slot: number })[] {
    const stay = new Set(rows.map(({ id }) => id));
    return [...this.taken.values()].filter(({ id }) => !stay.has(id) && id !== held);
  }
}

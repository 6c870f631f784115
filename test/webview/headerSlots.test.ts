/** Elements of row headers are used again for other rows: each row in sight has one of its own, and keeps it for as long as it is seen. */
import { describe, expect, test } from 'vitest';
import { HeaderSlots, type Slotted } from '../../webview/timeline/headerSlots';

const row = (id: string, at: number, kind = 'process'): Slotted => ({ id, kind, at });
/** `p3 t3 p4 t4 …` from a place on. */
const family = (from: number, count: number, place: number): Slotted[] => Array.from({ length: count }, (_, index) => row(`${index % 2 === 0 ? 'p' : 't'}${String(from + Math.floor(index / 2))}`, place + index, index % 2 === 0 ? 'process' : 'thread'));

describe('the slots of headers', () => {
  test('stay with their rows, wherever those move to', () => {
    const slots = new HeaderSlots();
    const before = slots.assign([row('p1', 0), row('p2', 1), row('p3', 2)], null);
    expect(slots.assign([row('p3', 0), row('p1', 1), row('p2', 2)], null)).toEqual([before[2], before[0], before[1]]);
  });

  test('are used again in their places, by rows that look alike', () => {
    const slots = new HeaderSlots();
    const before = slots.assign([row('p1', 0), ...family(10, 8, 1)], null);
    expect(slots.assign([row('p1', 0), ...family(20, 8, 1)], null)).toEqual(before);
    // One row farther down: each kind among its own.
    const moved = slots.assign([row('p1', 0), row('t1', 1, 'thread'), ...family(30, 7, 2)], null);
    expect(moved[0]).toBe(before[0]);
    expect(moved.slice(1).filter((slot) => !before.includes(slot))).toEqual([]);
    expect(moved[1]! % 2).toBe(before[2]! % 2);
  });

  test('are new for a row that looks like none that has gone', () => {
    const slots = new HeaderSlots();
    const before = slots.assign(family(1, 4, 0), null);
    const after = slots.assign([row('c1', 0, 'connection')], null);
    expect(before).not.toContain(after[0]);
  });

  test('go with the row that had the focus', () => {
    const slots = new HeaderSlots();
    const before = slots.assign([row('p1', 0), row('p2', 1)], null);
    const after = slots.assign([row('p1', 0), row('p3', 1)], 'p2');
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  test('are one for each row, whatever comes and goes', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    const slots = new HeaderSlots();
    let known = new Map<string, number>();
    for (let round = 0; round < 300; round++) {
      const from = random(40);
      const rows = Array.from({ length: random(30) }, (_, index) => index).filter(() => random(4) > 0).map((index) => row(`r${String(from + index)}`, index, ['process', 'thread', 'fold'][(from + index) % 3]));
      const held = random(3) === 0 ? `r${String(random(60))}` : null;
      const given = slots.assign(rows, held);
      expect(new Set(given).size).toBe(rows.length);
      rows.forEach(({ id }, index) => {
        if (known.has(id)) expect(given[index]).toBe(known.get(id));
      });
      if (held !== null && !rows.some(({ id }) => id === held)) expect(given).not.toContain(known.get(held));
      known = new Map(rows.map(({ id }, index) => [id, given[index]!]));
    }
  });
});

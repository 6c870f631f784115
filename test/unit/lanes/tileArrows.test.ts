/** Too many arrows for a picture are thinned out, not cut off at its right side. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrowsOfTile } from '../../../src/lanes/tile';
import { arrowsBetween, mostArrows } from '../../../src/lanes/tileArrows';
import { ArrowColumns, ArrowEnds, ArrowRows } from '../../../src/model/arrows';
import type { Model } from '../../../src/model/model';

const origin = 1e9;

function columns(times: readonly number[], to = 'p2'): ArrowColumns {
  const made = new ArrowColumns();
  for (const at of times) made.push('fork', { id: 't1' }, { id: to }, origin + at, null);
  return made;
}

test('a tile has them where they are asked for', () => {
  const model = { arrows: columns([5]), originNs: origin } as unknown as Model;
  const request = { sequence: 1, fromNs: 0, toNs: 10, width: 10, rows: ['t1'] };
  expect(arrowsOfTile(model, request)).toEqual({ arrows: [], moreArrows: 0 });
  expect(arrowsOfTile(model, { ...request, arrows: true }).arrows).toHaveLength(1);
});

test('few are all there, from the first event on', () => {
  const { arrows, moreArrows } = arrowsBetween(columns([5, 10, 20, 31]), origin, ['p2', 'k1'], 6, 30);
  expect(arrows).toEqual([10, 20].map((atNs) => ({ kind: 'fork', from: 't1', to: 'p2', atNs })));
  expect(moreArrows).toBe(0);
});

test('of many the whole width keeps some, and the rest is counted', () => {
  const dense = Array.from({ length: 5000 }, (_, at) => at / 10);
  const sparse = [700, 800, 999];
  const { arrows, moreArrows } = arrowsBetween(columns([...dense, ...sparse]), origin, ['t1'], 0, 1000);
  expect(arrows).toHaveLength(mostArrows);
  // The one at 0 is not after the begin.
  expect(moreArrows).toBe(5000 - 1 + 3 - mostArrows);
  expect(arrows.map(({ atNs }) => atNs)).toEqual(arrows.map(({ atNs }) => atNs).sort((a, b) => a - b));
  expect(arrows.slice(-3).map(({ atNs }) => atNs)).toEqual(sparse);
  for (let from = 0; from < 500; from += 50) expect(arrows.filter(({ atNs }) => atNs >= from && atNs < from + 50).length).toBeGreaterThan(20);
});

test('many at one moment', () => {
  const { arrows, moreArrows } = arrowsBetween(columns(Array.from({ length: 1000 }, () => 5)), origin, ['t1'], 0, 1000);
  expect([arrows.length, moreArrows]).toEqual([mostArrows, 600]);
});

test('those of rows out of sight do not count', () => {
  expect(arrowsBetween(columns([5]), origin, ['t2', 'c1'], 0, 10)).toEqual({ arrows: [], moreArrows: 0 });
});

test('read at once they are what they are one by one, those that came late too', () => {
  const pushed = fc.array(fc.record({ back: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3000) }), from: fc.nat(4), to: fc.nat(4) }), { minLength: 1, maxLength: 4000, size: 'max' });
  fc.assert(fc.property(pushed, fc.nat(4), (list, asked) => {
    const made = new ArrowColumns();
    list.forEach(({ back, from, to }, index) => { made.push('unblock', { id: `t${from}` }, { id: `t${to}` }, origin + Math.max(0, index - back), null); });
    const ends = new ArrowEnds([`t${asked}`, 'k1']);
    const read = new ArrowRows();
    let touching = 0;
    for (let row = 0; row < made.count; row += read.count) {
      made.read(row, made.count, read);
      expect(read.count).toBeGreaterThan(0);
      for (let at = 0; at < read.count; at++) {
        const { atNs, from, to } = made.get(row + at);
        const touches = ends.has(read.from[at]!) || ends.has(read.to[at]!);
        if (atNs !== read.at[at] || touches !== (from === `t${asked}` || to === `t${asked}`)) throw new Error(`row ${row + at}`);
        if (touches && atNs > origin) touching++;
      }
    }
    const { arrows, moreArrows } = arrowsBetween(made, origin, [`t${asked}`], 0, 5000);
    expect(arrows.length + moreArrows).toBe(touching);
  }), { numRuns: 30 });
});

/** Too many arrows for a picture are thinned out, not cut off at its right side. */
import { expect, test } from 'vitest';
import { arrowsBetween, mostArrows } from '../../../src/lanes/tileArrows';
import { ArrowColumns } from '../../../src/model/arrows';

const origin = 1e9;

function columns(times: readonly number[], to = 'p2'): ArrowColumns {
  const made = new ArrowColumns();
  for (const at of times) made.push('fork', { id: 't1' }, { id: to }, origin + at, null);
  return made;
}

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

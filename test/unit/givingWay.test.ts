/** Work that can wait rests while somebody asks for things, and goes on at full speed afterwards. */
import { expect, test } from 'vitest';
import { GivingWay } from '../../src/engine/givingWay';

test('rests between pieces of work for as long as somebody asks, and a while longer', () => {
  let now = 1000;
  const way = new GivingWay(() => now);
  /** A piece of work of so many ms. @returns the rest after it. */
  const work = (ms: number): number => {
    const began = now;
    now += ms;
    return way.restAfter(began);
  };
  expect(work(4)).toBe(0);
  way.asked();
  expect(work(4)).toBe(16);
  expect(work(0.3)).toBe(2);
  expect(work(50)).toBe(16);
  now += 400;
  expect(work(4)).toBe(0);
});

test('comes to an end however long somebody asks: a fifth of the time is its own', () => {
  let now = 0;
  const way = new GivingWay(() => now);
  let worked = 0;
  while (worked < 1000) {
    way.asked();
    const began = now;
    now += 4;
    worked += 4;
    now += way.restAfter(began);
  }
  expect(now).toBeLessThanOrEqual(5000);
});

test('says when nobody waits any more', () => {
  let now = 1000;
  const way = new GivingWay(() => now);
  expect(way.quietIn).toBe(0);
  way.asked();
  expect(way.quietIn).toBe(600);
  now += 550.5;
  expect(way.quietIn).toBe(50);
  now += 50;
  expect(way.quietIn).toBe(0);
});

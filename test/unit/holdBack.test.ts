/** How long records are held back follows how late they come. */
import { expect, it } from 'vitest';
import { HoldBack } from '../../src/engine/holdBack';

function made(): { holdBack: HoldBack; ms: () => number; wait: (seconds: number) => void } {
  const time = { now: 5000 };
  const holdBack = new HoldBack(() => time.now);
  return { holdBack, ms: () => holdBack.ns / 1e6, wait: (seconds) => (time.now += 1000 * seconds) };
}

it('is little where nothing is late', () => {
  const { holdBack, ms, wait } = made();
  const first = ms();
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThanOrEqual(10);
  holdBack.saw(0);
  wait(100);
  expect(ms()).toBe(first);
});

it('stays where a standstill was the only one, in however many reads it was seen', () => {
  const { holdBack, ms, wait } = made();
  const first = ms();
  for (let times = 0; times < 5; times++) {
    holdBack.saw(9e6);
    wait(0.04);
  }
  expect(ms()).toBe(first);
  wait(30);
  holdBack.saw(9e6);
  expect(ms()).toBe(first);
});

it('goes up to one and a half of what two of them would have needed, and slowly down', () => {
  const { holdBack, ms, wait } = made();
  const first = ms();
  holdBack.saw(1e6);
  wait(2);
  holdBack.saw(3e6);
  expect(ms()).toBeCloseTo(1.5 * (first + 1));
  const high = ms();
  wait(1);
  expect(ms()).toBeGreaterThan(0.9 * high);
  wait(100);
  expect(ms()).toBe(first);
});

it('goes far up only for what comes late again and again, and to 50 ms at most', () => {
  const { holdBack, ms, wait } = made();
  const first = ms();
  holdBack.saw(40e6);
  wait(1);
  holdBack.saw(40e6);
  expect(ms()).toBe(2 * first);
  for (let times = 0; times < 200; times++) {
    wait(1);
    holdBack.saw(Math.max(0, 49e6 - holdBack.ns));
  }
  expect(ms()).toBeGreaterThan(40);
  expect(ms()).toBeLessThanOrEqual(50);
});

it('does not wait for what is late by less than anybody sees', () => {
  const { holdBack, ms, wait } = made();
  const first = ms();
  for (let times = 0; times < 20; times++) {
    holdBack.saw(0.5e6);
    wait(1);
  }
  expect(ms()).toBe(first);
});

it('does not wait for what would come too late all the same', () => {
  const { holdBack, ms, wait } = made();
  const first = ms();
  for (let times = 0; times < 20; times++) {
    holdBack.saw(times % 2 === 0 ? 2e9 : 60e6);
    wait(1);
  }
  expect(ms()).toBe(first);
});

it('reaches what always comes by as much too late', () => {
  const { holdBack, ms, wait } = made();
  let late = 0;
  for (let second = 0; second < 120; second++) {
    const by = 40 - ms();
    if (by > 0) late++;
    holdBack.saw(Math.max(0, by) * 1e6);
    wait(1);
  }
  expect(late).toBeGreaterThan(0);
  expect(late).toBeLessThan(60);
});

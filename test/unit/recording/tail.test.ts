/** How often a run's folder is looked at follows what a look costs, not how long the machine keeps it from running. */
import { expect, it } from 'vitest';
import { Decoder } from '../../../src/recording/decoder';
import { NameTable } from '../../../src/recording/nameTable';
import { Tail } from '../../../src/recording/tail';

/** A folder without segments; a look at it takes as long as is said. */
function made(): { tail: Tail; poll: (times: number, ms: number) => void } {
  let now = 0;
  let tookMs = 0;
  const segments = {
    all: [],
    refresh: () => {
      now += tookMs;
      return true;
    },
  };
  const tail = new Tail(segments, new Decoder({ low: 0, high: 0 }, new NameTable()), () => now);
  const poll = (times: number, ms: number): void => {
    tookMs = ms;
    for (let time = 0; time < times; time++) {
      tail.poll();
      now += 40;
    }
  };
  return { tail, poll };
}

it('is less often where a look is dear, within bounds', () => {
  const { tail, poll } = made();
  poll(50, 0.1);
  expect(tail.intervalMs).toBe(16);
  poll(100, 3);
  expect(tail.intervalMs).toBeCloseTo(60, 0);
  poll(100, 50);
  expect(tail.intervalMs).toBe(125);
});

it('is as often as before where some looks were kept from running', () => {
  const { tail, poll } = made();
  poll(50, 0.5);
  for (let times = 0; times < 20; times++) {
    poll(1, 4);
    poll(1, 0.5);
  }
  expect(tail.intervalMs).toBe(16);
});

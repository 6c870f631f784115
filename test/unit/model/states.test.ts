/** How a thread's life divides into running, ready, waiting for the GIL, blocked, stopped and unknown. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Shares } from '../../../src/model/account';
import { SampleColumns } from '../../../src/model/samples';
import { ms, Story } from './support/story';

const start = '0 101 . image command="python3 main.py"';

const sum = ({ running, ready, gil, blocked, stopped, unknown }: Shares): number => running + ready + gil + blocked + stopped + unknown;

/** The shares of a thread's whole life in milliseconds, without the zeros. */
function shares(story: Story, tid = 101): Partial<Shares> {
  const thread = story.thread(tid);
  const end = thread.endNs ?? story.model.latestNs;
  const all = story.model.account(thread, story.model.latestNs).shares(thread.startNs, end);
  expect(sum(all)).toBeCloseTo(end - thread.startNs, 3);
  return Object.fromEntries(Object.entries(all).flatMap(([state, ns]) => (ns === 0 ? [] : [[state, Math.round(ns / 1e3) / 1e3]])));
}

describe('the states of a thread', () => {
  const cases: [what: string, table: string, expected: Partial<Shares>][] = [
    ['blocked all its life in recorded waits', `
      1..1000  101 . accept descriptor=3
      40   kernel . threadSample process=101 thread=101 run=1 state=S
      1000 101 . exit status=0 how=1`, { running: 1, blocked: 999 }],
    ['on a CPU all the time', `
      50   kernel . threadSample process=101 thread=101 run=49 ready=1 state=R
      100  kernel . threadSample process=101 thread=101 run=98 ready=2 state=R
      150  kernel . threadSample process=101 thread=101 run=148 ready=2 state=R
      150  101 . exit status=0 how=1`, { running: 148, ready: 2 }],
    ['two that take turns with the interpreter lock', `
      50   kernel . threadSample process=101 thread=101 run=25 state=S waitsFor=gil
      100  kernel . threadSample process=101 thread=101 run=50 state=R
      150  kernel . threadSample process=101 thread=101 run=74 ready=1 state=R
      200  kernel . threadSample process=101 thread=101 run=99 ready=1 state=S waitsFor=gil
      200  101 . exit status=0 how=1`, { running: 99, ready: 1, gil: 100 }],
    ['once found waiting for the lock, else blocked for no recorded reason', `
      50   kernel . threadSample process=101 thread=101 run=10 state=S waitsFor=gil
      100  kernel . threadSample process=101 thread=101 run=20 state=R
      150  kernel . threadSample process=101 thread=101 run=30 state=S
      150  101 . exit status=0 how=1`, { running: 30, gil: 80, blocked: 40 }],
    ['waits cover what they cover, the rest is the lock', `
      0..30    101 . sleep
      50   kernel . threadSample process=101 thread=101 run=10 state=S waitsFor=gil
      100  kernel . threadSample process=101 thread=101 run=30 state=S waitsFor=gil
      100  101 . exit status=0 how=1`, { running: 30, blocked: 30, gil: 40 }],
    ['a wait holds the moments of running in and out', `
      10..100  101 . receive descriptor=3
      100  kernel . threadSample process=101 thread=101 run=14 ready=1 state=S
      100  101 . exit status=0 how=1`, { running: 14, ready: 1, blocked: 85 }],
    ['stopped, also inside a wait', `
      10..300  101 . receive descriptor=3
      50   kernel . threadSample process=101 thread=101 run=10 state=S
      100  kernel . threadSample process=101 thread=101 run=10 state=T
      200  kernel . threadSample process=101 thread=101 run=10 state=S
      300  101 . exit status=0 how=1`, { running: 10, blocked: 190, stopped: 100 }],
    ['nobody looked', `
      10..30   101 . sleep
      100  101 . exit status=0 how=1`, { blocked: 20, unknown: 80 }],
    ['too short for a look: it says what it used', `
      10..30   101 . sleep
      40   101 . threadCost run=15
      40   101 . exit status=0 how=1`, { running: 15, blocked: 20, unknown: 5 }],
    ['accounted for by its waits and its own word', `
      10..30   101 . sleep
      40   101 . threadCost run=20
      40   101 . exit status=0 how=1`, { running: 20, blocked: 20 }],
    ['after the last look only its own word is known', `
      50   kernel . threadSample process=101 thread=101 run=50 state=R
      80   101 . threadCost run=70
      80   101 . exit status=0 how=1`, { running: 70, unknown: 10 }],
    ['older than it is known: what was before the first look is not', `
      100  kernel . threadSeen process=101 thread=205 name=worker
      100  kernel . threadSample process=101 thread=205 run=900 ready=100 state=S
      300  kernel . threadGone process=101 thread=205`, {}],
    ['an account that does not change stands until shortly before the end', `
      50   kernel . threadSample process=101 thread=101 run=50 state=S
      1050 101 . exit status=0 how=1`, { running: 50, blocked: 650, unknown: 350 }],
    ['an observer that went silent while the program went on says nothing', `
      50   kernel . threadSample process=101 thread=101 run=50 state=S
      9000 101 . sleep
      9050 101 . exit status=0 how=1`, { running: 50, unknown: 9000 }],
    ['the kernel counted a tick late', `
      50   kernel . threadSample process=101 thread=101 run=46 state=R
      100  kernel . threadSample process=101 thread=101 run=100 state=R
      100  101 . exit status=0 how=1`, { running: 100 }],
    ['waiting for a CPU counts when it is over', `
      50   kernel . threadSample process=101 thread=101 run=50 state=R
      60   kernel . threadSample process=101 thread=101 run=52 state=R
      100  kernel . threadSample process=101 thread=101 run=55 ready=45 state=R
      100  101 . exit status=0 how=1`, { running: 55, ready: 45 }],
  ];
  test.each(cases)('%s', (what, table, expected) => {
    const story = Story.of(`${start}\n${table}`);
    if (what.startsWith('older')) expect(shares(story, 205)).toEqual({ blocked: 50, unknown: 150 });
    else expect(shares(story)).toEqual(expected);
  });

  test('the report gives whole nanoseconds that add up, with the GIL as part of ready', () => {
    const story = Story.of(`${start}
      50    kernel . threadSample process=101 thread=101 run=10.000001 state=S waitsFor=gil
      100.5 kernel . threadSample process=101 thread=101 run=30.333333 ready=1 state=R
      100.5 101 . exit status=0 how=1`);
    const [thread] = story.report.processes[0]!.threads;
    expect(thread?.stateNs).toEqual({ running: 30333333, ready: ms(100.5) - 30333333, blocked: 0, stopped: 0, unknown: 0 });
    expect(thread?.waitNs).toEqual({ gil: ms(99.5) - 30333333 });
  });
});

/** A thread's waits and samples at whole milliseconds, in any order and of any size. */
const moments = fc.record({
  waits: fc.array(fc.tuple(fc.nat(400), fc.nat(60)), { maxLength: 20 }),
  samples: fc.array(fc.record({ at: fc.nat(500), run: fc.nat(500), ready: fc.nat(500), state: fc.constantFrom('R', 'S', 'T', 'gil') }), { maxLength: 20 }),
  costAt: fc.option(fc.nat(500)),
});

describe('whatever is recorded', () => {
  const tableOf = ({ waits, samples, costAt }: typeof moments extends fc.Arbitrary<infer T> ? T : never): string => [
    start,
    ...waits.sort((a, b) => a[0] - b[0]).reduce<string[]>((lines, [begin, length]) => [...lines, `${String(begin)}..${String(begin + length)} 101 . sleep`], []),
    ...samples.map(({ at, run, ready, state }) => `${String(at)} kernel . threadSample process=101 thread=101 run=${String(run)} ready=${String(ready)} state=${state === 'gil' ? 'S waitsFor=gil' : state}`),
    ...(costAt === null ? [] : [`${String(costAt)} 101 . threadCost run=${String(costAt)}`]),
    '500 101 . exit status=0 how=1',
  ].join('\n');

  test('the states add up to the life and none is negative; so do those of any part', () => {
    fc.assert(
      fc.property(moments, fc.array(fc.nat(500), { maxLength: 5 }), fc.nat(100), (drawn, cuts, least) => {
        const story = Story.of(tableOf(drawn));
        const thread = story.thread(101);
        const account = story.model.account(thread, story.model.latestNs);
        const whole = account.shares(0, ms(500));
        const edges = [0, ...cuts.sort((a, b) => a - b).map(ms), ms(500)];
        const parts = edges.slice(1).map((to, index) => account.shares(edges[index]!, to));
        for (const [all, length] of [[whole, ms(500)], [account.shares(0, ms(500), ms(least)), ms(500)], ...parts.map((part, index) => [part, edges[index + 1]! - edges[index]!] as const)] as const) {
          expect(sum(all)).toBeCloseTo(length, 2);
          for (const ns of Object.values(all)) expect(ns).toBeGreaterThanOrEqual(-1e-3);
        }
        for (const state of Object.keys(whole) as (keyof Shares)[]) {
          expect(parts.reduce((total, part) => total + part[state], 0)).toBeCloseTo(whole[state], 1);
        }
        const states = story.report.processes[0]!.threads[0]!.stateNs;
        expect(Object.values(states).reduce((total, ns) => total + ns, 0)).toBe(ms(500));
        expect(Math.min(...Object.values(states))).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  test('rows are in order, and hold no more run and ready than there is time between them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(80), fc.nat(80)), { maxLength: 30 }), (steps) => {
        const samples = new SampleColumns();
        const total = [0, 0, 0];
        for (const step of steps) {
          step.forEach((value, index) => (total[index]! += value));
          samples.push(total[0]!, total[1]!, total[2]!, 'cpu');
        }
        for (let row = 1; row < samples.count; row++) {
          const used = samples.run(row) - samples.run(row - 1) + samples.ready(row) - samples.ready(row - 1);
          expect(used).toBeLessThanOrEqual(samples.at(row) - samples.at(row - 1));
          expect(samples.run(row)).toBeGreaterThanOrEqual(samples.run(row - 1));
        }
      }),
    );
  });
});

/** What is drawn between a thread's recorded waits: what the kernel's account says, and nothing where nobody looked. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildTile } from '../../../src/lanes/tile';
import { spanStates } from '../../../src/protocol/states';
import { spanFlags } from '../../../src/protocol/tile';
import { ms, Story } from '../model/support/story';
import { cellsOf, vectorsOf } from './support/tiles';

const start = '0 101 . image command="python3 main.py"';

/** `running 0–30`, in milliseconds; an open span ends with `…`. */
function lane(story: Story, { from = 0, to = 200, width = 2000, now = NaN } = {}): string[] {
  const nowNs = Number.isNaN(now) ? story.model.latestNs - story.model.originNs : ms(now);
  const tile = buildTile(story.model, { sequence: 1, fromNs: ms(from), toNs: ms(to), width, rows: ['t1'] }, nowNs);
  const [begin, end, state, flags] = [new Float64Array(tile.spanBegin), new Float64Array(tile.spanEnd), new Uint8Array(tile.spanState), new Uint8Array(tile.spanFlags)];
  const round = (ns: number): string => String(Math.round(ns / 1e4) / 100);
  return Array.from({ length: tile.count }, (_, at) => {
    const open = (flags[at]! & spanFlags.open) !== 0;
    return `${spanStates[state[at]!]!} ${round(begin[at]!)}–${open ? '…' : round(end[at]!)}`;
  });
}

describe('a thread lane', () => {
  test('shares of a cell follow one another, from what it was found in towards the next', () => {
    const story = Story.of(`${start}
      50   kernel . threadSample process=101 thread=101 run=30 state=S waitsFor=gil
      100  kernel . threadSample process=101 thread=101 run=50 ready=5 state=R
      150  kernel . threadSample process=101 thread=101 run=90 ready=5 state=T
      200  101 . exit status=0 how=1`);
    expect(lane(story)).toEqual([
      'running 0–30', 'gil 30–75', 'ready 75–80', 'running 80–140', 'stopped 140–150', 'active 150–200',
    ]);
  });

  test('waits are drawn as they are, and what is between them by the account', () => {
    const story = Story.of(`${start}
      0..40    101 . sleep
      60..100  101 . receive descriptor=3
      100  kernel . threadSample process=101 thread=101 run=20 state=S
      100  101 . exit status=0 how=1`);
    expect(lane(story)).toEqual(['sleep 0–40', 'running 40–60', 'receive 60–100']);
  });

  test('where nobody looked it is only known to be active', () => {
    const story = Story.of(`${start}\n 10..20 101 . sleep\n 40 101 . exit status=0 how=1`);
    expect(lane(story)).toEqual(['active 0–10', 'sleep 10–20', 'active 20–40']);
  });

  test('while it lives, its last account stands, and is open', () => {
    const story = Story.of(`${start}\n 50 kernel . threadSample process=101 thread=101 run=50 state=S`);
    expect(lane(story, { now: 90 })).toEqual(['running 0–50', 'blocked 50–…']);
    expect(lane(Story.of(`${start}\n 50 kernel . threadSample process=101 thread=101 run=50 state=R`), { now: 90 })).toEqual(['running 0–50', 'active 50–…']);
  });

  test('from far away a busy thread costs no more spans than there are pixels, and its shares hold', () => {
    const rows = Array.from({ length: 4000 }, (_, at) => `${String(at + 1)} kernel . threadSample process=101 thread=101 run=${String((at + 1) * 0.5)} state=S waitsFor=gil`);
    const story = Story.of([start, ...rows, '4000 101 . exit status=0 how=1'].join('\n'));
    const spans = lane(story, { to: 4000, width: 100 });
    expect(spans.length).toBeLessThan(220);
    const shown = (state: string): number => spans.filter((span) => span.startsWith(state)).length;
    expect(shown('running')).toBeGreaterThan(15);
    expect(shown('gil')).toBeGreaterThan(15);
  });

  const busy = fc.array(fc.record({ at: fc.nat(500), run: fc.nat(500), ready: fc.nat(100), state: fc.constantFrom('R', 'S', 'T') }), { maxLength: 15 });
  test('whatever is recorded, the lane covers the life without a gap or an overlap', () => {
    fc.assert(
      fc.property(busy, fc.array(fc.tuple(fc.nat(450), fc.nat(50)), { maxLength: 8 }), fc.integer({ min: 1, max: 5000 }), (samples, waits, width) => {
        const story = Story.of([
          start,
          ...waits.map(([begin, length]) => `${String(begin)}..${String(begin + length)} 101 . sleep`),
          ...samples.map(({ at, run, ready, state }) => `${String(at)} kernel . threadSample process=101 thread=101 run=${String(run)} ready=${String(ready)} state=${state}`),
          '500 101 . exit status=0 how=1',
        ].join('\n'));
        const tile = buildTile(story.model, { sequence: 1, fromNs: 0, toNs: ms(500), width, rows: ['t1'] }, ms(500));
        const [vectors, cells] = [vectorsOf(tile), cellsOf(tile)];
        let reached = 0;
        for (const { begin, end } of vectors) {
          expect(begin).toBeGreaterThanOrEqual(reached - 1e-3);
          reached = end;
        }
        expect(reached).toBeLessThanOrEqual(ms(500) + 1e-3);
        const long = vectors.reduce((sum, { begin, end }) => sum + end - begin, 0);
        const thin = cells.reduce((sum, { share, rest }) => sum + ((share + rest) / 255) * tile.binNs, 0);
        expect(Math.abs(ms(500) - long - thin)).toBeLessThanOrEqual(cells.length * tile.binNs + 1);
        expect(vectors.length).toBeLessThanOrEqual(2 * width + 3);
        expect(cells.length).toBeLessThanOrEqual(2 * width + 3);
      }),
      { numRuns: 200 },
    );
  });
});

test('of a process that reports nothing, what nobody looked at is unknown and not active', () => {
  const story = Story.of(`${start}
    10   kernel . processSeen   process=200 parent=101 command="sleep 1"
    40   kernel . threadSample  process=200 thread=200 run=5 state=S
    100  kernel . processGone   process=200 status=0`);
  const thread = story.thread(200);
  const tile = buildTile(story.model, { sequence: 1, fromNs: 0, toNs: ms(200), width: 2000, rows: [thread.id] }, ms(200));
  const states = [...new Uint8Array(tile.spanState)].map((code) => spanStates[code]);
  expect(states).toContain('blocked');
  expect(states).not.toContain('active');
  expect(story.thread(101).process.reported && !thread.process.reported).toBe(true);
});

test('a process that another program took the place of was active until then', () => {
  const story = Story.of(`${start}
    10   101  . exec  command="sleep 1" result=0
    80   kernel . processGone process=101 status=0`);
  expect(lane(story, { to: 100 }).at(-1)).toMatch(/^unknown 10–/);
  expect(lane(story, { to: 100 })[0]).toBe('active 0–10');
});

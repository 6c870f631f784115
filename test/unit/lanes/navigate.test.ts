/** The next event of a lane, how rows stood at a moment, and the whole at a glance: against the spans and lives that the story tells. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { neighbour } from '../../../src/lanes/neighbour';
import { overview } from '../../../src/lanes/overview';
import { eachSpan } from '../../../src/lanes/rowSpans';
import { statesAt } from '../../../src/lanes/statesAt';
import { findThing } from '../../../src/lanes/things';
import { noState, overviewMarks } from '../../../src/protocol/navigate';
import { spanStates } from '../../../src/protocol/states';
import { ms, Story } from '../model/support/story';

const start = '0 101 . image command="python3 main.py"';

interface Span {
  state: string;
  beginNs: number;
  endNs: number | null;
}

/** All spans of a row, at the finest zoom. */
function spans({ model }: Story, row: string): Span[] {
  const found: Span[] = [];
  const thing = findThing(model, row)!;
  eachSpan(model, thing, -Infinity, Infinity, model.latestNs, (begin, end, state, open) => {
    found.push({ state: spanStates[state]!, beginNs: begin - model.originNs, endNs: open ? null : end - model.originNs });
  });
  return found;
}

const nowOf = ({ model }: Story): number => model.latestNs - model.originNs;

function walk(story: Story, row: string, from: number, forward: boolean, sameState = false): Span[] {
  const found: Span[] = [];
  for (let at = from; ; ) {
    const next = neighbour(story.model, { row, atNs: at, forward, sameState }, nowOf(story));
    if (next === null) return found;
    found.push(next);
    at = next.beginNs;
  }
}

/** A thread that waits and works by turns, and that an observer looks at now and then. */
function randomStory(steps: readonly (readonly [pause: number, wait: number, kind: number])[], looks: readonly number[]): Story {
  let at = 0;
  const kinds = ['sleep', 'receive descriptor=3', 'receive descriptor=4'];
  const lines = steps.map(([pause, wait, kind]) => {
    const begin = at + pause;
    at = begin + wait;
    return `${String(begin)}..${String(at)} 101 . ${kinds[kind]!}`;
  });
  const seen = [...new Set(looks)].filter((look) => look < at).sort((a, b) => a - b)
    .map((look) => `${String(look)} kernel . threadSample process=101 thread=101 run=${String(Math.floor(look / 3))} ready=${String(Math.floor(look / 7))} state=${look % 2 === 0 ? 'S' : 'R'}`);
  return Story.of([start, ...lines, ...seen, `${String(at + 1)} 101 . exit status=0 how=1`].join('\n'));
}

describe('the next event of a lane', () => {
  const story = Story.of(`${start}
    10..20   101 . sleep
    30..70   101 . receive descriptor=3
    80..90   101 . sleep
    100      101 . exit status=0 how=1`);

  test('is the span that begins next, whatever it is', () => {
    expect(neighbour(story.model, { row: 't1', atNs: ms(10), forward: true, sameState: false }, ms(100))).toEqual({ state: 'active', beginNs: ms(20), endNs: ms(30) });
    expect(neighbour(story.model, { row: 't1', atNs: ms(15), forward: false, sameState: false }, ms(100))).toEqual({ state: 'sleep', beginNs: ms(10), endNs: ms(20) });
    expect(neighbour(story.model, { row: 't1', atNs: ms(95), forward: true, sameState: false }, ms(100))).toBeNull();
    expect(neighbour(story.model, { row: 't99', atNs: 0, forward: true, sameState: false }, ms(100))).toBeNull();
  });

  test('of the same state passes over the others', () => {
    expect(neighbour(story.model, { row: 't1', atNs: ms(10), forward: true, sameState: true }, ms(100))).toEqual({ state: 'sleep', beginNs: ms(80), endNs: ms(90) });
    expect(neighbour(story.model, { row: 't1', atNs: ms(30), forward: true, sameState: true }, ms(100))).toBeNull();
    expect(neighbour(story.model, { row: 't1', atNs: ms(85), forward: false, sameState: true }, ms(100))?.beginNs).toBe(ms(80));
  });

  test('that is over every span once, in both directions, on lanes of every length', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 40 });
    const looks = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 30 });
    fc.assert(fc.property(steps, looks, (each, look) => {
      const random = randomStory(each, look);
      const all = spans(random, 't1');
      expect(walk(random, 't1', -1, true)).toEqual(all);
      expect(walk(random, 't1', nowOf(random) + ms(1), false)).toEqual([...all].reverse());
      const sleeps = all.filter(({ state }) => state === 'sleep');
      if (sleeps.length > 0) expect(walk(random, 't1', sleeps[0]!.beginNs, true, true)).toEqual(sleeps.slice(1));
    }), { numRuns: 60 });
  });

  test('is found across many windows', () => {
    const lines = Array.from({ length: 1500 }, (_, index) => `${String(10 + index * 2)}..${String(11 + index * 2)} 101 . receive descriptor=3`);
    const long = Story.of([start, '1..2 101 . sleep', ...lines, '4000..4001 101 . sleep', '4010 101 . exit status=0 how=1'].join('\n'));
    expect(neighbour(long.model, { row: 't1', atNs: ms(1), forward: true, sameState: true }, ms(4010))?.beginNs).toBe(ms(4000));
    expect(neighbour(long.model, { row: 't1', atNs: ms(4000), forward: false, sameState: true }, ms(4010))?.beginNs).toBe(ms(1));
  });
});

describe('how rows stood', () => {
  test('is the state of that moment, since when, and nothing before and after', () => {
    const story = Story.of(`${start}
      10..20   101 . sleep
      30..70   101 . receive descriptor=3
      100      101 . exit status=0 how=1`);
    const at = (moment: number): [string, number][] => {
      const { state, since } = statesAt(story.model, { atNs: ms(moment), rows: ['t1', 'p1', 't7'] }, ms(100));
      return [...new Uint8Array(state)].map((code, index) => [code === noState ? 'none' : spanStates[code]!, new Float64Array(since)[index]! / 1e6]);
    };
    expect(at(15)).toEqual([['sleep', 10], ['alive', 0], ['none', 0]]);
    expect(at(20)).toEqual([['active', 20], ['alive', 0], ['none', 0]]);
    expect(at(70)).toEqual([['active', 70], ['alive', 0], ['none', 0]]);
    expect(at(100)).toEqual([['none', 0], ['none', 0], ['none', 0]]);
  });
});

describe('the whole at a glance', () => {
  const story = Story.of(`${start}
    0        101 . listen descriptor=3 backlog=5 address=127.0.0.1:8000
    10..20   101 . accept descriptor=3 result=4 peer=127.0.0.1:50001
    22..30   101 . accept descriptor=3 result=5 peer=127.0.0.1:50002
    50       101 . close descriptor=4
    60..70   101 . accept descriptor=3 result=6 peer=127.0.0.1:50003
    100      101 . exit status=3 how=1`);

  test('counts the most that were open at once, and marks ends', () => {
    const { model } = story;
    const seen = overview(model, { width: 10 }, ms(100));
    expect(seen).toMatchObject({ bins: 10, binNs: ms(10), running: null });
    const naive = Array.from({ length: 10 }, (_, bin) => {
      const edges = [...Array.from({ length: 11 }, (_each, step) => ms(bin * 10 + step) - (step === 10 ? 1 : 0))];
      return Math.max(...edges.map((edge) => model.connections.filter((each) => (each.acceptedNs ?? 0) - model.originNs <= edge && (each.closedNs ?? Infinity) - model.originNs > edge).length));
    });
    expect(model.connections).toHaveLength(3);
    expect([...new Float32Array(seen.connections)]).toEqual(naive);
    expect(Math.max(...naive)).toBe(2);
    const marks = [...new Uint8Array(seen.marks)];
    expect(marks.at(-1)).toBe(overviewMarks.failure);
    expect(marks.slice(0, -1).every((mark) => mark === 0)).toBe(true);
  });

  test('has as many bins as asked for, within reason', () => {
    expect(overview(story.model, { width: 0 }, ms(100)).bins).toBe(1);
    expect(overview(story.model, { width: 1e9 }, ms(100)).bins).toBe(2000);
  });
});

/** Totals of a range, the waits on one object, and where a text occurs: against what the story tells, cut at the range's edges. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { find } from '../../../src/lanes/find';
import { sameObject } from '../../../src/lanes/sameObject';
import { totalsOf } from '../../../src/lanes/totals';
import type { Totals } from '../../../src/protocol/explore';
import { spanStates } from '../../../src/protocol/states';
import { ms, Story } from '../model/support/story';

const start = '0 101 . image command="python3 main.py"';

function lines(totals: Totals): string[] {
  const [row, state, total, spans, longest, at] = [new Uint32Array(totals.row), new Uint8Array(totals.state), new Float64Array(totals.total), new Uint32Array(totals.spans), new Float64Array(totals.longest), new Float64Array(totals.longestAt)];
  return Array.from({ length: totals.count }, (_, index) =>
    `${totals.rows[row[index]!]!} ${spanStates[state[index]!]!} ${String(total[index]! / 1e6)} in ${String(spans[index])}, longest ${String(longest[index]! / 1e6)} at ${String(at[index]! / 1e6)}`);
}

function totals(story: Story, from: number, to: number, rows: string[] | null = ['t1']): string[] {
  return lines(totalsOf(story.model, { fromNs: ms(from), toNs: ms(to), rows, after: null }, story.model.latestNs - story.model.originNs));
}

describe('totals', () => {
  const story = Story.of(`${start}
    10..20   101 . sleep
    30..70   101 . receive descriptor=3
    80..90   101 . sleep
    100      101 . exit status=0 how=1`);

  test('are sums of what is drawn', () => {
    expect(totals(story, 0, 100)).toEqual(['t1 receive 40 in 1, longest 40 at 30', 't1 sleep 20 in 2, longest 10 at 10', 't1 active 40 in 4, longest 10 at 0']);
  });

  test('are cut at the edges, and the longest still says where it began', () => {
    expect(totals(story, 50, 85)).toEqual(['t1 receive 20 in 1, longest 20 at 30', 't1 sleep 5 in 1, longest 5 at 80', 't1 active 10 in 1, longest 10 at 70']);
  });

  test('of every row hold its process too, of none asked for nothing', () => {
    expect(totals(story, 0, 100, null)).toContain('p1 alive 100 in 1, longest 100 at 0');
    expect(totals(story, 0, 100, [])).toEqual([]);
    expect(totals(story, 0, 100, ['t99', 'x'])).toEqual([]);
  });

  test('go on behind the row that an answer ended with', () => {
    const all = totalsOf(story.model, { fromNs: 0, toNs: ms(100), rows: null, after: 't1' }, ms(100));
    expect(all.rows).toEqual(['p1']);
  });

  test('add up to the range, wherever it is cut', () => {
    const waits = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 20 });
    fc.assert(fc.property(waits, fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 100 }), (steps, first, length) => {
      let at = 0;
      const rows = steps.map(([pause, wait]) => {
        const begin = at + pause;
        at = begin + wait;
        return `${String(begin)}..${String(at)} 101 . sleep`;
      });
      const random = Story.of([start, ...rows, `${String(at + 1)} 101 . exit status=0 how=1`].join('\n'));
      const from = Math.min(first, at);
      const to = Math.min(from + length, at + 1);
      const answer = totalsOf(random.model, { fromNs: ms(from), toNs: ms(to), rows: ['t1'], after: null }, ms(at + 1));
      const sum = new Float64Array(answer.total).reduce((one, other) => one + other, 0);
      expect(sum).toBeCloseTo(ms(to - from), 3);
    }));
  });
});

describe('the same object', () => {
  const story = Story.of(`${start}
    1        101 102 threadBegin name=two startedBy=101
    10..20   101 .   lock object=7 how=1 result=1 holder=102
    12..40   101 102 lock object=7 how=1 result=1 holder=101
    50..60   101 102 lock object=8 how=1 result=1 holder=101
    70..90   101 .   lock object=7 how=1 result=1 holder=102
    100      101 .   exit status=0 how=1`);
  const ask = (atMs: number, width = 1000): ReturnType<typeof sameObject> =>
    sameObject(story.model, { row: 't1', atNs: ms(atMs), fromNs: 0, toNs: ms(100), width, rows: ['p1', 't1', 't2'] }, ms(100));

  test('are all waits on it, of all threads, and nothing else', () => {
    const same = ask(15);
    expect([same.object, same.waits, same.threads, same.atLeast]).toEqual(['lock:1', 3, 2, false]);
    expect(same.holder).toMatchObject({ row: 't2' });
    expect(Array.from(new Uint32Array(same.spanRow))).toEqual([1, 1, 2]);
    expect(Array.from(new Float64Array(same.begin), (ns) => ns / 1e6)).toEqual([10, 70, 12]);
    expect(Array.from(new Float64Array(same.end), (ns) => ns / 1e6)).toEqual([20, 90, 40]);
  });

  test('is nothing between waits', () => {
    expect(ask(65)).toMatchObject({ object: null, waits: 0, count: 0 });
  });

  test('are no more intervals than there are pixels', () => {
    const rows = Array.from({ length: 500 }, (_, at) => `${String(at * 2 + 10)}..${String(at * 2 + 11)} 101 . lock object=7 how=1 result=1 holder=102`);
    const busy = Story.of([start, ...rows, '1100 101 . exit status=0 how=1'].join('\n'));
    const same = sameObject(busy.model, { row: 't1', atNs: ms(10.5), fromNs: 0, toNs: ms(1100), width: 50, rows: ['t1'] }, ms(1100));
    expect(same.waits).toBe(500);
    expect(same.count).toBeLessThan(51);
  });
});

describe('finding', () => {
  const story = Story.of(`${start}
    5..9     101 .   sleep site=handler.py:42
    10..20   101 .   lock object=7 how=1 result=1 site=stock.py:7:reserve
    30..40   101 .   sleep site=handler.py:42
    100      101 .   exit status=0 how=1`);
  const at = (text: string): number[] => Array.from(new Float64Array(find(story.model, { text }).at), (ns) => ns / 1e6);

  test('goes by file and line, function and object, whatever the case', () => {
    expect(at('handler.py:42')).toEqual([5, 30]);
    expect(at('HANDLER')).toEqual([5, 30]);
    expect(at('RESERVE')).toEqual([10]);
    expect(at('lock 1')).toEqual([10]);
    expect(at('nowhere')).toEqual([]);
    expect(at('  ')).toEqual([]);
  });
});

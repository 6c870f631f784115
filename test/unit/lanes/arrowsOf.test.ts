/** The selection's own arrows, where the picture has room for a few of all. */
import { describe, expect, test } from 'vitest';
import { arrowsOf, mostOfThem } from '../../../src/lanes/arrowsOf';
import { arrowsBetween, mostArrows } from '../../../src/lanes/tileArrows';
import { forkPerConnection, threadPerConnection } from '../model/support/servers';
import { ms, Story } from '../model/support/story';

const told = (model: Story['model'], rows: string[], fromMs = 0, toMs = 1000, nearMs = 0): string[] =>
  arrowsOf(model, { rows, fromNs: ms(fromMs), toNs: ms(toMs), nearNs: ms(nearMs) }).arrows.map(({ kind, from, to, atNs }) => `${kind} ${from} ${to} ${atNs / 1e6}`);

describe('the arrows of the selection', () => {
  test('are those that begin or end there; a process has its threads\' too', () => {
    const { model } = Story.of(threadPerConnection);
    expect(told(model, ['t2'])).toEqual(['thread t1 t2 21', 'handover t1 t2 21', 'join t2 t1 93']);
    expect(told(model, ['p1'])).toEqual(told(model, ['t1', 't2', 't3']));
    expect(told(model, ['t2'], 90, 95)).toEqual(['join t2 t1 93']);
    expect(told(model, ['l1', 'k1', 'x9'])).toEqual([]);
  });

  test('of a connection are its hand-overs, once', () => {
    const { model } = Story.of(forkPerConnection);
    const [handed = ''] = told(model, ['c1']);
    expect(handed).toMatch(/^handover t1 t2 /);
    expect(told(model, ['c1', 't2']).filter((arrow) => arrow === handed)).toHaveLength(1);
    expect(told(model, ['c1'], 500)).toEqual([]);
  });

  test('are there where those of the picture have none of them, the nearest first', () => {
    const begins = Array.from({ length: 3000 }, (_, at) => `${1 + at / 10} 101 ${1000 + at} threadBegin startedBy=${at % 3 === 0 ? 202 : 101}`);
    const { model } = Story.of(`
      0   101 .    image       command="python3 main.py" parent=1
      0.5 101 202  threadBegin startedBy=101
      0.6 101 203  threadBegin startedBy=101
      ${begins.join('\n')}
      990 101 .    sleep`);
    const picture = arrowsBetween(model.arrows, model.originNs, ['t1', 't2', 't3'], 0, ms(1000));
    expect(picture.arrows).toHaveLength(mostArrows);
    expect(told(model, ['t3'])).toEqual(['thread t1 t3 0.6']);
    const near = arrowsOf(model, { rows: ['t2'], fromNs: 0, toNs: ms(1000), nearNs: ms(100) });
    expect(near.more).toBe(true);
    expect(Math.abs(near.arrows.length - mostOfThem)).toBeLessThanOrEqual(1);
    const times = near.arrows.map(({ atNs }) => atNs / 1e6);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect((times[0]! + times[times.length - 1]!) / 2).toBeCloseTo(100, 0);
  });
});

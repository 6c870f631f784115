/** What the details pane shows: events around the moment in both directions, totals that add up, links, places, and who holds a lock. */
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../src/lanes/inspect';
import { ms, Story } from '../model/support/story';

const { model } = Story.of(`
  0        101 .    image       command="python3 main.py"
  1        101 .    listen      descriptor=3 result=0 backlog=5 local=127.0.0.1:9000
  5..20    101 .    accept      descriptor=3 result=4 sinceEstablished=0 local=127.0.0.1:9000 peer=127.0.0.1:5001 site=main.py:4
  21..30   101 .    receive     descriptor=4 result=5 site=main.py:6
  31..32   101 .    send        descriptor=4 result=5 site=main.py:7
  33..53   101 .    receive     descriptor=4 result=5 site=main.py:6
  60..61   101 .    sleep       site=main.py:9
  70..90   101 .    receive     descriptor=4 result=0 site=main.py:6`);
const at = (row: string, ns: number, around = 2): ReturnType<typeof inspect> => inspect(model, { row, atNs: ms(ns), around }, ms(100));

describe('the events of a thread', () => {
  it('are those around the moment, and it is told how many are before it', () => {
    const { events, before, more } = at('t1', 40);
    expect(events.map(({ state, beginNs, endNs }) => [state, beginNs, endNs])).toEqual([
      ['receive', ms(21), ms(30)], ['send', ms(31), ms(32)], ['receive', ms(33), ms(53)], ['sleep', ms(60), ms(61)],
    ]);
    expect([before, more]).toEqual([2, { before: true, after: true }]);
    expect(events[0]!.on).toMatchObject({ id: 'c1' });
    expect(events[0]!.site).toMatchObject({ file: 'main.py', line: 6 });
  });

  it('end where there are no more', () => {
    expect(at('t1', 0, 50)).toMatchObject({ before: 0, more: { before: false, after: false } });
    expect(at('t1', 99, 50).before).toBe(at('t1', 99, 50).events.length);
  });
});

it('totals hold every wait once', () => {
  const { totals, lifeNs } = at('t1', 40);
  expect(totals).toContainEqual({ state: 'receive', count: 3, totalNs: ms(49), longestNs: ms(20), longestAtNs: ms(33) });
  expect(totals.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  expect(lifeNs).toBe(ms(100));
});

it('a connection leads to its owner, its listener and the line that accepted it', () => {
  const { links, places, totals, lifeNs } = at('c1', 40);
  expect(links.map(({ role, id }) => [role, id])).toEqual([['owner', 't1'], ['listener', 'l1']]);
  expect(places).toMatchObject([{ role: 'accepted', site: { line: 4 } }]);
  expect(totals.find(({ state }) => state === 'receiveWait')).toMatchObject({ count: 3, totalNs: ms(49) });
  expect(totals.reduce((sum, { totalNs }) => sum + totalNs, 0)).toBeLessThanOrEqual(lifeNs);
});

it('a listener lists who came', () => {
  expect(at('l1', 50).events).toMatchObject([{ state: 'queued', on: { id: 'c1' } }]);
});

it('an unknown row has nothing', () => {
  expect(at('t99', 0)).toMatchObject({ totals: [], events: [], links: [] });
});

it('a thread that waits for a lock is held by who has it, at that one\'s line', () => {
  const { model: locked } = Story.of(`
    0        101 .    image       command="python3 main.py"
    2        101 201  threadBegin
    5..      101 .    sleep       site=main.py:3
    10..     101 201  lock        how=1 object=7 holder=101 site=main.py:4`);
  const { details } = inspect(locked, { row: 't2', atNs: ms(20), around: 3 }, ms(30));
  expect(details.cause).toMatchObject({ thread: 't1' });
  expect(details.causeSite).toMatchObject({ file: 'main.py', line: 3 });
});

/** Bands of a tile, and durations without them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describe as detailsOf } from '../../../src/lanes/details';
import { inspect } from '../../../src/lanes/inspect';
import { overview } from '../../../src/lanes/overview';
import { bandsOf, mostBands } from '../../../src/lanes/stopBands';
import { rowOf } from '../../../src/lanes/rows';
import { buildTile } from '../../../src/lanes/tile';
import { totalsOf } from '../../../src/lanes/totals';
import { Stalls, stalledWithin } from '../../../src/model/stalls';
import { overviewMarks } from '../../../src/protocol/navigate';
import { lengthWithout } from '../../../src/protocol/stopped';
import { spanStates } from '../../../src/protocol/states';
import { stoppedHandler } from '../model/support/debugged';
import { ms, Story } from '../model/support/story';

const story = Story.of(stoppedHandler);
const { model } = story;
const now = ms(400);

test('a tile has the bands of its rows, with what the debugger said', () => {
  const { bands } = buildTile(model, { sequence: 1, fromNs: 0, toNs: now, width: 800, rows: ['p1', 't1', 't2', 'c1', 'c2', 'l1'] }, now);
  expect(bands?.map(({ row, fromNs, toNs, light }) => `${row} ${fromNs / 1e6}–${toNs / 1e6}${light ? ' light' : ''}`)).toEqual([
    'p1 100–250', 't1 100–140 light', 't1 140–251', 't2 100–250', 'c1 100–250', 'c2 140–251',
  ]);
  expect(bands?.[3]).toEqual({ row: 't2', fromNs: ms(100), toNs: ms(250), open: false, light: false, stoppedNs: ms(150), stops: 1, asked: 1, thread: 't2', reason: 'breakpoint', at: { file: 'server.py', line: 7 } });
  expect(buildTile(model, { sequence: 1, fromNs: ms(300), toNs: now, width: 800, rows: ['t2'] }, now).bands).toEqual([]);
});

test('what the debugger held for itself is drawn, and counts as no stop', () => {
  const held = Story.of(`
    0        101  .    image         command="node server.js" parent=1
    1        kernel .  debugSession  session=1 process=101 type=pwa-node phase=4
    5..7     101  .    suspended     site=server.js:1
    9..10    101  .    suspended     site=server.js:7
    9.5      kernel .  debugStop     at=9.5 session=1 process=101 debugThread=1 reason=step
    400      101  .    sleep
  `);
  const words = (binNs: number): unknown => bandsOf(held.model, ['t1'], { fromNs: 0, toNs: ms(400) }, binNs, ms(400)).bands?.map(({ reason, at, stops, asked, stoppedNs }) => [reason, at?.line, stops, asked, stoppedNs]);
  expect(words(ms(0.1))).toEqual([['debugger', 1, 1, 0, ms(2)], ['step', 7, 1, 1, ms(1)]]);
  expect(words(ms(4))).toEqual([['step', 7, 2, 1, ms(3)]]);
  const holds = Story.of('0 101 . image command=x parent=1\n 1 kernel . debugSession session=1 process=101 type=pwa-node phase=4\n 5.. 101 . suspended site=a.js:1').model;
  expect(rowOf(holds, holds.threads[0]!, ms(50))).toMatchObject({ paused: { reason: 'debugger' } });
});

test('the overview marks the bins in which something was stopped', () => {
  const marks = [...new Uint8Array(overview(model, { width: 8 }, now).marks)].map((mark) => mark & overviewMarks.stop);
  expect(marks.map((mark) => mark !== 0)).toEqual([false, false, true, true, true, true, false, false]);
});

test('a recording without stops has none, and a tile as before', () => {
  expect('bands' in buildTile(Story.of('0 101 . image command=x parent=1').model, { sequence: 1, fromNs: 0, toNs: 10, width: 8, rows: ['t1'] }, 10)).toBe(false);
});

describe('without stopped time', () => {
  const withoutStops = true;

  test('a moment says which stop lies over it, and how much of its span that took', () => {
    const details = detailsOf(model, { row: 'c1', atNs: ms(150), withoutStops }, now);
    expect(details.stop).toMatchObject({ reason: 'breakpoint', fromNs: ms(100), toNs: ms(250), thread: 't2', threadLabel: 'Thread-5 (handle)', own: false, light: false });
    expect(details.span).toMatchObject({ state: 'working', beginNs: ms(90), endNs: ms(254) });
    expect(lengthWithout(ms(90), ms(254), now, details.stopped)).toBe(ms(14));
    // Elsewhere in the span it still says what that was longer for; in another one it does not.
    expect(detailsOf(model, { row: 'c1', atNs: ms(95) }, now).stop?.fromNs).toBe(ms(100));
    expect(detailsOf(model, { row: 'c1', atNs: ms(50), withoutStops }, now).stop).toBeUndefined();
    expect(detailsOf(model, { row: 'c1', atNs: ms(150) }, now).stopped).toBeUndefined();
  });

  test('totals, life and events are shorter by the stop', () => {
    const sum = (flag: boolean): number => {
      const totals = totalsOf(model, { fromNs: 0, toNs: now, rows: ['c1'], after: null, withoutStops: flag }, now);
      const states = new Uint8Array(totals.state);
      return new Float64Array(totals.total)[states.indexOf(spanStates.indexOf('working'))]!;
    };
    expect(sum(false) - sum(true)).toBe(ms(150));
    const [plain, without] = [false, true].map((flag) => inspect(model, { row: 'c1', atNs: ms(150), around: 10, withoutStops: flag }, now));
    expect(plain!.lifeNs - without!.lifeNs).toBe(ms(150));
    expect(plain!.totals.find(({ state }) => state === 'working')!.totalNs - without!.totals.find(({ state }) => state === 'working')!.totalNs).toBe(ms(150));
    expect(without!.events.reduce((all, { stopped }) => all + (stopped?.ns ?? 0), 0)).toBe(ms(150));
  });

  test('what lasts does not grow while it is stopped', () => {
    const open = Story.of('0 101 . image command=x parent=1\n 10.. 101 . suspended site=a.py:3').model;
    const { span, stopped } = detailsOf(open, { row: 't1', atNs: ms(5), withoutStops }, ms(50));
    expect([ms(50), ms(99)].map((at) => lengthWithout(span!.beginNs, span!.endNs, at, stopped))).toEqual([ms(10), ms(10)]);
    expect(rowOf(open, open.threads[0]!, ms(50))).toMatchObject({ paused: { reason: null, sinceNs: ms(10), site: { file: 'a.py', line: 3 } } });
  });
});

test('whatever was stopped, a tile\'s bands are bounded, in order, and sum up to what was stopped', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 60 })), { maxLength: 1500, size: 'max' }), fc.integer({ min: 1, max: 4000 }), (lengths, width) => {
    let at = 10;
    const lines = lengths.map(([pause, long]) => {
      const from = (at += pause / 10);
      at += long / 10;
      return `${from.toFixed(3)}..${at.toFixed(3)} 101 . suspended site=a.py:1`;
    });
    const many = Story.of(`0 101 . image command=x parent=1\n ${lines.join('\n')}\n ${(at + 5).toFixed(3)} 101 . sleep`).model;
    const nowNs = many.latestNs - many.originNs;
    const { bands = [] } = bandsOf(many, ['p1', 't1'], { fromNs: 0, toNs: nowNs }, nowNs / width, nowNs);
    expect(bands.length).toBeLessThanOrEqual(mostBands);
    const truth = new Stalls(many, many.latestNs).bands(many.threads[0]!);
    const own = bands.filter(({ row }) => row === 't1');
    own.forEach((band, index) => expect(band.fromNs).toBeGreaterThanOrEqual(own[index - 1]?.toNs ?? -Infinity));
    expect(own.reduce((sum, { stoppedNs }) => sum + stoppedNs, 0)).toBeCloseTo(stalledWithin(truth, 0, Infinity), -1);
    // Each moment that was stopped lies in a band.
    for (const { fromNs, toNs } of truth) {
      const middle = (fromNs + toNs) / 2 - many.originNs;
      expect(own.some((band) => band.fromNs <= middle && middle <= band.toNs)).toBe(true);
    }
  }), { numRuns: 5 });
});

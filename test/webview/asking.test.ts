/** Which tiles the timeline asks for while somebody moves: as few as will do, and what is in sight at last. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Asking, type Sight } from '../../webview/timeline/asking';
import { rowHeight } from '../../webview/timeline/metrics';
import type { TileWish } from '../../webview/tileFlow';

const extentNs = 100e9;
const lanes = Array.from({ length: 100 }, (_, at) => ({ row: { id: `t${String(at + 1)}` }, fold: null }));

/** A window of ten seconds and ten lanes. */
function sightAt({ fromNs = 40e9, spanNs = 10e9, lane = 30, atRest = true } = {}): Sight {
  const scene = { width: 600, height: 10 * rowHeight, density: 1, scrollTop: lane * rowHeight, view: { fromNs, toNs: fromNs + spanNs }, nowNs: extentNs, lanes };
  return { scene: scene as unknown as Sight['scene'], pinned: [], tile: { nowNs: extentNs, sequence: 1 } as Sight['tile'], replayed: false, followsPresent: false, atRest, torn: false, frameMs: 5, arrows: false };
}

let sent: TileWish[] = [];
let sight = sightAt();
let asking: Asking;
const move = (to: Sight): void => {
  sight = to;
  asking.wish(sight);
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { visibilityState: 'visible' });
  sent = [];
  asking = new Asking((wish) => sent.push(wish), () => sight);
  move(sightAt());
});

afterEach(() => {
  asking.dispose();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('more than is in sight is asked for, once', () => {
  asking.wish(sight);
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([{ fromNs: 35e9, toNs: 55e9, width: 1200, rows: lanes.slice(14, 56).map(({ row }) => row.id) }]);
});

test('all arrows are asked for while they are shown, at once', () => {
  vi.advanceTimersByTime(1000);
  move({ ...sight, arrows: true });
  expect(sent).toHaveLength(2);
  expect(sent.at(-1)).toEqual({ ...sent[0], arrows: true });
  vi.advanceTimersByTime(1000);
  move({ ...sight, arrows: false });
  expect(sent.at(-1)).toEqual(sent[0]);
});

test('who moves within it asks four times a second, and at last for what is in sight', () => {
  for (let step = 1; step <= 30; step++) {
    move(sightAt({ fromNs: 40e9 + step * 0.1e9, lane: 30 + Math.floor(step / 10) }));
    vi.advanceTimersByTime(16);
  }
  expect(sent).toHaveLength(2);
  vi.advanceTimersByTime(250);
  expect(sent).toHaveLength(3);
  expect(sent.at(-1)).toMatchObject({ fromNs: 38e9, toNs: 58e9 });
  expect(sent.at(-1)!.rows[0]).toBe('t18');
  vi.advanceTimersByTime(1000);
  expect(sent).toHaveLength(3);
});

test.each([
  ['near the edge of what was asked for', { fromNs: 44e9 }],
  ['near its last lanes', { lane: 45 }],
  ['to other bins', { fromNs: 44e9, spanNs: 2e9 }],
  ['to more than was asked for', { fromNs: 20e9, spanNs: 50e9 }],
])('who moves %s asks as soon as may be', (_, to) => {
  move(sightAt(to));
  vi.advanceTimersByTime(30);
  expect(sent).toHaveLength(2);
});

test('at the ends of a recording nothing is missing', () => {
  move(sightAt({ fromNs: 0, spanNs: extentNs, lane: 0 }));
  vi.advanceTimersByTime(30);
  expect(sent).toHaveLength(2);
  move(sightAt({ fromNs: -10e9, spanNs: extentNs, lane: 0 }));
  vi.advanceTimersByTime(60);
  expect(sent).toHaveLength(2);
});

test('while a recording is still read every move asks, for less', () => {
  asking.forget();
  move(sightAt({ atRest: false }));
  vi.advanceTimersByTime(30);
  expect(sent.at(-1)).toMatchObject({ fromNs: 37.5e9, toNs: 52.5e9, width: 900 });
  move(sightAt({ atRest: false, fromNs: 40.1e9 }));
  vi.advanceTimersByTime(30);
  expect(sent.at(-1)).toMatchObject({ fromNs: 37.6e9, toNs: 52.6e9 });
});

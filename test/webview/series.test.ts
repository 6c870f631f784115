/** Lanes of numbers on a canvas that writes down what is drawn. */
import { describe, expect, it } from 'vitest';
import type { NumberRow } from '../../webview/panelRows';
import { readTile } from '../../webview/timeline/columns';
import { entryAt, paintSeries, seriesOfTile } from '../../webview/timeline/series';
import { lane, recordingSurface, testScene, testTile } from './support/recording';

const row = (id: string, more: Partial<NumberRow> = {}): NumberRow => ({
  id, kind: 'number', name: 'connections', listener: null, backlog: null, parent: null, label: '', startNs: 0, endNs: null, state: 'alive', stateSinceNs: 0, site: null, ...more,
});

/** `at low high` of rows in order. */
function tile(rows: Record<string, readonly (readonly [at: number, low: number, high: number])[]>): ReturnType<typeof testTile> {
  const entries = Object.values(rows).flatMap((list, index) => list.map((entry) => [index, ...entry] as const));
  return {
    ...testTile(Object.fromEntries(Object.keys(rows).map((id) => [id, []]))),
    seriesRow: Uint16Array.from(entries, ([index]) => index).buffer, seriesAt: Float64Array.from(entries, ([, at]) => at).buffer,
    seriesLow: Float64Array.from(entries, ([, , low]) => low).buffer, seriesHigh: Float64Array.from(entries, ([, , , high]) => high).buffer,
  };
}

/** The rectangles of areas: x, y, width, height. */
function areas(made: ReturnType<typeof tile>, shown: NumberRow[]): string[] {
  const { surface, calls } = recordingSurface();
  const scene = testScene({ lanes: shown.map(lane), columns: readTile(made) });
  const fill = scene.palette.fill(shown[0]!.name === 'queue' ? 'queued' : 'receive', 0);
  paintSeries(surface, scene, (_, value) => String(value));
  return calls.filter((call) => call.startsWith('fillRect') && (call.endsWith(fill.base) || call.endsWith(fill.stroke))).map((call) => `${/\((.*)\)/.exec(call.slice(0, call.indexOf(') ') + 1))![1]!}${call.endsWith(fill.stroke) ? ' peak' : ''}`);
}

const texts = (made: ReturnType<typeof tile>, shown: NumberRow): string[] => {
  const { surface, calls } = recordingSurface();
  paintSeries(surface, testScene({ lanes: [lane(shown)], columns: readTile(made) }), (_, value) => String(value));
  return calls.filter((call) => call.startsWith('fillText')).map((call) => /\((.*?),/.exec(call)![1]!);
};

describe('a lane of numbers', () => {
  it('is an area as high as the number, each entry until the next, to the present', () => {
    // 18 pixels for the most of what is in sight; the lane ends at 21.
    expect(areas(tile({ 'n:connections': [[0, 1, 1], [200, 2, 2], [500, 0, 0], [800, 1, 1]] }), [row('n:connections')])).toEqual(['0, 12, 20, 9', '20, 3, 30, 18', '80, 12, 20, 9']);
  });

  it('keeps a peak that is shorter than a pixel, above what the number was at least', () => {
    expect(areas(tile({ 'n:connections': [[0, 1, 1], [300, 1, 6], [301, 1, 1]] }), [row('n:connections')])).toEqual(['0, 18, 30, 3', '30, 3, 1, 15 peak', '30, 18, 1, 3', '30.1, 18, 69.9, 3']);
  });

  it('says what stands at its right edge, and the most where that is more', () => {
    expect(texts(tile({ 'n:threads': [[0, 7, 7], [500, 3, 3]] }), row('n:threads'))).toEqual(['3', '≤ 7']);
    expect(texts(tile({ 'n:threads': [[0, 3, 3]] }), row('n:threads'))).toEqual(['3']);
    expect(texts(tile({ 'n:threads': [[0, NaN, NaN]] }), row('n:threads'))).toEqual([]);
  });

  it('of a queue has its limit as a line once it comes near, and begins and ends with the listener', () => {
    const dashes = (most: number): number => {
      const { surface, calls } = recordingSurface();
      paintSeries(surface, testScene({ lanes: [lane(row('q1', { name: 'queue', listener: 'l1', backlog: 10 }))], columns: readTile(tile({ q1: [[0, most, most]] })) }), String);
      return calls.filter((call) => call.startsWith('setLineDash(4')).length;
    };
    expect([dashes(4), dashes(5), dashes(12)]).toEqual([0, 1, 1]);
    expect(areas(tile({ q1: [[0, 1, 1]] }), [row('q1', { name: 'queue', listener: 'l1', startNs: 100, endNs: 600 })])).toEqual(['10, 3, 50, 18']);
  });

  it('finds the entry that holds at a moment', () => {
    const series = seriesOfTile(tile({ q1: [[10, 1, 1], [20, 2, 2]] })).get('q1')!;
    expect([5, 10, 19, 20, 99].map((ns) => entryAt(series, ns))).toEqual([-1, 0, 0, 1, 1]);
  });
});

import { describe, expect, it } from 'vitest';
import type { SpanState } from '../../src/protocol/states';
import { paintArrows, paintMore, placeArrows, placeSelected } from '../../webview/timeline/arrows';
import { hitTest } from '../../webview/timeline/hit';
import { Boxes } from '../../webview/timeline/boxes';
import { LaneImage, stripHeight } from '../../webview/timeline/laneImage';
import { collectSpans, lanesInSight, paintBackground, paintNow, paintSpans, type Scene } from '../../webview/timeline/painter';
import { stateOfCode } from '../../webview/timeline/palette';
import { textureOf } from '../../webview/timeline/texture';
import { lane, recordingSurface, testColumns, testPalette, testScene, threadRow } from './support/recording';

interface Box {
  state: SpanState;
  x: number;
  y: number;
  width: number;
}

function spanBoxes(scene: Scene): Box[] {
  const boxes = new Boxes();
  collectSpans(scene, boxes);
  return Array.from({ length: boxes.count }, (_, at) => ({ state: stateOfCode(scene.columns!.state[boxes.span[at]!]!), x: boxes.x[at]!, y: boxes.y[at]!, width: boxes.width[at]! }));
}

const lanes = [lane(threadRow('t1')), lane(threadRow('t2')), lane(threadRow('t3'))];

describe('spans', () => {
  it('stand at their time, in their lane, at device pixels', () => {
    const columns = testColumns({ t1: [{ state: 'accept', begin: 0, end: 400 }, { state: 'active', begin: 400, end: 1000 }], t2: [{ state: 'receive', begin: 505, end: 700 }] });
    const boxes = spanBoxes(testScene({ lanes, columns })).map(({ state, x, y, width }) => [state, x, y, width]);
    // A hairline between neighbours; lanes are 22 high and bars 16.
    expect(boxes).toEqual([['accept', 0, 2, 39], ['active', 40, 2, 59], ['receive', 51, 24, 18]]);
    const dense = spanBoxes(testScene({ lanes, columns, density: 2 })).map(({ x, width }) => [x, width]);
    expect(dense).toEqual([[0, 39.5], [40, 59.5], [50.5, 19]]);
  });

  it('of no width are still a pixel', () => {
    const boxes = spanBoxes(testScene({ lanes, columns: testColumns({ t1: [{ state: 'active', begin: 500, end: 500 }] }) }));
    expect(boxes.map(({ x, width }) => [x, width])).toEqual([[50, 1]]);
  });

  it('that are open reach to the present, past what the tile knew', () => {
    const columns = testColumns({ t1: [{ state: 'receive', begin: 100, end: 500, open: true }] }, [], 500);
    expect(spanBoxes(testScene({ lanes, columns, nowNs: 800 }))[0]!.width).toBe(69);
  });

  it('far outside are cut to the edge, not left to the canvas', () => {
    const columns = testColumns({ t1: [{ state: 'receive', begin: 0, end: 1e15 }] });
    const [box] = spanBoxes(testScene({ lanes, columns, view: { fromNs: 5e14, toNs: 5e14 + 1000 } }));
    expect(box).toMatchObject({ x: -4, width: 107 });
  });

  it('are drawn fill by fill, then their names', () => {
    const { surface, calls } = recordingSurface();
    const columns = testColumns({
      t1: [{ state: 'active', begin: 0, end: 300 }, { state: 'accept', begin: 300, end: 600 }, { state: 'active', begin: 600, end: 1000 }],
    });
    paintSpans(surface, testScene({ lanes, columns }));
    const { fill } = testPalette();
    const [active, accept] = [fill('active', 0), fill('accept', 0)];
    expect(calls).toEqual([
      `fillRect(0, 2, 29, 16) ${active.base}`,
      `fillRect(60, 2, 39, 16) ${active.base}`,
      `fillRect(30, 2, 29, 16) ${accept.base}`,
    ]);
  });

  it('carry a name where it has room, on a plate where there is a pattern', () => {
    const { surface, calls } = recordingSurface();
    const columns = testColumns({ t1: [{ state: 'active', begin: 0, end: 600 }, { state: 'accept', begin: 600, end: 1000 }], t2: [{ state: 'accept', begin: 0, end: 800 }] });
    paintSpans(surface, testScene({ lanes, columns, pattern: (look) => (look.pattern === 'none' ? null : look.pattern) }));
    const { fill } = testPalette();
    expect(calls.filter((call) => call.startsWith('fillText'))).toEqual([`fillText(active, 5, 10.5) ${fill('active', 0).ink}`, `fillText(accept, 5, 32.5) ${fill('accept', 0).ink}`]);
    expect(calls.filter((call) => call.endsWith(' dots'))).toHaveLength(2);
    expect(calls).toContain(`fillRect(2, 25, 42, 14) ${fill('accept', 0).base}`);
  });

  it('have an outline in high contrast', () => {
    const { surface, calls } = recordingSurface();
    paintSpans(surface, testScene({ lanes, columns: testColumns({ t1: [{ state: 'active', begin: 0, end: 500 }] }), palette: testPalette(true) }));
    expect(calls.some((call) => call.startsWith('strokeRect(0.5, 2.5, 48, 15)'))).toBe(true);
  });

  it('that is selected is framed', () => {
    const { surface, calls } = recordingSurface();
    const columns = testColumns({ t1: [{ state: 'active', begin: 0, end: 300 }, { state: 'send', begin: 300, end: 900 }] });
    paintSpans(surface, testScene({ lanes, columns, selectedRow: 't1', selectedSpanNs: 300 }));
    expect(calls.filter((call) => call.startsWith('strokeRect'))).toEqual([`strokeRect(29, 1, 61, 18) ${testPalette().focus}`]);
  });

  it('of a connection have the hue of the thread that owns it', () => {
    const { fill, owner } = testPalette();
    expect(fill('working', 1).base).not.toBe(fill('working', 2).base);
    expect(fill('queued', 1)).toBe(fill('queued', 2));
    expect(owner(1)).toBe(owner(8));
    // No owner's hue is a state's.
    for (const state of ['active', 'receive', 'lock', 'join'] as const) expect(fill(state, 0).base).not.toBe(fill('working', 1).base);
  });
});

describe('cells', () => {
  /** The colour of a strip's pixel, as the fill that it is of. */
  function drawn(image: LaneImage, strip: number, x: number, y: number): string {
    const pixel = image.at(strip, x, y);
    if (pixel === 0) return '-';
    const { fill } = testPalette();
    const states = ['receive', 'send', 'lock', 'mixed', 'working', 'idle', 'active'] as const;
    return states.find((state) => [0, 1, 2].some((owner) => textureOf(fill(state, owner)).includes(pixel))) ?? '?';
  }
  const column = (image: LaneImage, strip: number, x: number): string => Array.from({ length: stripHeight }, (_, y) => drawn(image, strip, x, y)).join(' ').replace(/(\S+)( \1)+/g, (same, state: string) => `${state}×${(same.match(/ /g) ?? []).length + 1}`);
  const collected = (more: Partial<Scene>): LaneImage => {
    const image = new LaneImage(() => null);
    collectSpans(testScene({ lanes, image, ...more }), new Boxes());
    return image;
  };

  it('are as high as their share of the bin, with the other states above', () => {
    const columns = testColumns({ t1: [] }, [], 1000, [
      { row: 0, bin: 10, state: 'receive', share: 128 }, { row: 0, bin: 11, state: 'receive', share: 128, rest: 127, spans: 4 }, { row: 0, bin: 12, state: 'lock', share: 1 }, { row: 0, bin: 20, state: 'idle', share: 255 },
    ]);
    const image = collected({ columns });
    expect(image.strips).toBe(1);
    expect([9, 10, 11, 12, 13].map((x) => column(image, 0, x))).toEqual(['-×16', '-×8 receive×8', 'mixed×8 receive×8', '-×13 lock×3', '-×16']);
    expect(column(image, 0, 20)).toBe('-×6 idle×3 -×7');
  });

  it('of an old tile stand at their times: wider from nearer, the fullest of a pixel from further away', () => {
    const columns = testColumns({ t1: [] }, [], 1000, [{ row: 0, bin: 10, state: 'receive', share: 64 }, { row: 0, bin: 11, state: 'lock', share: 255 }, { row: 0, bin: 90, state: 'receive', share: 1 }]);
    const near = collected({ columns, view: { fromNs: 50, toNs: 250 } });
    expect([24, 25, 29, 30, 34, 35].map((x) => drawn(near, 0, x, 15))).toEqual(['-', 'receive', 'receive', 'lock', 'lock', '-']);
    const far = collected({ columns, view: { fromNs: 0, toNs: 10_000 } });
    expect([0, 1, 2, 9].map((x) => drawn(far, 0, x, 15))).toEqual(['-', 'lock', '-', 'receive']);
  });

  it('and narrow spans are one picture, laid over the lanes strip by strip', () => {
    const columns = testColumns({ t1: [{ state: 'active', begin: 100, end: 130 }, { state: 'send', begin: 300, end: 900 }], t3: [] }, [], 1000, [{ row: 1, bin: 5, state: 'receive', share: 255, owner: 2 }]);
    const { surface, calls } = recordingSurface();
    const image = new LaneImage((_, width, height) => `picture of ${width} × ${height}` as unknown as CanvasImageSource);
    paintSpans(surface, testScene({ lanes, columns, image, height: 66, label: () => [] }));
    expect(calls.filter((call) => call.startsWith('drawImage'))).toEqual([
      'drawImage(picture of 100 × 32, 0, 0, 100, 16, 0, 2, 100, 16)', 'drawImage(picture of 100 × 32, 0, 16, 100, 16, 0, 46, 100, 16)',
    ]);
    expect(calls.filter((call) => call.startsWith('fillRect'))).toHaveLength(1);
    expect([9, 10, 12, 13].map((x) => drawn(image, 0, x, 8))).toEqual(['-', 'active', 'active', '-']);
  });

  it('keep the pattern of their state', () => {
    const columns = testColumns({ t1: [] }, [], 1000, Array.from({ length: 20 }, (_, at) => ({ row: 0, bin: 10 + at, state: 'send' as const, share: 255 })));
    const image = collected({ columns });
    const pixels = new Set(Array.from({ length: 20 * stripHeight }, (_, at) => image.at(0, 10 + (at % 20), Math.floor(at / 20))));
    expect(pixels.size).toBe(2);
  });

  it('that are selected are framed', () => {
    const columns = testColumns({ t1: [] }, [], 1000, [{ row: 0, bin: 10, state: 'receive', share: 64 }]);
    const { surface, calls } = recordingSurface();
    paintSpans(surface, testScene({ lanes, columns, selectedRow: 't1', selectedSpanNs: 104 }));
    expect(calls.filter((call) => call.startsWith('strokeRect'))).toEqual([`strokeRect(9, 1, 3, 18) ${testPalette().focus}`]);
  });
});

describe('lanes', () => {
  it('out of sight are not touched', () => {
    expect(lanesInSight({ scrollTop: 23, height: 20, lanes })).toEqual([1, 2]);
    const { surface, calls } = recordingSurface();
    paintBackground(surface, testScene({ lanes, height: 22, scrollTop: 22, selectedRow: 't2', hoverRow: 't1' }));
    expect(calls.filter((call) => call.endsWith(testPalette().selectedRow))).toEqual([`fillRect(0, 0, 100, 22) ${testPalette().selectedRow}`]);
    expect(calls.some((call) => call.endsWith(testPalette().hoverRow))).toBe(false);
  });

  it('mark the present', () => {
    const { surface, calls } = recordingSurface();
    paintNow(surface, testScene({ nowNs: 900, running: true }));
    paintNow(surface, testScene({ nowNs: 5000, running: true }));
    expect(calls).toEqual([`fillRect(90, 0, 1, 44) ${testPalette().now}`]);
  });
});

describe('arrows', () => {
  const place = (id: string): number | undefined => ({ t1: 0, t2: 1, t3: 2, hidden: 1 })[id];
  const fork = (from: string, to: string, atNs: number): { kind: 'fork'; from: string; to: string; atNs: number } => ({ kind: 'fork', from, to, atNs });

  it('go from lane to lane at their moment; to a collapsed row they end at what hides it', () => {
    const placed = placeArrows([fork('t1', 't2', 500), fork('t2', 't1', 100), fork('t1', 'hidden', 300), fork('t2', 'hidden', 300), fork('t1', 'nowhere', 1)], testScene({ lanes }), place);
    expect(placed.map(({ x, fromY, toY }) => [x, fromY, toY])).toEqual([[50, 10.5, 25.5], [10, 32.5, 17.5], [30, 10.5, 25.5]]);
  });

  it('are all drawn when few, and only the selection\'s when many', () => {
    // At one moment a few are drawn, more only where they are the selection's.
    const atOnce = Array.from({ length: 8 }, () => fork('t1', 't2', 500));
    expect(placeArrows(atOnce.slice(0, 6), testScene({ lanes }), place)).toHaveLength(6);
    expect(placeArrows(atOnce, testScene({ lanes }), place)).toHaveLength(0);
    expect(placeArrows(atOnce, testScene({ lanes, selectedRow: 't2' }), place)).toHaveLength(8);
    const many = Array.from({ length: 40 }, (_, at) => fork('t1', at === 7 ? 't3' : 't2', at * 10));
    expect(placeArrows(many.slice(0, 30), testScene({ lanes }), place)).toHaveLength(30);
    expect(placeArrows(many, testScene({ lanes }), place)).toHaveLength(0);
    const selected = placeArrows(many, testScene({ lanes, selectedRow: 't3' }), place);
    expect(selected.map(({ x, strong }) => [Math.round(x), strong])).toEqual([[7, true]]);
  });

  it('of the selection are all strong, and of many at one place a few', () => {
    expect(placeSelected([fork('t1', 't2', 500), fork('t2', 't3', 100)], testScene({ lanes }), place).map(({ x, strong }) => [x, strong])).toEqual([[50, true], [10, true]]);
    expect(placeSelected(Array.from({ length: 8 }, () => fork('t1', 't2', 500)), testScene({ lanes }), place)).toHaveLength(1);
    const many = Array.from({ length: 40 }, (_, at) => fork('t1', at === 7 ? 't3' : 't2', at * 10));
    expect(placeSelected(many, testScene({ lanes, width: 1000 }), place)).toHaveLength(40);
  });

  it('of the selection that lead out of sight are stubs where they are many: they would fence in every lane between', () => {
    const far = (id: string): number => (id === 'far' ? 900 : 0);
    const leading = (count: number, from: string, to: string): readonly (string | undefined)[] =>
      placeSelected(Array.from({ length: count }, (_, at) => fork(from, to, at * 50)), testScene({ lanes }), far).map(({ cut, fromY, toY }) => (cut === undefined ? undefined : `${cut} ${fromY}→${toY}`));
    expect(leading(3, 't1', 'far')).toEqual([undefined, undefined, undefined]);
    expect(new Set(leading(12, 't1', 'far'))).toEqual(new Set(['to 10.5→26.5']));
    expect(new Set(leading(12, 'far', 't1'))).toEqual(new Set(['from 33.5→17.5']));
  });

  it('have a tail, a bow and a head', () => {
    const { surface, calls } = recordingSurface();
    paintArrows(surface, testScene({ lanes }), placeArrows([fork('t1', 't2', 500)], testScene({ lanes }), place));
    expect(calls.map((call) => call.replace(/\(.*/, ''))).toEqual([
      'setLineDash', 'beginPath', 'moveTo', 'bezierCurveTo', 'stroke', 'setLineDash', 'beginPath', 'arc', 'fill', 'beginPath', 'moveTo', 'lineTo', 'lineTo', 'closePath', 'fill', 'setLineDash',
    ]);
  });

  it('say in the corner how many more there are', () => {
    const { surface, calls } = recordingSurface();
    paintMore(surface, testScene({ lanes }), '7 more');
    expect(calls.at(-1)).toMatch(/^fillText\(7 more/);
  });
});

describe('what is under the pointer', () => {
  const columns = testColumns({ t1: [{ state: 'active', begin: 0, end: 300 }, { state: 'send', begin: 300, end: 900 }], t2: [{ state: 'lock', begin: 500, end: 501 }] });
  const scene = { lanes, view: { fromNs: 0, toNs: 1000 }, width: 100, scrollTop: 0, columns, nowNs: 1000 };

  it('is the span of that lane and moment', () => {
    expect(hitTest(scene, 10, 5)).toMatchObject({ at: 0, ns: 100, span: { state: 'active' } });
    expect(hitTest(scene, 30, 5)).toMatchObject({ span: { state: 'send' } });
    expect(hitTest({ ...scene, scrollTop: 22 }, 50, 5)).toMatchObject({ shown: { row: { id: 't2' } }, span: { state: 'lock' } });
  });

  it('is a thin span that is missed by little', () => {
    expect(hitTest(scene, 52, 30)).toMatchObject({ span: { state: 'lock' } });
    expect(hitTest(scene, 48, 30)).toMatchObject({ span: { state: 'lock' } });
    expect(hitTest(scene, 60, 30)).toMatchObject({ shown: { row: { id: 't2' } }, span: null });
  });

  it('is a cell, with what is known of its spans', () => {
    const thin = testColumns({ t1: [{ state: 'send', begin: 300, end: 900 }] }, [], 1000, [{ row: 0, bin: 10, state: 'receive', share: 51, rest: 102, spans: 300, owner: 7 }]);
    const cell = { state: 'receive', owner: 7, beginNs: 100, endNs: 110, cell: { spans: 300, share: 0.2, rest: 0.4 } };
    expect(hitTest({ ...scene, columns: thin }, 10.5, 5)?.span).toMatchObject(cell);
    expect(hitTest({ ...scene, columns: thin }, 13, 5)?.span).toMatchObject(cell);
    expect(hitTest({ ...scene, columns: thin }, 20, 5)?.span).toBeNull();
    expect(hitTest({ ...scene, columns: thin }, 31, 5)?.span).toMatchObject({ state: 'send', cell: null });
  });

  it('is nothing below the last lane', () => {
    expect(hitTest(scene, 10, 80)).toBeNull();
    expect(hitTest(scene, 10, 60)).toMatchObject({ span: null });
  });
});

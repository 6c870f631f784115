/** Long spans stand alone, thin ones in the cell of the bin that they begin in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binsOf } from '../../../src/lanes/bins';
import { TileBuilder } from '../../../src/lanes/tileBuilder';
import { stateCode } from '../../../src/protocol/states';
import { cellsOf, expected, vectorsOf, type Cell, type RawSpan, type Vector } from './support/tiles';

const { receive, active, sleep } = stateCode;

function build(spans: readonly RawSpan[], fromNs: number, toNs: number, width: number, originNs = 0): { vectors: Vector[]; cells: Cell[] } {
  const bins = binsOf(fromNs, toNs, width);
  const builder = new TileBuilder(bins, originNs);
  builder.startRow(0);
  for (const { begin, end, state, owner, open } of spans) builder.add(begin + originNs, end + originNs, state, owner, open === true);
  const tile = { binNs: bins.binNs, firstBin: bins.first, ...builder.finish() };
  return { vectors: vectorsOf(tile), cells: cellsOf(tile) };
}

describe('the bins', () => {
  it('are powers of two, about a pixel wide, and cover the range', () => {
    fc.assert(fc.property(fc.integer({ min: -1e12, max: 1e15 }), fc.integer({ min: 1, max: 1e15 }), fc.integer({ min: 1, max: 8000 }), (fromNs, length, width) => {
      const toNs = fromNs + length;
      const { binNs, first, count } = binsOf(fromNs, toNs, width);
      expect(Number.isInteger(Math.log2(binNs))).toBe(true);
      expect(first * binNs).toBeLessThanOrEqual(fromNs);
      expect((first + count) * binNs).toBeGreaterThan(toNs);
      if (binNs > 1) {
        expect((binNs * width) / (toNs - fromNs)).toBeGreaterThan(0.7);
        expect((binNs * width) / (toNs - fromNs)).toBeLessThan(1.42);
      }
    }));
  });

  it('are never more than sixteen bits can count', () => {
    expect(binsOf(0, 1e12, 1e6).count).toBeLessThan(65_536);
  });
});

describe('the tile builder', () => {
  it('keeps long spans and open ones as they are', () => {
    const { vectors, cells } = build([
      { begin: -50, end: 200, state: receive, owner: 7 },
      { begin: 200, end: 2000, state: sleep, owner: 7 },
      { begin: 2000, end: 2001, state: active, owner: 7, open: true },
    ], 0, 3000, 30);
    expect(vectors).toEqual([
      { row: 0, begin: -50, end: 200, state: receive, owner: 7, open: false },
      { row: 0, begin: 200, end: 2000, state: sleep, owner: 7, open: false },
      { row: 0, begin: 2000, end: 2001, state: active, owner: 7, open: true },
    ]);
    expect(cells).toEqual([]);
  });

  it('counts thin ones under the state that took the longest, with its share of the bin', () => {
    const { vectors, cells } = build([
      { begin: 128, end: 160, state: receive, owner: 1 },
      { begin: 160, end: 224, state: sleep, owner: 2 },
      { begin: 224, end: 225, state: receive, owner: 3 },
      { begin: 300, end: 300, state: active, owner: 4 },
    ], 0, 1280, 10);
    expect(vectors).toEqual([]);
    expect(cells).toEqual([
      { row: 0, bin: 1, state: sleep, owner: 2, share: 128, rest: 66, spans: 3 },
      { row: 0, bin: 2, state: active, owner: 4, share: 2, rest: 0, spans: 1 },
    ]);
  });

  it('says of more spans than a byte can count how many there are', () => {
    const spans = Array.from({ length: 1000 }, (_, at) => ({ begin: at, end: at + 1, state: receive, owner: 1 }));
    expect(build(spans, 0, 8192, 4).cells.map(({ spans: count }) => count)).toEqual([1000]);
    expect(build(spans, 0, 1020, 4).cells.map(({ spans: count }) => count)).toEqual([256, 256, 256, 232]);
  });

  const list = fc.array(fc.record({
    gap: fc.oneof(fc.constant(0), fc.nat(300)), length: fc.oneof({ weight: 4, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(5000) }),
    state: fc.constantFrom(receive, active, sleep), owner: fc.integer({ min: 0, max: 3 }),
  }), { maxLength: 200 });

  it('shows every span once: as one vector, or in one cell', () => {
    fc.assert(fc.property(list, fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 3000 }), fc.nat(1e6), (made, fromNs, length, width, originNs) => {
      let at = 0;
      const spans = made.map(({ gap, length: long, state, owner }) => {
        const begin = at + gap;
        at = begin + long;
        return { begin, end: at, state, owner };
      });
      const range = { fromNs, toNs: fromNs + length, width };
      expect(build(spans, range.fromNs, range.toNs, width, originNs)).toEqual(expected(spans, range));
    }), { numRuns: 300 });
  });
});

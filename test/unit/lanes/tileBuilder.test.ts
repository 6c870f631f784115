import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TileBuilder } from '../../../src/lanes/tileBuilder';
import { stateCode } from '../../../src/protocol/states';
import { spanFlags } from '../../../src/protocol/tile';

interface Built {
  begin: number;
  end: number;
  state: number;
  owner: number;
  flags: number;
  row: number;
}

function read(builder: TileBuilder): Built[] {
  const columns = builder.finish();
  const [row, begin, end, state, owner, flags] = [
    new Uint16Array(columns.spanRow), new Float64Array(columns.spanBegin), new Float64Array(columns.spanEnd),
    new Uint8Array(columns.spanState), new Uint32Array(columns.spanOwner), new Uint8Array(columns.spanFlags),
  ];
  return Array.from({ length: builder.count }, (_, at) => ({
    row: row[at]!, begin: begin[at]!, end: end[at]!, state: state[at]!, owner: owner[at]!, flags: flags[at]!,
  }));
}

/** Alternating spans that follow one another without a gap. */
const spanLists = fc.array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(stateCode.receive, stateCode.active, stateCode.sleep)), { maxLength: 200 });

describe('the tile builder', () => {
  it('draws a long span as it is and keeps what is open', () => {
    const builder = new TileBuilder(0, 1000, 10);
    builder.startRow(3);
    builder.add(-50, 200, stateCode.receive, 7, false);
    builder.add(200, 2000, stateCode.sleep, 7, true);
    expect(read(builder)).toEqual([
      { row: 3, begin: 0, end: 200, state: stateCode.receive, owner: 7, flags: 0 },
      { row: 3, begin: 200, end: 1000, state: stateCode.sleep, owner: 7, flags: spanFlags.open },
    ]);
  });

  it('merges thin spans under the state that took the longest', () => {
    const builder = new TileBuilder(0, 1000, 10);
    builder.startRow(0);
    builder.add(0, 2, stateCode.receive, 1, false);
    builder.add(2, 8, stateCode.sleep, 1, false);
    builder.add(8, 11, stateCode.receive, 1, false);
    expect(read(builder)).toEqual([{ row: 0, begin: 0, end: 11, state: stateCode.sleep, owner: 1, flags: spanFlags.merged }]);
  });

  it('does not bridge a gap of a pixel, nor two rows', () => {
    const builder = new TileBuilder(0, 1000, 10);
    builder.startRow(0);
    builder.add(0, 2, stateCode.receive, 1, false);
    builder.add(50, 52, stateCode.receive, 1, false);
    builder.startRow(1);
    builder.add(52, 53, stateCode.receive, 2, false);
    expect(read(builder).map(({ row, begin, end }) => [row, begin, end])).toEqual([[0, 0, 2], [0, 50, 52], [1, 52, 53]]);
  });

  it('covers exactly the time of the spans in range, in order, with few spans', () => {
    fc.assert(
      fc.property(spanLists, fc.integer({ min: 1, max: 2000 }), fc.nat(3000), fc.integer({ min: 1, max: 200_000 }), (list, pixelNs, fromNs, lengthNs) => {
        const toNs = fromNs + lengthNs;
        const builder = new TileBuilder(fromNs, toNs, pixelNs);
        builder.startRow(0);
        let at = 0;
        let covered = 0;
        for (const [length, state] of list) {
          builder.add(at, at + length, state, 1, false);
          covered += Math.max(0, Math.min(at + length, toNs) - Math.max(at, fromNs));
          at += length;
        }
        const spans = read(builder);
        let last = fromNs;
        for (const span of spans) {
          expect(span.begin).toBeGreaterThanOrEqual(last);
          expect(span.end).toBeGreaterThanOrEqual(span.begin);
          last = span.end;
        }
        expect(last).toBeLessThanOrEqual(toNs);
        expect(spans.reduce((sum, span) => sum + span.end - span.begin, 0)).toBe(covered);
        expect(spans.length).toBeLessThanOrEqual(2 * Math.ceil(lengthNs / pixelNs) + 3);
      }),
    );
  });
});

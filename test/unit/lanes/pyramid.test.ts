/**
 * A tile says the same whether its lanes are summed up or walked, at any moment of a recording that grows: while calls become known that
 * contain others, looks at the account come later than what they tell of, and a program takes the process over.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binsOf } from '../../../src/lanes/bins';
import { LanePyramid, leafShift } from '../../../src/lanes/lanePyramid';
import type { SpanList } from '../../../src/lanes/spanList';
import { summariesOf } from '../../../src/lanes/summaries';
import { buildTile } from '../../../src/lanes/tile';
import { TileBuilder } from '../../../src/lanes/tileBuilder';
import { Model } from '../../../src/model/model';
import { Pages } from '../../../src/model/packedRows';
import { stateCode } from '../../../src/protocol/states';
import type { Tile } from '../../../src/protocol/tile';
import { batchOf, type EncodedRecord } from '../model/support/encode';
import { encodeTable, ms } from '../model/support/story';
import { cellsOf, expected, vectorsOf, type RawSpan } from './support/tiles';

/** Calls one behind the other, now and then one that turns out to have contained the ones before it. Times are in units. */
const calls = fc.tuple(
  fc.array(fc.record({ gap: fc.nat(3), length: fc.oneof({ weight: 9, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.nat(60) }), kind: fc.constantFrom('sleep', 'receive descriptor=3', 'poll') }), { minLength: 1, maxLength: 30 }),
  fc.integer({ min: 1200, max: 2400 }),
  fc.array(fc.record({ at: fc.nat(8000), length: fc.nat(1500) }), { minLength: 1, maxLength: 4 }),
).map(([pattern, count, around]) => {
  let at = 1;
  const list = Array.from({ length: count }, (_, index) => pattern[index % pattern.length]!).map(({ gap, length, kind }) => {
    const begin = at + gap;
    at = begin + length + 1;
    return { begin, end: begin + length, kind };
  });
  return { list: [...list, ...around.map(({ at: begin, length }) => ({ begin, end: begin + length, kind: 'poll' }))], end: at + 100 };
});
const looks = fc.array(fc.record({ after: fc.oneof({ weight: 9, arbitrary: fc.nat(250) }, { weight: 1, arbitrary: fc.integer({ min: 1000, max: 3000 }) }), run: fc.oneof(fc.nat(250), fc.nat(3000)), ready: fc.nat(100), state: fc.constantFrom('R', 'S', 'T') }), { maxLength: 50, size: 'max' });

interface Told {
  readonly table: string;
  /** ms of a unit. */
  readonly unit: number;
  readonly end: number;
}

/** Of a fast program all is told before the next look, of a slow one the last look is long ago. */
const told: fc.Arbitrary<Told> = fc.record({ calls, looks, unit: fc.constantFrom(0.1, 20), execs: fc.boolean(), ends: fc.boolean() }).map(({ calls: { list, end }, looks: seen, unit, execs, ends }) => {
  const time = (units: number): string => String(Math.round(units * unit * 1000) / 1000);
  const [sums, rows] = [{ at: 0, run: 0, ready: 0 }, [] as string[]];
  for (const { after, run, ready, state } of seen) {
    sums.at += after + 1;
    sums.run += Math.min(run, after);
    sums.ready += Math.min(ready, Math.max(0, after - run));
    rows.push(`${time(sums.at)} kernel . threadSample process=101 thread=101 run=${time(sums.run)} ready=${time(sums.ready)} state=${state}`);
  }
  const last = time(Math.max(end + 5000, sums.at + 1));
  return {
    unit, end,
    table: [
      '0 101 . image command="python3 main.py"',
      ...list.map(({ begin, end: until, kind }) => `${time(begin)}..${time(until)} 101 . ${kind}`),
      ...rows,
      ...(execs ? [`${time(end / 2)} 101 . exec command="sleep 1" result=0`] : []),
      ...(ends ? [execs ? `${last} kernel . processGone process=101 status=0` : `${last} 101 . exit status=0 how=1`] : []),
    ].join('\n'),
  };
});
const zooms = fc.array(fc.record({ from: fc.integer({ min: -10, max: 100 }), length: fc.integer({ min: 1, max: 120 }), width: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 3000 })) }), { minLength: 2, maxLength: 5, size: 'max' });

/** @returns makes a model that has taken nothing yet, as often as one is wanted: to read the table took half of the time. */
function modelsOf(table: string): { fresh: () => Model; records: EncodedRecord[] } {
  const { encoder, records } = encodeTable(table);
  return { fresh: () => new Model(encoder, encoder.owners), records: records.sort((a, b) => a.key - b.key) };
}

/** Column by column; where they differ a person reads cells and vectors. */
function expectSame(one: Tile, other: Tile): void {
  if (isDeepStrictEqual(columnsOf(one), columnsOf(other))) return;
  expect(cellsOf(one)).toEqual(cellsOf(other));
  expect(vectorsOf(one)).toEqual(vectorsOf(other));
  expect(columnsOf(one)).toEqual(columnsOf(other));
}

/** The columns of spans and cells. */
function columnsOf(tile: Tile): unknown[] {
  return Object.entries(tile).flatMap(([name, column]: [string, unknown]) => (/^(span|run|cell)[A-Z]/.test(name) && column instanceof ArrayBuffer ? [name, Buffer.from(column)] : []));
}

describe('what is summed up', () => {
  it('is what is walked, at any moment and at any zoom', () => {
    fc.assert(fc.property(told, fc.array(fc.nat(100), { minLength: 2, maxLength: 6 }), zooms, ({ table, unit, end }, shares, ranges) => {
      const { fresh, records } = modelsOf(table);
      const model = fresh();
      let taken = 0;
      for (const share of [...shares.sort((a, b) => a - b), 100]) {
        const upTo = Math.max(taken, Math.round((share / 100) * records.length));
        if (upTo === 0) continue;
        model.ingest(batchOf(records.slice(taken, upTo)));
        taken = upTo;
        const walked = fresh();
        walked.ingest(batchOf(records.slice(0, taken)));
        const now = model.latestNs - model.originNs;
        while (summariesOf(model).step(model, model.latestNs));
        for (const { from, length, width } of ranges) {
          const fromNs = (from / 100) * ms(unit) * end;
          const ask = { sequence: 1, fromNs, toNs: fromNs + (length / 100) * ms(unit) * end, width, rows: ['t1'] };
          expectSame(buildTile(model, ask, now), buildTile(walked, ask, now));
        }
      }
    }), { numRuns: 50 });
  });

  it('gives way to a look that comes late: of all that the thread did since the one before it something else is known then', () => {
    // A call each 20 ms, half of it spent in the call. Nobody looks for half a minute, and then it has run ever since.
    const calls = Array.from({ length: 2000 }, (_, at) => `${String(at * 20 + 1)}..${String(at * 20 + 11)} 101 . sleep`).join('\n');
    const look = (at: number, run: number, state: string): string => `${String(at)} kernel . threadSample process=101 thread=101 run=${String(run)} ready=0 state=${state}`;
    const table = `0 101 . image command="python3 main.py"\n${calls}\n${look(500, 1, 'S')}\n${look(35_000, 17_000, 'R')}`;
    const { fresh, records } = modelsOf(table);
    const model = fresh();
    const before = records.findIndex(({ key }) => key >= records[0]!.key + ms(34_000));
    model.ingest(batchOf(records.slice(0, before)));
    const ask = { sequence: 1, fromNs: 0, toNs: ms(40_000), width: 40, rows: ['t1'] };
    const tile = (of: Model): ReturnType<typeof buildTile> => buildTile(of, ask, of.latestNs - of.originNs);
    while (summariesOf(model).step(model, model.latestNs));
    const early = cellsOf(tile(model));
    model.ingest(batchOf(records.slice(before)));
    const walked = fresh();
    walked.ingest(batchOf(records));
    expect(cellsOf(tile(model))).toEqual(cellsOf(tile(walked)));
    expect(cellsOf(tile(model))).not.toEqual(early);
  });

  it('stands in blocks, each at the level that it needs: a lane that is busy at times is read there too', () => {
    // Bursts of 4,096 calls of 2 µs, a minute apart.
    const spans: RawSpan[] = [];
    for (let burst = 0; burst < 4; burst++) {
      for (let at = 0; at < 4096; at++) spans.push({ begin: burst * 60e9 + at * 2000, end: burst * 60e9 + at * 2000 + 1500, state: at % 2 === 0 ? stateCode.receive : stateCode.send, owner: 3 });
    }
    const pyramid = new LanePyramid(new Pages(), 0);
    const collect = (from: number, to: number, list: SpanList): void => {
      for (const { begin, end, state, owner } of spans.slice(from, to)) list.add(begin, end - begin, owner * 64 + state, 0);
    };
    pyramid.extend({ collect }, spans.length);
    for (const [fromNs, toNs, width] of [[0, 240e9, 1000], [60e9, 60e9 + 20e6, 300], [119.9e9, 120.1e9, 500]] as const) {
      const range = { fromNs, toNs, width };
      const should = expected(spans.slice(0, pyramid.rows), range);
      const bins = binsOf(fromNs, toNs, width);
      const builder = new TileBuilder(bins, 0);
      builder.startRow(0);
      let walked = 0;
      pyramid.draw(builder, 0, spans.length, {
        rows(from, to) {
          for (const { begin, end, state, owner } of spans.slice(from, to)) builder.add(begin, end, state, owner, false);
          walked += spans.slice(from, to).filter(({ begin }) => begin >= fromNs && begin < toNs).length;
        },
        span: (begin, end, state, owner) => builder.add(begin, end, state, owner, false),
      });
      const tile = { binNs: bins.binNs, firstBin: bins.first, ...builder.finish() };
      expect(cellsOf(tile)).toEqual(should.cells);
      expect(vectorsOf(tile)).toEqual(should.vectors);
      expect(walked).toBe(0);
    }
  });

  it('is forgotten with the rows that it came from, and let go', () => {
    const pages = new Pages();
    const pyramid = new LanePyramid(pages, 0);
    const collect = (from: number, to: number, list: SpanList): void => {
      for (let row = from; row < to; row++) list.add(row * 100, row % 90, 1, 0);
    };
    const wholeBlocks = (rows: number): number => (rows >> leafShift) << leafShift;
    pyramid.extend({ collect }, 100_000);
    expect(pyramid.rows).toBe(wholeBlocks(100_000));
    pyramid.truncate(70_001);
    expect(pyramid.rows).toBe(wholeBlocks(70_001));
    pyramid.truncate(200_000);
    expect(pyramid.rows).toBe(wholeBlocks(70_001));
    const taken = pages.bytes;
    for (let again = 0; again < 3; again++) {
      pyramid.truncate(0);
      pyramid.extend({ collect }, 100_000);
    }
    expect(pages.bytes).toBeLessThanOrEqual(taken * 1.2);
  });
});

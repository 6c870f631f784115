/** A tile that is put together from stretches that earlier tiles were made of says what one that is walked says, whatever was looked at before. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActivitySource, addActivityLane } from '../../../src/lanes/activityLane';
import { makeAhead, makeShownAhead } from '../../../src/lanes/ahead';
import { binsOf } from '../../../src/lanes/bins';
import { KeptCells } from '../../../src/lanes/keptCells';
import { LanePyramid } from '../../../src/lanes/lanePyramid';
import { summariesOf } from '../../../src/lanes/summaries';
import { buildTile } from '../../../src/lanes/tile';
import { TileBuilder } from '../../../src/lanes/tileBuilder';
import { Connection } from '../../../src/model/connection';
import { Model } from '../../../src/model/model';
import { Pages } from '../../../src/model/packedRows';
import { stateCode } from '../../../src/protocol/states';
import type { Tile } from '../../../src/protocol/tile';
import { batchOf, type EncodedRecord } from '../model/support/encode';
import { encodeTable, ms } from '../model/support/story';
import { cellsOf, vectorsOf, type Columns, type Vector } from './support/tiles';

/** Many short calls and a few long ones, with looks at the thread that come closer than some bins and lie further apart than others. */
const told = fc.record({
  pattern: fc.array(fc.record({ gap: fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(400) }), length: fc.oneof({ weight: 9, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.nat(300) }) }), { minLength: 1, maxLength: 20 }),
  count: fc.integer({ min: 800, max: 1600 }),
  lookEvery: fc.integer({ min: 1, max: 3000 }),
  runs: fc.array(fc.record({ run: fc.nat(100), state: fc.constantFrom('R', 'S', 'T') }), { minLength: 1, maxLength: 5 }),
  execs: fc.boolean(),
}).map(({ pattern, count, lookEvery, runs, execs }) => {
  let at = 1;
  const time = (units: number): string => String(units / 10);
  const rows = Array.from({ length: count }, (_, index) => {
    const { gap, length } = pattern[index % pattern.length]!;
    const begin = at + gap;
    at = begin + length + 1;
    return `${time(begin)}..${time(begin + length)} 101 . ${index % 3 === 0 ? 'sleep' : 'receive descriptor=3'}`;
  });
  let sum = 0;
  for (let look = 1; look * lookEvery < at && look < 300; look++) {
    const { run, state } = runs[look % runs.length]!;
    sum += (run / 100) * lookEvery;
    rows.push(`${time(look * lookEvery)} kernel . threadSample process=101 thread=101 run=${time(Math.floor(sum))} ready=0 state=${state}`);
  }
  if (execs) rows.push(`${time(at >> 1)} 101 . exec command="sleep 1" result=0`);
  return { end: at, table: ['0 101 . image command="python3 main.py"', ...rows, `${time(at + 5000)} kernel . processGone process=101 status=0`].join('\n') };
});
/** Where somebody looks: a few zooms, so that stretches meet again. */
const windows = fc.array(fc.record({ from: fc.integer({ min: -20, max: 90 }), zoom: fc.nat(3), width: fc.constantFrom(200, 600, 2400) }), { minLength: 4, maxLength: 8, size: 'max' });

function modelOf(table: string): { model: Model; records: EncodedRecord[] } {
  const { encoder, records } = encodeTable(table);
  return { model: new Model(encoder, encoder.owners), records: records.sort((a, b) => a.key - b.key) };
}

/** Of what reaches out of sight only the part in sight is exact. */
function seen(tile: Columns, { fromNs, toNs, width }: { fromNs: number; toNs: number; width: number }): { cells: unknown; vectors: Vector[] } {
  const { binNs, first, count } = binsOf(fromNs, toNs, width);
  const clip = ({ begin, end, ...more }: Vector): Vector => ({ ...more, begin: Math.max(begin, first * binNs), end: Math.min(end, (first + count) * binNs) });
  return { cells: cellsOf(tile), vectors: vectorsOf(tile).map(clip) };
}

/** A thread that sleeps so often, until its process ends: summed up, and once more as it is walked. */
function summedAndWalked(sleeps: number, endMs: number): { model: Model; walked: Model; now: number } {
  const table = ['0 101 . image command="python3 main.py"', ...Array.from({ length: sleeps }, (_, at) => `${String(3 * at)}..${String(3 * at + 1 + (at % 3) / 4)} 101 . sleep`), `${String(endMs)} kernel . processGone process=101 status=0`].join('\n');
  const { model, records } = modelOf(table);
  const { model: walked, records: again } = modelOf(table);
  model.ingest(batchOf(records));
  walked.ingest(batchOf(again));
  while (summariesOf(model).step(model, model.latestNs));
  return { model, walked, now: model.latestNs - model.originNs };
}

describe('what tiles have shown', () => {
  it('is shown again, of a thread that grows too', () => {
    fc.assert(fc.property(told, windows, fc.integer({ min: 50, max: 100 }), ({ table, end }, looks, share) => {
      const { model, records } = modelOf(table);
      const { model: walked, records: again } = modelOf(table);
      let taken = 0;
      for (const upTo of [Math.floor((records.length * share) / 100), records.length]) {
        model.ingest(batchOf(records.slice(taken, upTo)));
        walked.ingest(batchOf(again.slice(taken, upTo)));
        taken = upTo;
        const now = model.latestNs - model.originNs;
        while (summariesOf(model).step(model, model.latestNs));
        for (const { from, zoom, width } of [...looks, ...looks]) {
          const fromNs = (from / 100) * ms(end / 10);
          const ask = { sequence: 1, fromNs, toNs: fromNs + ms(end / 10) / 2 ** zoom, width, rows: ['p1', 't1', 't1'] };
          const tile = (of: Model): Tile => buildTile(of, ask, now);
          expect(seen(tile(model), ask)).toEqual(seen(tile(walked), ask));
        }
      }
    }), { numRuns: 6 });
  });

  it('is one span where it was shown in parts', () => {
    // Two bursts of calls, and between them 3 s in which every look finds it running.
    const call = (at: number): string => `${String(at)}..${String(at + 1)} 101 . sleep`;
    const bursts = [...Array.from({ length: 700 }, (_, at) => call(10 + 2 * at)), ...Array.from({ length: 700 }, (_, at) => call(5000 + 2 * at))];
    const looks = Array.from({ length: 160 }, (_, at) => `${String(50 * (at + 1))} kernel . threadSample process=101 thread=101 run=${String(50 * (at + 1))} ready=0 state=R`);
    const { model, records } = modelOf(['0 101 . image command="python3 main.py"', ...bursts, ...looks, '9000 kernel . processGone process=101 status=0'].join('\n'));
    model.ingest(batchOf(records));
    while (summariesOf(model).step(model, model.latestNs));
    const ask = { sequence: 1, fromNs: 0, toNs: ms(7000), width: 2400, rows: ['t1'] };
    const tile = buildTile(model, ask, model.latestNs - model.originNs);
    expect(vectorsOf(tile).filter(({ begin, end }) => begin < ms(4000) && end > ms(2500))).toEqual([expect.objectContaining({ begin: ms(1409), end: ms(5000), state: stateCode.running })]);
    expect(summariesOf(model).cells(model).bytes).toBeGreaterThan(0);
  });

  it('is made ahead of all of a recording, once somebody looks at it', () => {
    const { model, records } = modelOf(['0 101 . image command="python3 main.py"', ...Array.from({ length: 1500 }, (_, at) => `${String(2 * at)}..${String(2 * at + 1)} 101 . sleep`), '9000 kernel . processGone process=101 status=0'].join('\n'));
    model.ingest(batchOf(records));
    const now = model.latestNs - model.originNs;
    while (summariesOf(model).step(model, model.latestNs));
    const cells = summariesOf(model).cells(model);
    expect(makeAhead(model, now)).toBe(false);
    expect(cells.bytes).toBe(0);
    const ask = { sequence: 1, fromNs: 0, toNs: now, width: 2400 };
    buildTile(model, { ...ask, rows: [] }, now);
    while (makeAhead(model, now));
    const { bytes } = cells;
    expect(bytes).toBeGreaterThan(0);
    for (const [from, to] of [[0, now], [now / 4, (3 * now) / 4]] as const) buildTile(model, { ...ask, fromNs: from, toNs: to, rows: ['t1'] }, now);
    expect(cells.bytes).toBe(bytes);
  });

  it('is made ahead around the window that somebody looks at, of the lanes in it', () => {
    const { model, walked, now } = summedAndWalked(24_000, 76000);
    const cells = summariesOf(model).cells(model);
    const window = { sequence: 1, width: 2400, fromNs: now / 2, toNs: (now * 17) / 32 };
    buildTile(model, { ...window, rows: [] }, now);
    while (makeShownAhead(model, now));
    expect(cells.bytes).toBe(0);
    buildTile(model, { ...window, rows: ['t1'] }, now);
    while (makeShownAhead(model, now));
    const { bytes } = cells;
    const wide = now / 32;
    for (const [from, to] of [[now / 2, now / 2 + wide / 2], [now / 2 - wide / 2, now / 2 + 1.5 * wide], [0, now]] as const) {
      const range = { ...window, rows: ['t1'], fromNs: from, toNs: to };
      expect(seen(buildTile(model, range, now), range)).toEqual(seen(buildTile(walked, range, now), range));
    }
    expect(cells.bytes).toBe(bytes);
    // Elsewhere it is not, so near.
    buildTile(model, { ...window, rows: ['t1'], fromNs: now / 8, toNs: now / 8 + wide / 2 }, now);
    expect(cells.bytes).toBeGreaterThan(bytes);
  });

  it('is made ahead in parts: each zoom from all of it to a sixteenth is there, and says what is walked', () => {
    const { model, walked, now } = summedAndWalked(9000, 27500);
    const ask = { sequence: 1, width: 2400, rows: ['t1'] };
    buildTile(model, { ...ask, fromNs: 0, toNs: now, rows: [] }, now);
    let steps = 1;
    while (makeAhead(model, now)) steps++;
    // A sixteenth's bins are those of nine parts and more, four to a step.
    expect(steps).toBeGreaterThan(2);
    const cells = summariesOf(model).cells(model);
    const { bytes } = cells;
    for (const zoom of [1, 2, 4, 8, 16]) {
      for (let part = 0; part < zoom; part++) {
        const range = { ...ask, fromNs: (part * now) / zoom, toNs: ((part + 1) * now) / zoom };
        expect(seen(buildTile(model, range, now), range)).toEqual(seen(buildTile(walked, range, now), range));
      }
    }
    expect(cells.bytes).toBe(bytes);
    // A thirty-second is not.
    buildTile(model, { ...ask, fromNs: 0, toNs: now / 32 }, now);
    expect(cells.bytes).toBeGreaterThan(bytes);
  });

  it('is made once, and let go when it is too much', () => {
    const noSocket: unknown = {};
    const connection = new Connection(1, 'server', noSocket as Connection['socket'], 0, new Pages());
    const { activity } = connection;
    for (let row = 0; row < 60_000; row++) activity.push(row * 100, row * 100 + 90, row % 2 === 0 ? stateCode.working : stateCode.idle, 1 + (row % 2));
    const pyramid = new LanePyramid(new Pages(), 0);
    pyramid.extend(new ActivitySource(activity, 0), activity.count - 64);
    const cells = new KeptCells(0, 1 << 20);
    let drawn = 0;
    const draw = (fromNs: number, toNs: number): number => {
      const builder = new TileBuilder(binsOf(fromNs, toNs, 2000), 0);
      builder.startRow(0);
      drawn = 0;
      cells.draw(builder, activity, pyramid, (into) => {
        drawn++;
        addActivityLane(into, { tail: () => [] } as unknown as Model, connection, into.endNs, 6e6, pyramid);
      });
      builder.finish();
      return drawn;
    };
    expect(draw(0, 500_000)).toBeGreaterThan(4);
    expect(draw(0, 500_000)).toBe(0);
    expect(draw(100_000, 600_000)).toBeLessThan(4);
    // Its rows are others now.
    pyramid.truncate(15_000);
    expect(draw(0, 500_000)).toBeGreaterThan(4);
    pyramid.extend(new ActivitySource(activity, 0), activity.count - 64);
    // A megabyte is kept whatever the recording's size.
    for (const length of [200_000, 100_000]) for (let from = 0; from < 5_800_000; from += length) draw(from, from + length);
    expect(cells.bytes).toBeGreaterThan(1 << 20);
    cells.trim(30_000);
    expect(cells.bytes).toBeLessThanOrEqual(1 << 20);
    expect(draw(0, 800_000)).toBeGreaterThan(4);
  });
});

/**
 * What is drawn from afar is what was recorded: for random lanes, at any zoom, the tile equals the aggregate of the raw spans, however
 * it came to be: walked or summed up, at once or as rows came.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActivitySource, addActivityLane } from '../../../src/lanes/activityLane';
import { binsOf } from '../../../src/lanes/bins';
import { LanePyramid } from '../../../src/lanes/lanePyramid';
import { betweenTasksWaits } from '../../../src/lanes/tasks';
import { buildTile } from '../../../src/lanes/tile';
import { ThreadBetween } from '../../../src/lanes/threadSpans';
import { TileBuilder } from '../../../src/lanes/tileBuilder';
import { addClosedWaits, WaitSource } from '../../../src/lanes/waitLane';
import { Connection } from '../../../src/model/connection';
import type { Model } from '../../../src/model/model';
import { Pages } from '../../../src/model/packedRows';
import { WaitColumns, type WaitRow } from '../../../src/model/waits';
import { spanStates, stateCode } from '../../../src/protocol/states';
import { ms, Story } from '../model/support/story';
import { cellsOf, expected, vectorsOf, type Cell, type RawSpan, type Vector } from './support/tiles';

interface Range {
  fromNs: number;
  toNs: number;
  width: number;
}

/** Rows in a pattern that repeats: so many that the running sums have something to do, and now and then a long one. */
const rows = fc.tuple(
  fc.array(fc.record({
    gap: fc.oneof(fc.constant(0), fc.nat(20)), length: fc.oneof({ weight: 8, arbitrary: fc.nat(30) }, { weight: 1, arbitrary: fc.nat(4000) }),
    state: fc.constantFrom(stateCode.receive, stateCode.send, stateCode.lock, stateCode.sleep), owner: fc.integer({ min: 0, max: 3 }),
  }), { minLength: 1, maxLength: 60 }),
  fc.integer({ min: 1, max: 12 }),
).map(([pattern, times]) => {
  let at = 100;
  return Array.from({ length: times }, () => pattern).flat().map(({ gap, length, state, owner }) => {
    const begin = at + gap;
    at = begin + length;
    return { begin, end: at, state, owner };
  });
});
const range: fc.Arbitrary<Range> = fc.record({ fromNs: fc.integer({ min: -500, max: 20_000 }), length: fc.integer({ min: 1, max: 60_000 }), width: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 2000 })) })
  .map(({ fromNs, length, width }) => ({ fromNs, toNs: fromNs + length, width }));

function built({ fromNs, toNs, width }: Range, add: (builder: TileBuilder) => void): { vectors: Vector[]; cells: Cell[] } {
  const bins = binsOf(fromNs, toNs, width);
  const builder = new TileBuilder(bins, 0);
  builder.startRow(0);
  add(builder);
  const tile = { binNs: bins.binNs, firstBin: bins.first, ...builder.finish() };
  return { vectors: vectorsOf(tile), cells: cellsOf(tile) };
}

const wait = ({ begin, end, state }: RawSpan): WaitRow => ({ begin, end, reason: state, objectKind: 0, object: 0, result: 0, holder: 0, endedBy: 0, siteOwner: 0, site: 0 });

/** The waits and what is between them, which is `active`. */
function waitLane(waits: WaitColumns): RawSpan[] {
  const spans: RawSpan[] = [];
  for (let row = 0, reached = 0; row < waits.count; row++) {
    const [begin, end] = [waits.begin(row), waits.end(row)];
    if (begin > reached) spans.push({ begin: reached, end: begin, state: stateCode.active, owner: 5 });
    spans.push({ begin, end, state: waits.reason(row), owner: 5 });
    reached = end;
  }
  return spans;
}

/** The lane of waits, walked or summed up. */
class WaitLane {
  readonly waits = new WaitColumns();
  readonly pyramid = new LanePyramid(new Pages(), 0);

  /** Takes out what changed, as whoever uses a pyramid does, and sums up what is there. */
  sumUp(rows = Infinity): this {
    const { waits, pyramid } = this;
    pyramid.truncate(waits.touchedFrom);
    waits.touchedFrom = waits.count;
    pyramid.extend(new WaitSource(waits, 0, 0, betweenTasksWaits), Math.min(rows, waits.count));
    return this;
  }

  add(builder: TileBuilder): void {
    const add = (begin: number, end: number): void => builder.add(begin, end, stateCode.active, 5, false);
    addClosedWaits(builder, this.waits, 0, builder.endNs, { ...betweenTasksWaits, add }, 5, this.pyramid);
  }
}

/** What follows the last wait that was added is not told here. */
function withoutTail(spans: RawSpan[], { fromNs, toNs, width }: Range): RawSpan[] {
  const { binNs, first, count } = binsOf(fromNs, toNs, width);
  const end = (first + count) * binNs;
  const waits = spans.filter(({ state, begin }) => state !== stateCode.active && begin <= end);
  return spans.slice(0, spans.indexOf(waits[waits.length - 1]!) + 1);
}

describe('a lane of waits', () => {
  it('equals the aggregate of its spans at any zoom, however much of it is summed up', () => {
    fc.assert(fc.property(rows, fc.nat(900), fc.array(range, { minLength: 1, maxLength: 4 }), (list, summed, ranges) => {
      const lane = new WaitLane();
      for (const row of list) lane.waits.push(wait(row));
      for (const each of ranges) expect(built(each, (builder) => lane.sumUp(summed).add(builder))).toEqual(expected(withoutTail(waitLane(lane.waits), each), each));
    }), { numRuns: 300 });
  });

  it('comes apart from nearer: at the closest all that has a length is a vector', () => {
    fc.assert(fc.property(rows, fc.nat(20_000), (list, fromNs) => {
      const lane = new WaitLane();
      for (const row of list) lane.waits.push(wait(row));
      const each = { fromNs, toNs: fromNs + 999, width: 1000 };
      const { vectors, cells } = built(each, (builder) => lane.sumUp().add(builder));
      const begun = withoutTail(waitLane(lane.waits), each).filter(({ begin }) => begin >= fromNs && begin <= each.toNs);
      expect(vectors.filter(({ begin }) => begin >= fromNs)).toHaveLength(begun.filter(({ begin, end }) => end > begin).length);
      expect(cells.reduce((sum, { spans }) => sum + spans, 0)).toBe(begun.filter(({ begin, end }) => end === begin).length);
    }), { numRuns: 200 });
  });

  it('is as exact while it grows and rows are taken back', () => {
    fc.assert(fc.property(rows, range, fc.array(fc.nat(400), { maxLength: 5 }), (list, each, cuts) => {
      const lane = new WaitLane();
      const { waits } = lane;
      let pushed = 0;
      for (const cut of [...cuts, Infinity]) {
        for (const row of list.slice(pushed, cut)) waits.push(wait(row));
        pushed = Math.max(pushed, Math.min(cut, list.length));
        expect(built(each, (builder) => lane.sumUp().add(builder))).toEqual(expected(withoutTail(waitLane(waits), each), each));
        // A call around the last ones becomes known: they give way to it.
        const inside = waits.count - 1 - (cut % 40);
        if (inside > 0 && cut !== Infinity) waits.push(wait({ begin: waits.begin(inside), end: waits.end(waits.count - 1), state: stateCode.poll, owner: 0 }));
      }
    }), { numRuns: 200 });
  });

  it('is read at few places where it is dense, and walked nowhere', () => {
    const lane = new WaitLane();
    for (let row = 0; row < 1 << 17; row++) lane.waits.push(wait({ begin: row * 10, end: row * 10 + 7, state: row % 3 === 0 ? stateCode.receive : stateCode.send, owner: 0 }));
    lane.sumUp();
    const { waits } = lane;
    let read = 0;
    waits.read = () => (read++, undefined);
    const { cells } = built({ fromNs: 0, toNs: 1_400_000, width: 4 }, (builder) => lane.add(builder));
    expect(cells.reduce((sum, { spans }) => sum + spans, 0)).toBe(2 * (1 << 17) - 1);
    expect(read).toBe(0);
  });
});

describe('a connection\'s lane', () => {
  const model = { tail: () => [] } as unknown as Model;
  const noSocket: unknown = {};
  it('equals the aggregate of its spans at any zoom, while it grows', () => {
    fc.assert(fc.property(rows, range, fc.nat(700), (list, each, first) => {
      const connection = new Connection(1, 'server', noSocket as Connection['socket'], 0, new Pages());
      const { activity } = connection;
      const pyramid = new LanePyramid(new Pages(), 0);
      const check = (): void => {
        pyramid.truncate(activity.touchedFrom);
        activity.touchedFrom = activity.count;
        pyramid.extend(new ActivitySource(activity, 0), activity.count);
        const spans = Array.from({ length: activity.count }, (_, row) => ({ begin: activity.begin(row), end: activity.end(row), state: activity.state(row), owner: activity.owner(row) }));
        expect(built(each, (builder) => addActivityLane(builder, model, connection, builder.endNs, builder.endNs, pyramid))).toEqual(expected(spans, each));
      };
      for (const { begin, end, state, owner } of list.slice(0, first)) activity.push(begin, end, state, owner);
      check();
      for (const { begin, end, state, owner } of list.slice(first)) activity.push(begin, end, state, owner);
      activity.beginFrom(50);
      check();
    }), { numRuns: 300 });
  });
});

describe('whatever was recorded', () => {
  const calls = fc.array(fc.record({ begin: fc.nat(400), length: fc.nat(60), kind: fc.constantFrom('sleep', 'receive descriptor=3', 'poll') }), { maxLength: 30 });
  const looks = fc.array(fc.record({ at: fc.nat(500), run: fc.nat(500), ready: fc.nat(100), state: fc.constantFrom('R', 'S', 'T') }), { maxLength: 30 });
  /** The story is told in the test: a model is nothing to print. */
  const story = fc.tuple(calls, looks, fc.boolean()).map(([waits, samples, execs]) => [
    '0 101 . image command="python3 main.py"',
    ...waits.map(({ begin, length, kind }) => `${String(begin / 10)}..${String((begin + length) / 10)} 101 . ${kind}`),
    ...samples.map(({ at, run, ready, state }) => `${String(at / 10)} kernel . threadSample process=101 thread=101 run=${String(run / 10)} ready=${String(ready / 10)} state=${state}`),
    ...(execs ? ['30 101 . exec command="sleep 1" result=0'] : []),
    ...(execs ? ['50 kernel . processGone process=101 status=0'] : ['50 101 . exit status=0 how=1']),
  ].join('\n'));

  /** Wait by wait, with what the account says between them. */
  function rawLane({ model }: Story, { fromNs, toNs, width }: Range): RawSpan[] {
    const thread = model.threads[0]!;
    const { waits, number } = thread;
    const { binNs } = binsOf(fromNs, toNs, width);
    const spans: RawSpan[] = [];
    const add = (begin: number, end: number, state: number): void => void spans.push({ begin: begin - model.originNs, end: end - model.originNs, state, owner: number });
    const between = new ThreadBetween(thread, model.account(thread, model.latestNs), { from: -Infinity, to: Infinity, binNs }, add);
    let reached = thread.startNs;
    for (let row = 0; row < waits.count && waits.begin(row) <= thread.endNs!; row++) {
      if (waits.begin(row) > reached) between.add(reached, waits.begin(row), false);
      add(waits.begin(row), waits.end(row), waits.reason(row));
      reached = waits.end(row);
    }
    if (thread.endNs! > reached) between.add(reached, thread.endNs!, false);
    return spans;
  }

  const zoom: fc.Arbitrary<Range> = fc.record({ from: fc.integer({ min: -5, max: 50 }), length: fc.integer({ min: 1, max: 60 }), width: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3000 })) })
    .map(({ from, length, width }) => ({ fromNs: ms(from), toNs: ms(from + length), width }));

  it('a thread\'s tile equals the aggregate of its waits and the account between them', () => {
    fc.assert(fc.property(story, zoom, (table, each) => {
      const told = Story.of(table);
      const { model } = told;
      const tile = buildTile(model, { sequence: 1, ...each, rows: ['t1'] }, model.latestNs - model.originNs);
      const { binNs, firstBin } = tile;
      const end = (firstBin + binsOf(each.fromNs, each.toNs, each.width).count) * binNs;
      // Of a span that reaches out of sight the part in sight is exact.
      const clip = ({ begin, end: until, ...more }: Vector): Vector => ({ begin: Math.max(begin, firstBin * binNs), end: Math.min(until, end), ...more });
      const should = expected(rawLane(told, each), each);
      expect(cellsOf(tile).map(({ state, ...cell }) => ({ state: spanStates[state], ...cell }))).toEqual(should.cells.map(({ state, ...cell }) => ({ state: spanStates[state], ...cell })));
      expect(vectorsOf(tile).map(clip)).toEqual(should.vectors.map(clip));
    // A wait that took no time, at the tile's very begin.
    }), { numRuns: 400, examples: [['0 101 . image command="python3 main.py"\n0..0 101 . sleep\n50 101 . exit status=0 how=1', { fromNs: 0, toNs: 1e6, width: 1 }]] });
  });

  it('a window that moves changes no bin', () => {
    fc.assert(fc.property(story, zoom, fc.integer({ min: -40, max: 40 }), (table, each, steps) => {
      const { model } = Story.of(table);
      const now = model.latestNs - model.originNs;
      const ask = (range: Range): ReturnType<typeof buildTile> => buildTile(model, { sequence: 1, ...range, rows: ['t1', 'p1'] }, now);
      const here = ask(each);
      const by = steps * here.binNs;
      const there = ask({ ...each, fromNs: each.fromNs + by, toNs: each.toNs + by });
      expect(there.binNs).toBe(here.binNs);
      const bins = binsOf(each.fromNs, each.toNs, each.width).count;
      const common = (cell: Cell): boolean => Math.min(here.firstBin, there.firstBin) + Math.abs(steps) <= cell.bin && cell.bin < Math.max(here.firstBin, there.firstBin) + bins - Math.abs(steps);
      expect(cellsOf(there).filter(common)).toEqual(cellsOf(here).filter(common));
    }), { numRuns: 200 });
  });
});

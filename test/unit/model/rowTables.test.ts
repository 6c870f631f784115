/** Packed rows are the rows that were put in: whatever is added, taken away and changed, a table says what a plain list of rows does. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ActivityColumns } from '../../../src/model/activity';
import { ArrowColumns } from '../../../src/model/arrows';
import { blockRows, packedValue, packRows, Pages, unpackRows, type FieldKind } from '../../../src/model/packedRows';
import { SampleColumns } from '../../../src/model/samples';
import { spanStates } from '../../../src/protocol/states';
import { mostOpen, SpanRows } from '../../../src/model/rowTable';
import { WaitColumns, type WaitRow } from '../../../src/model/waits';

const upTo = (most: number): fc.Arbitrary<number> => fc.oneof({ weight: 4, arbitrary: fc.nat(5) }, fc.nat(70_000), fc.integer({ min: 0, max: most }));
const u32 = upTo(0xffffffff);
const i32 = fc.oneof({ weight: 4, arbitrary: fc.nat(5) }, fc.integer({ min: -200, max: 70_000 }), fc.integer({ min: -0x80000000, max: 0x7fffffff }));
/** ns: within a call, beyond what 32 bits hold, and hours. */
const length = fc.oneof(
  { weight: 6, arbitrary: fc.nat(1_000_000) }, fc.integer({ min: 4_294_967_290, max: 4_294_967_300 }), fc.nat(20_000_000_000_000), fc.constant(0), fc.constant(0.5),
);

/** The plain list. */
class PlainWaits {
  rows: WaitRow[] = [];
  cut = false;

  push(row: WaitRow): void {
    for (let last = this.rows.at(-1); last !== undefined && (last.begin >= row.begin || Number.isNaN(last.end)); last = this.rows.at(-1)) this.rows.pop();
    const last = this.rows.at(-1);
    this.rows.push({ ...row, begin: last === undefined ? row.begin : Math.max(row.begin, last.end) });
    this.cut = false;
  }

  endOpen(ns: number): void {
    const last = this.rows.at(-1);
    if (last === undefined || !Number.isNaN(last.end)) return;
    last.end = Math.max(ns, last.begin);
    this.cut = true;
  }

  dropOpen(): void {
    if (Number.isNaN(this.rows.at(-1)?.end)) this.rows.pop();
  }

  coveredUntil(ns: number): number {
    return this.rows.reduce((sum, { begin, end }) => sum + Math.max(0, Math.min(Number.isNaN(end) ? Infinity : end, ns) - begin), 0);
  }

  firstEndingAfter(ns: number): number {
    const found = this.rows.findIndex(({ begin, end }) => begin > ns || !(end <= ns));
    return found < 0 ? this.rows.length : found;
  }
}

function rowsOf(waits: WaitColumns): WaitRow[] {
  return Array.from({ length: waits.count }, (_, row) => ({
    begin: waits.begin(row), end: waits.end(row), reason: waits.reason(row), objectKind: waits.objectKind(row), object: waits.object(row),
    result: waits.result(row), holder: waits.holder(row), endedBy: waits.endedBy(row), siteOwner: waits.siteOwner(row), site: waits.site(row),
  }));
}

const call = fc.record({ gap: length, length, open: fc.boolean(), reason: fc.nat(20), objectKind: fc.nat(9), object: u32, result: i32, holder: u32, endedBy: u32, siteOwner: upTo(0x7ffffff), site: upTo(0x3ffffff) });
/** What happens to the waits of a thread, many times in a row. */
const waitStep = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('calls' as const), call, times: fc.integer({ min: 1, max: 100 }) }) },
  // A call in which all those happened that began `back` before: it takes their place.
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('outer' as const), call, rows: fc.nat(300) }) },
  fc.record({ kind: fc.constant('end' as const), length }),
  fc.record({ kind: fc.constant('drop' as const) }),
);

/** Begin, end and code of the rows from this one on, read many at once. */
function readFrom(table: WaitColumns | ActivityColumns, from: number): number[][] {
  const read: number[][] = [];
  const rows = new SpanRows();
  for (let row = from; row < table.count; row += rows.count) {
    table.read(row, table.count, rows);
    for (let at = 0; at < rows.count; at++) read.push([rows.begin[at]!, rows.end[at]!, rows.code[at]!]);
  }
  return read;
}

test('waits are those of a plain list', () => {
  fc.assert(
    fc.property(fc.array(waitStep, { maxLength: 25 }), fc.integer({ min: -1e9, max: 1e12 }), (steps, from) => {
      const waits = new WaitColumns();
      const plain = new PlainWaits();
      let now = from;
      let summed: WaitRow[] = [];
      for (const step of steps) {
        if (step.kind === 'calls' || step.kind === 'outer') {
          for (let time = step.kind === 'calls' ? step.times : 1; time > 0; time--) {
            const { gap, length: took, open, ...rest } = step.call;
            const outer = step.kind === 'outer' ? plain.rows.at(-step.rows) : undefined;
            const begin = outer?.begin ?? now + gap;
            now = Math.max(now, begin) + took;
            const row = { ...rest, begin, end: open && time === 1 ? NaN : now };
            waits.push(row);
            plain.push(row);
          }
        } else if (step.kind === 'end') {
          now += step.length;
          waits.endOpen(now);
          plain.endOpen(now);
        } else {
          waits.dropOpen();
          plain.dropOpen();
        }
        // What somebody read before `touchedFrom` still stands there.
        const untouched = Math.min(waits.touchedFrom, summed.length);
        expect(rowsOf(waits).slice(0, untouched)).toEqual(summed.slice(0, untouched));
        summed = rowsOf(waits);
        waits.touchedFrom = waits.count;
      }
      expect(rowsOf(waits)).toEqual(plain.rows);
      expect(readFrom(waits, Math.floor(waits.count / 3))).toEqual(plain.rows.map(({ begin, end, reason }) => [begin, end, reason]).slice(Math.floor(waits.count / 3)));
      const results: number[] = [];
      for (const read = new Float64Array(mostOpen); results.length < waits.count; ) results.push(...read.subarray(0, waits.readResults(results.length, read)));
      expect(results).toEqual(plain.rows.map(({ result }) => result));
      const low = plain.rows[Math.floor(plain.rows.length / 2)]?.result ?? 0;
      for (let row = 0; row < waits.count; row++) {
        // What is passed over can't be among what is looked for.
        const next = waits.firstMaybeBelow(row, low);
        expect(results.slice(row, next).every((result) => result > low)).toBe(true);
        row = Math.max(row, next);
      }
      expect(waits.cut).toBe(plain.cut);
      const moments = plain.rows.flatMap(({ begin, end }) => [begin - 1, begin, (begin + (Number.isNaN(end) ? now : end)) / 2, end + 1]).filter((ns) => !Number.isNaN(ns));
      for (const ns of [-Infinity, from, ...moments.filter((_, at) => at % 7 === 0), now]) {
        expect(waits.firstEndingAfter(ns)).toBe(plain.firstEndingAfter(ns));
        if (ns > -Infinity && Number.isInteger(now)) expect(waits.coveredUntil(ns)).toBeCloseTo(plain.coveredUntil(ns), 3);
      }
    }),
    { numRuns: 60 },
  );
});

test('the lane of a connection is that of a plain list', () => {
  // The two stand in one number.
  expect(spanStates.length).toBeLessThan(64);
  const span = fc.record({ gap: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, length), length, state: fc.nat(6), owner: fc.oneof({ weight: 5, arbitrary: fc.constant(3) }, u32), times: fc.nat(90) });
  fc.assert(
    fc.property(fc.array(span, { maxLength: 20 }), fc.integer({ min: -1e9, max: 1e12 }), fc.nat(1e10), (spans, from, queued) => {
      const activity = new ActivityColumns();
      const plain: { begin: number; end: number; state: number; owner: number }[] = [];
      let now = from;
      for (const each of spans) {
        for (let time = 0; time <= each.times; time++) {
          const begin = now + each.gap;
          now = begin + each.length;
          const state = (each.state + time) % 7;
          activity.push(begin, now, state, each.owner);
          const last = plain.at(-1);
          if (last !== undefined && now <= begin) continue;
          if (last?.end === begin && last.state === state && last.owner === each.owner) last.end = now;
          else plain.push({ begin, end: now, state, owner: each.owner });
        }
      }
      expect(readFrom(activity, Math.floor(activity.count / 4))).toEqual(plain.map(({ begin, end, state }) => [begin, end, state]).slice(Math.floor(plain.length / 4)));
      activity.touchedFrom = activity.count;
      activity.beginFrom(from - queued - 0.5);
      expect(activity.touchedFrom).toBe(0);
      const [first] = plain;
      if (first !== undefined) first.begin = Math.min(from - queued - 0.5, first.end);
      expect(Array.from({ length: activity.count }, (_, row) => ({ begin: activity.begin(row), end: activity.end(row), state: activity.state(row), owner: activity.owner(row) }))).toEqual(plain);
      expect(activity.settledNs).toBe(plain.at(-1)?.end ?? NaN);
      for (const ns of [-Infinity, from, now, ...plain.filter((_, at) => at % 5 === 0).flatMap(({ begin, end }) => [begin, end, (begin + end) / 2])]) {
        const found = plain.findIndex(({ begin, end }) => begin > ns || end > ns);
        expect(activity.firstEndingAfter(ns)).toBe(found < 0 ? plain.length : found);
      }
    }),
    { numRuns: 60 },
  );
});

test('arrows are in order of time, those of one moment as they came, however late they come', () => {
  const burst = fc.record({ count: fc.nat(700), gap: fc.nat(1000), late: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(5_000), fc.nat(2_000_000)) });
  fc.assert(
    fc.property(fc.array(burst, { maxLength: 12 }), (bursts) => {
      const arrows = new ArrowColumns();
      const plain: { at: number; to: string; site: number }[] = [];
      let now = 0;
      let touched = Infinity;
      for (const { count, gap, late } of bursts) {
        for (let time = 0; time < count; time++) {
          now += gap;
          // Of a burst every tenth is late.
          const at = time % 10 === 0 ? now - late : now;
          const site = plain.length % 11;
          const to = `c${String(plain.length)}`;
          arrows.push('handover', { id: 't1' }, { id: to }, at, site === 0 ? null : { owner: { index: 3, process: 1, thread: 1, parent: 0, writer: 'python', birth: 0 }, id: site });
          let place = plain.length;
          while (place > 0 && plain[place - 1]!.at > at) place--;
          if (place < plain.length) touched = Math.min(touched, place);
          plain.splice(place, 0, { at, to, site });
        }
      }
      expect(Array.from({ length: arrows.count }, (_, row) => ({ at: arrows.at(row), to: arrows.get(row).to, site: arrows.site(row) }))).toEqual(plain);
      if (touched < Infinity) expect(arrows.touchedFrom).toBeLessThanOrEqual(touched);
      for (let ns = -1; ns < now + 2; ns += 1 + now / 20) {
        const found = plain.findIndex(({ at }) => at > ns);
        expect(arrows.firstAfter(ns)).toBe(found < 0 ? plain.length : found);
      }
    }),
    { numRuns: 40 },
  );
});

test('tables that share pages, that grow in turn and are let go, do not write into each other', () => {
  const step = fc.record({ table: fc.nat(5), rows: fc.integer({ min: 1, max: 150 }), clear: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pages = new Pages();
      const tables = Array.from({ length: 6 }, () => ({ lane: new ActivityColumns(pages), waits: new WaitColumns(pages), ends: [] as number[] }));
      let now = 1000;
      for (const { table, rows, clear } of steps) {
        const { lane, waits, ends } = tables[table]!;
        if (clear && rows < 40) {
          lane.clear();
          waits.forget();
          ends.length = 0;
        }
        for (let row = 0; row < rows; row++) {
          const begin = now;
          now += 1 + (row % 5) * 1000;
          ends.push(now);
          lane.push(begin, now, ends.length % 2, table);
          waits.push({ begin, end: now, reason: table, objectKind: 1, object: ends.length, result: 0, holder: 0, endedBy: 0, siteOwner: 0, site: 0 });
        }
      }
      for (const [table, { lane, waits, ends }] of tables.entries()) {
        expect(Array.from({ length: lane.count }, (_, row) => [lane.end(row), lane.owner(row)])).toEqual(ends.map((end) => [end, table]));
        expect(Array.from({ length: waits.count }, (_, row) => [waits.end(row), waits.reason(row), waits.object(row)])).toEqual(ends.map((end, row) => [end, table, row + 1]));
      }
    }),
    { numRuns: 60 },
  );
});

test('a sample that raises those before it reaches packed rows', () => {
  const samples = new SampleColumns();
  for (let row = 0; row < 300; row++) samples.push(row * 10, 0, 0, 'blocked');
  samples.touchedFrom = samples.count;
  samples.push(3000, 2900, 0, 'cpu');
  // From 100 on it must have run all the time.
  expect(Array.from({ length: 301 }, (_, row) => samples.run(row))).toEqual(Array.from({ length: 301 }, (_, row) => Math.max(0, row * 10 - 100)));
  expect(samples.touchedFrom).toBe(11);
});

test('a block gives back what was packed, to the last bit', () => {
  const value = fc.oneof(fc.nat(3), i32, fc.maxSafeInteger(), fc.double());
  const kinds = fc.array(fc.constantFrom<FieldKind>('plain', 'length', 'hole'), { maxLength: 5 }).map((more): FieldKind[] => ['plain', ...more]);
  fc.assert(
    fc.property(kinds, fc.integer({ min: 1, max: 2 * blockRows }), fc.array(value, { minLength: 1, maxLength: 40 }), (fieldKinds, count, values) => {
      const pages = new Pages();
      const rows = Array.from({ length: count * fieldKinds.length }, (_, at) => values[(at * 7) % values.length]! + 0);
      unpackRows(pages, packRows(pages, fieldKinds, rows, count), fieldKinds);
      const address = packRows(pages, fieldKinds, rows, count);
      const read = rows.map((_, at) => packedValue(pages, address, fieldKinds, Math.floor(at / fieldKinds.length), at % fieldKinds.length));
      expect(read).toEqual(rows);
      expect(unpackRows(pages, address, fieldKinds)).toEqual(rows);
    }),
  );
});

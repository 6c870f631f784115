/** Lanes of numbers: the tile at any zoom is what walking over all connections says, and no short peak is lost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binOf, numberAt, seriesOf } from '../../../src/lanes/series';
import type { Model } from '../../../src/model/model';
import { Traffic } from '../../../src/model/traffic';
import { numberRows } from '../../../src/protocol/series';
import { serverStart } from '../model/support/servers';
import { ms, Story } from '../model/support/story';

interface Entry {
  at: number;
  low: number;
  high: number;
}

/** Entries by row. */
function read(model: Model, rows: readonly string[], window: { fromNs: number; toNs: number; width: number }, nowNs: number): Map<string, Entry[]> {
  const columns = seriesOf(model, rows, window, nowNs)!;
  const [row, at, low, high] = [new Uint16Array(columns.seriesRow), new Float64Array(columns.seriesAt), new Float64Array(columns.seriesLow), new Float64Array(columns.seriesHigh)];
  const found = new Map<string, Entry[]>(rows.map((id) => [id, []]));
  at.forEach((_, index) => found.get(rows[row[index]!]!)!.push({ at: at[index]!, low: low[index]!, high: high[index]! }));
  return found;
}

interface Span {
  from: number;
  to: number;
}

/** How many of the spans hold a moment. */
const holding = (spans: readonly Span[], ns: number): number => spans.filter(({ from, to }) => from <= ns && ns < to).length;

/** Every value that the number has within a time, told from all spans. */
function valuesWithin(spans: readonly Span[], fromNs: number, toNs: number): number[] {
  const moments = [fromNs, ...spans.flatMap(({ from, to }) => [from, to]).filter((ns) => ns > fromNs && ns < toNs)];
  return moments.map((ns) => holding(spans, ns));
}

/** A server that accepts clients who stood in its queue for a while; whole milliseconds. */
const clients = fc.array(fc.record({ accepted: fc.integer({ min: 300, max: 2000 }), waited: fc.integer({ min: 0, max: 280 }), stays: fc.integer({ min: 1, max: 700 }), bytes: fc.integer({ min: 0, max: 5000 }) }), { maxLength: 40 });

function story(all: readonly { accepted: number; waited: number; stays: number; bytes: number }[]): Story {
  const lines = all.map(({ accepted, waited, stays, bytes }, index) => {
    const descriptor = 10 + index;
    const at = accepted + index / 1000;
    return `
      ${at}..${at} 101 . accept descriptor=3 result=${descriptor} sinceEstablished=${waited}
      ${at} 101 . endpoints descriptor=${descriptor} local=127.0.0.1:9999 peer=127.0.0.1:${50000 + index}
      ${at}..${at} 101 . receive descriptor=${descriptor} result=${bytes}
      ${at + stays} 101 . close descriptor=${descriptor}`;
  });
  return Story.of(`${serverStart}\n${lines.join('\n')}\n 3000..3001 101 . sleep`);
}

describe('a lane of numbers', () => {
  test('at any zoom says per bin the least and the most of what walking over all of it finds', () => {
    const windows = fc.record({ from: fc.integer({ min: 0, max: 2500 }), length: fc.integer({ min: 1, max: 3000 }), width: fc.integer({ min: 1, max: 400 }) });
    fc.assert(fc.property(clients, windows, (all, { from, length, width }) => {
      const { model } = story(all);
      const origin = model.originNs;
      const connections: Span[] = model.connections.map(({ queuedNs, startNs, closedNs }) => ({ from: Math.min(queuedNs ?? startNs, startNs) - origin, to: (closedNs ?? Infinity) - origin }));
      const queued: Span[] = model.connections.flatMap(({ queuedNs, acceptedNs }) => (queuedNs === null ? [] : [{ from: queuedNs - origin, to: acceptedNs! - origin }]));
      const nowNs = ms(3001);
      const window = { fromNs: ms(from), toNs: ms(from + length), width };
      const binNs = binOf(ms(length) / width);
      const found = read(model, ['p1', 'q1', 'n:connections'], window, nowNs);
      expect(found.get('p1')).toEqual([]);
      for (const [row, spans] of [['q1', queued], ['n:connections', connections]] as const) {
        const entries = found.get(row)!;
        expect(entries[0]!.at).toBe(window.fromNs);
        expect(entries.length).toBeLessThanOrEqual(2 * (ms(length) / binNs + 2));
        const end = Math.min(window.toNs, nowNs);
        entries.forEach((entry, index) => {
          const until = Math.min(entries[index + 1]?.at ?? Infinity, end);
          if (!(entry.at < until)) return;
          const values = valuesWithin(spans, entry.at, until);
          // Nothing that was is missing…
          expect(entry.low).toBeLessThanOrEqual(Math.min(...values));
          expect(entry.high).toBeGreaterThanOrEqual(Math.max(...values));
          // …and nothing is there that was not within the bin.
          const begin = Math.floor(entry.at / binNs) * binNs;
          const bin = entry.low === entry.high ? values : valuesWithin(spans, Math.max(begin, window.fromNs), begin + binNs);
          expect([entry.low, entry.high]).toEqual([Math.min(...bin), Math.max(...bin)]);
        });
      }
    }), { numRuns: 80 });
  });

  test('says exactly what stands at a moment, and until when', () => {
    const { model } = story([{ accepted: 500, waited: 100, stays: 200, bytes: 0 }, { accepted: 550, waited: 120, stays: 300, bytes: 0 }]);
    const at = (row: string, ns: number): unknown[] => {
      const { value, fromNs, toNs } = numberAt(model, { row, atNs: ms(ns), binNs: 1 }, ms(3001));
      return [value, fromNs / 1e6, toNs === null ? null : toNs / 1e6];
    };
    expect(at('q1', 100)).toEqual([0, 0, 400]);
    expect(at('q1', 450)).toEqual([2, 430.001, 500]);
    expect(at('n:connections', 2000)).toEqual([0, 850.001, null]);
    expect(at('n:processes', 2000)).toEqual([1, 0, null]);
    expect(at('n:threads', 5000)[0]).toBe(null);
    expect(at('n:nothing', 5)[0]).toBe(null);
  });

  test('follows what changes without walking over all of it again', () => {
    const first = Story.of(serverStart).model;
    expect(numberAt(first, { row: 'n:connections', atNs: 1, binNs: 1 }, ms(10)).value).toBe(0);
    const connection = story([{ accepted: 500, waited: 0, stays: 5, bytes: 0 }]).model.connections[0]!;
    first.changed.clear();
    (first.connections as unknown[]).push(connection);
    expect(numberAt(first, { row: 'n:connections', atNs: ms(502), binNs: 1 }, ms(900)).value).toBe(0);
    first.changed.add(connection);
    expect(numberAt(first, { row: 'n:connections', atNs: ms(502), binNs: 1 }, ms(900)).value).toBe(1);
  });

  test('of bytes says what each bin had, a second', () => {
    fc.assert(fc.property(clients, fc.integer({ min: 1, max: 300 }), (all, width) => {
      const { model } = story(all);
      const window = { fromNs: 0, toNs: ms(3001), width };
      const entries = read(model, ['n:bytesIn', 'n:bytesOut'], window, ms(3001)).get('n:bytesIn')!;
      const length = Math.max(binOf(window.toNs / width), model.traffic.stretchNs);
      const received = all.map(({ accepted, bytes }, index) => ({ at: ms(accepted + index / 1000), bytes }));
      for (let bin = 0; bin * length < window.toNs; bin++) {
        const sum = received.filter(({ at }) => Math.floor(at / length) === bin).reduce((total, { bytes }) => total + bytes, 0);
        const entry = [...entries].reverse().find(({ at }) => at <= bin * length);
        expect(entry?.low).toBeCloseTo((sum / length) * 1e9, 3);
      }
    }), { numRuns: 60 });
  });

  test('is unknown where the oldest part was dropped', () => {
    const { model } = story([{ accepted: 500, waited: 100, stays: 200, bytes: 0 }]);
    Object.defineProperty(model, 'completeFromNs', { value: model.originNs + ms(300) });
    for (const [row, entries] of read(model, [...numberRows.map((name) => `n:${name}`), 'q1'], { fromNs: 0, toNs: ms(1000), width: 100 }, ms(3001))) {
      expect(entries[0], row).toEqual({ at: 0, low: NaN, high: NaN });
      expect(entries[1]!.at, row).toBe(ms(300));
    }
    expect(numberAt(model, { row: 'q1', atNs: ms(200), binNs: 1 }, ms(3001)).value).toBeNull();
  });
});

test('the bytes of a long recording are summed over longer stretches, and none is lost', () => {
  const traffic = new Traffic();
  const times = fc.array(fc.record({ at: fc.integer({ min: 0, max: 2 ** 45 }), bytes: fc.integer({ min: 1, max: 1000 }), receives: fc.boolean() }), { minLength: 1, maxLength: 200 });
  fc.assert(fc.property(times, (all) => {
    const made = new Traffic();
    for (const { at, bytes, receives } of all) made.add({ end: at }, bytes, receives);
    expect(made.count).toBeLessThanOrEqual(2 ** 17);
    for (const receives of [true, false]) {
      const sums = new Map<number, number>();
      for (const each of all) if (each.receives === receives) sums.set(Math.floor(each.at / made.stretchNs), (sums.get(Math.floor(each.at / made.stretchNs)) ?? 0) + each.bytes);
      for (const [stretch, sum] of sums) expect(made.sum(stretch, stretch + 1, receives)).toBe(sum);
      expect(made.sum(0, Infinity, receives)).toBe(all.filter((each) => each.receives === receives).reduce((sum, { bytes }) => sum + bytes, 0));
    }
  }), { numRuns: 40 });
  expect(traffic.sum(0, 10, true)).toBe(0);
});

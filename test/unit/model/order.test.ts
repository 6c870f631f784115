/** The model is a function of the sorted records: neither batches nor the moment of reading change it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeTable, Story } from './support/story';
import { forkPerConnection, iterative, keepsSocket, observed, threadPerConnection } from './support/servers';

const tables = { iterative, observed, threadPerConnection, forkPerConnection, keepsSocket };

describe.each(Object.entries(tables))('%s', (_, table) => {
  const { encoder, records } = encodeTable(table);
  const sorted = records.map((record, index) => ({ record, index })).sort((a, b) => a.record.key - b.record.key || a.index - b.index).map(({ record }) => record);
  const whole = Story.inBatches(encoder, [records]);

  test('however the records are split into batches, the report is the same', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: sorted.length }), { maxLength: 6 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), sorted.length];
        const groups = edges.slice(1).map((edge, index) => sorted.slice(edges[index], edge));
        const story = Story.inBatches(encoder, groups);
        expect(story.model.late).toBe(false);
        expect(story.report).toEqual(whole.report);
      }),
      { numRuns: 60 },
    );
  });

  test('at every moment the lanes are in order and do not overlap', () => {
    for (let count = 0; count <= sorted.length; count++) {
      const { model } = Story.inBatches(encoder, [sorted.slice(0, count)]);
      for (const connection of model.connections) {
        const { activity } = connection;
        const settled = Array.from({ length: activity.count }, (_unused, at) => [activity.begin(at), activity.end(at)]);
        const tail = model.tail(connection, model.latestNs).map(({ begin, end }) => [begin, end]);
        expectSpans([...settled, ...tail]);
      }
      for (const { waits } of model.threads) expectSpans(Array.from({ length: waits.count }, (_unused, at) => [waits.begin(at), waits.end(at)]));
    }
  });

  test('a record that is older than one already taken makes the model late', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: sorted.length - 1 }), (at) => {
        const late = sorted[at - 1];
        const rest = sorted.filter((record) => record !== late);
        fc.pre(late !== undefined && late.key < (rest.at(-1)?.key ?? 0));
        expect(Story.inBatches(encoder, [rest, [late]]).model.late).toBe(true);
      }),
    );
  });
});

/** Ordered by begin, none before the last one's end; only the last may be open. */
function expectSpans(spans: readonly (readonly number[])[]): void {
  spans.forEach(([begin = NaN, end = NaN], index) => {
    expect(begin).toBeGreaterThanOrEqual(spans[index - 1]?.[1] ?? 0);
    if (index < spans.length - 1) expect(end).toBeGreaterThanOrEqual(begin);
  });
}

test('nothing recorded gives an empty report, not a broken one', () => {
  expect(Story.of('').report).toMatchObject({ processes: [], connections: [], recording: { durationNs: 0, events: 0 } });
});

/** Rows that are sent as changes add up to the rows as they stand; and what has not changed is not looked at. */
import { describe, expect, test, vi } from 'vitest';
import { rowOf } from '../../../src/lanes/rows';
import { RowTracker } from '../../../src/lanes/rowTracker';
import { Model } from '../../../src/model/model';
import type { Row, RunInfo } from '../../../src/protocol/rows';
import { packRows, RowsText } from '../../../src/protocol/rowsText';
import { batchOf } from '../model/support/encode';
import { forkPerConnection, iterative, observed, serverStart, threadPerConnection } from '../model/support/servers';
import { encodeTable } from '../model/support/story';

const info: RunInfo = {
  title: '', command: [], directory: '', startedAt: '', state: 'running', nowNs: 0, exit: null, complete: true, events: 0, lostEvents: 0, droppedBytes: 0, processes: 0, threads: 0, connections: 0,
};

/** One thread serves three clients by turns; it sleeps, takes a lock and calls another server between. */
const turns = `
  ${serverStart}
  5..6     101  .  accept     descriptor=3 result=4 site=server.py:12
  7..8     101  .  accept     descriptor=3 result=5 site=server.py:12
  9..10    101  .  accept     descriptor=3 result=6 site=server.py:12
  11..     101  .  poll       registered=4
  11..20   101  .  poll       registered=4 result=1
  21..22   101  .  receive    descriptor=4 result=5 site=server.py:20
  23..     101  .  sleep
  23..30   101  .  sleep
  31..     101  .  lock       object=7
  31..40   101  .  lock       object=7 result=1
  41..42   101  .  connect    descriptor=7 result=0 address=127.0.0.1:5432
  43..44   101  .  send       descriptor=7 result=3
  45..     101  .  receive    descriptor=7
  45..50   101  .  receive    descriptor=7 result=3
  52..53   101  .  send       descriptor=4 result=5 site=server.py:21
  54..     101  .  poll       registered=4
  54..60   101  .  poll       registered=4 result=1
  61..62   101  .  receive    descriptor=5 result=5 site=server.py:20
  63..64   101  .  receive    descriptor=5 result=-11 site=server.py:20
  65..     101  .  poll       registered=4
  65..70   101  .  poll       registered=4 result=1
  71..72   101  .  receive    descriptor=5 result=0 site=server.py:20
  73       101  .  close      descriptor=5
  74..75   101  .  receive    descriptor=6 result=0 site=server.py:20
  76..     101  .  sleep
  76..80   101  .  sleep
  82       101  .  exit       status=-1 how=1
`;

function eachStep(table: string, look: (model: Model, records: number) => void): void {
  const { encoder, records } = encodeTable(table);
  const model = new Model(encoder, encoder.owners);
  const sorted = records.map((record, index) => ({ record, index })).sort((a, b) => a.record.key - b.record.key || a.index - b.index);
  sorted.forEach(({ record }, at) => {
    model.ingest(batchOf([record]));
    look(model, at);
  });
}

describe.each(Object.entries({ turns, iterative, observed, threadPerConnection, forkPerConnection }))('%s', (_, table) => {
  test.each([1, 3])('what is sent after every %i records is what there is', (every) => {
    const tracker = new RowTracker();
    const sent = new Map<string, Row>();
    const reader = new RowsText();
    const received = new Map<string, Row>();
    let short = 0;
    eachStep(table, (model, at) => {
      if (at % every !== 0) return;
      const nowNs = model.latestNs - model.originNs;
      const update = tracker.update(model, info, nowNs);
      for (const row of update.rows) sent.set(row.id, row);
      for (const thing of [...model.threads, ...model.connections]) expect(sent.get(thing.id)).toEqual(rowOf(model, thing, nowNs));
      // As a text most rows are a few words of what is known.
      const text = packRows(update, (id) => tracker.moved.has(id));
      short += tracker.moved.size;
      for (const row of reader.unpack(text).rows) received.set(row.id, row);
      expect(received).toEqual(sent);
    });
    expect(short).toBeGreaterThan(0);
  });
});

test('a row that says the same as before is not sent again', () => {
  const tracker = new RowTracker();
  eachStep(turns, (model) => {
    const nowNs = model.latestNs - model.originNs;
    tracker.update(model, info, nowNs);
    for (const thing of [...model.threads, ...model.connections]) model.changed.add(thing);
    expect(tracker.update(model, info, nowNs).rows).toEqual([]);
  });
});

test('of hundreds of idle clients of one thread, a call on one lets the others rest', () => {
  const clients = 300;
  const accepts = Array.from({ length: clients }, (_, at) => `${String(5 + at / 100)} 101 . endpoints descriptor=${String(10 + at)} local=127.0.0.1:9999 peer=127.0.0.1:${String(50_000 + at)}`).join('\n');
  const rounds = Array.from({ length: 20 }, (_, at) => `
    ${String(20 + at * 10)}..${String(25 + at * 10)} 101 . poll registered=301 result=1
    ${String(26 + at * 10)}..${String(27 + at * 10)} 101 . receive descriptor=${String(10 + at)} result=3 site=server.py:20`).join('\n');
  const tracker = new RowTracker();
  const looked: number[] = [];
  eachStep(`${serverStart}\n${accepts}\n${rounds}`, (model) => {
    const tail = vi.spyOn(model, 'tail');
    tracker.update(model, info, model.latestNs - model.originNs);
    looked.push(tail.mock.calls.length);
    tail.mockRestore();
  });
  // In the first poll all become idle; after it nobody is looked at but who is called, and who was a moment ago.
  expect(looked.slice(-36).reduce((sum, calls) => sum + calls, 0)).toBeLessThan(36 * 4);
  expect(looked).toHaveLength(3 + clients + 40);
});

describe('of a model that was built again', () => {
  const built = (table: string, without: (at: number) => boolean = () => false): Model => {
    const { encoder, records } = encodeTable(table);
    const model = new Model(encoder, encoder.owners);
    const sorted = records.filter((_, at) => !without(at)).sort((a, b) => a.key - b.key);
    for (const record of sorted) model.ingest(batchOf([record]));
    return model;
  };
  const present = (model: Model): number => model.latestNs - model.originNs;

  test.each(Object.entries({ turns, observed, threadPerConnection, forkPerConnection }))('%s: what is sent makes of what was sent what there is, whichever record was late', (_, table) => {
    const { records } = encodeTable(table);
    for (let late = 1; late < records.length; late++) {
      const tracker = new RowTracker();
      const sent = new Map<string, Row>();
      for (const model of [built(table, (at) => at === late), built(table), built(table, (at) => at > late)]) {
        const update = tracker.update(model, info, present(model));
        expect(update.reset).toBe(sent.size === 0);
        expect(update.rebuilt).toBe(sent.size === 0 ? undefined : true);
        for (const id of update.removed) expect(sent.delete(id)).toBe(true);
        for (const row of update.rows) sent.set(row.id, row);
        const afresh = new Map(new RowTracker().update(model, info, present(model)).rows.map((row) => [row.id, row]));
        expect(new Map([...sent].sort())).toEqual(new Map([...afresh].sort()));
      }
    }
  });

  test('a row that says the same is not sent again', () => {
    const tracker = new RowTracker();
    tracker.update(built(threadPerConnection), info, present(built(threadPerConnection)));
    const again = built(threadPerConnection);
    expect(tracker.update(again, info, present(again))).toMatchObject({ reset: false, rebuilt: true, rows: [], removed: [], edges: [] });
  });
});

/** Rows grouped by who works, by what they came in at, and by who asks; with the rows that only the panel has. */
import { describe, expect, it } from 'vitest';
import type { ConnectionRow, ListenerRow, ProcessRow, Row, RowsUpdate } from '../../src/protocol/rows';
import { Store } from '../../webview/store';
import { Scenario } from './support/scenario';
import { threadRow } from './support/recording';

const common = { startNs: 0, endNs: null, state: 'alive', stateSinceNs: 0, site: null } as const;

function processRow(id: string, parent: string | null): ProcessRow {
  return {
    ...common, id, parent, kind: 'process', label: `${id}.py`, pid: 1, birth: 'fork', command: [], exit: null, threads: 1, connections: 0, multiprocessing: null, orphaned: false, covered: true, gaps: [],
  };
}

const listener: ListenerRow = { ...common, id: 'l1', parent: 'p1', kind: 'listener', label: '0.0.0.0:80', address: '0.0.0.0:80', backlog: 5, acceptQueue: true, accepted: 2 };

function connectionRow(id: string, more: Partial<ConnectionRow>): ConnectionRow {
  return {
    ...common, id, kind: 'connection', parent: 't1', label: id, role: 'server', local: '10.0.0.1:80', peer: '10.0.0.7:5000', bytesIn: 0, bytesOut: 0, owner: 't1', listener: 'l1', peerProcess: null,
    queuedNs: null, acceptedNs: null, ...more,
  };
}

const rows: Row[] = [
  processRow('p1', null), listener, { ...threadRow('t1'), parent: 'p1', main: true }, processRow('p2', 'p1'), { ...threadRow('t2'), parent: 'p2' },
  connectionRow('c1', {}), connectionRow('c2', { peer: '10.0.0.8:5000' }), connectionRow('c3', { peer: '10.0.0.7:5001' }),
  connectionRow('c4', { peerProcess: 'p2', peer: '127.0.0.1:6000' }),
  connectionRow('c5', { role: 'client', parent: 't2', owner: 't2', listener: null, peerProcess: 'p1' }),
  connectionRow('c6', { parent: 'l1', owner: null, state: 'queued', queuedNs: 7 }),
];

const info = new Scenario('main.py', 1000).info;
const update = (changed: Row[], more: Partial<RowsUpdate> = {}): RowsUpdate => ({ info, reset: false, rows: changed, removed: [], edges: [], ...more });

function grouped(grouping: 'process' | 'listener' | 'client'): Store {
  const store = new Store();
  store.apply(update(rows, { reset: true }));
  store.group(grouping);
  return store;
}

const outline = (store: Store): string[] => store.shown.value.map(({ row, depth }) => `${'  '.repeat(depth)}${row.id}`);

describe('rows', () => {
  it('stand under who does the work, a queue under its listener', () => {
    expect(outline(grouped('process'))).toEqual(['p1', '  l1', '    q1', '    c6', '  t1', '    c1', '    c2', '    c3', '    c4', '  p2', '    t2', '      c5']);
  });

  it('stand under the listener that they came in at, whoever serves them', () => {
    expect(outline(grouped('listener'))).toEqual(['l1', '  q1', '  c1', '  c2', '  c3', '  c4', '  c6', 'p1', '  t1', '  p2', '    t2', '      c5']);
  });

  it('stand under who asks: a traced process, else a host; what the program itself connects to stays with its thread', () => {
    expect(outline(grouped('client'))).toEqual(['g:10.0.0.7', '  c1', '  c3', '  c6', 'g:10.0.0.8', '  c2', 'g:p2', '  c4', 'p1', '  l1', '    q1', '  t1', '  p2', '    t2', '      c5']);
  });

  it('come, go and move in every grouping as if they had been there from the begin', () => {
    for (const grouping of ['process', 'listener', 'client'] as const) {
      const store = new Store();
      store.group(grouping);
      for (const row of [...rows].reverse()) store.apply(update([row]));
      expect(outline(store), grouping).toEqual(outline(grouped(grouping)));
      // The client turns out to be traced: its host's group had nobody else.
      store.apply(update([connectionRow('c2', { peer: '10.0.0.8:5000', peerProcess: 'p2' })]));
      expect(outline(store).includes('g:10.0.0.8'), grouping).toBe(false);
      store.group('process');
      expect(outline(store), grouping).toEqual(outline(grouped('process')));
      store.apply(update([], { removed: ['l1'] }));
      expect(outline(store).filter((line) => /q1|l1/.test(line)), grouping).toEqual([]);
    }
  });

  it('know who stands in which queue in every grouping', () => {
    for (const grouping of ['process', 'listener', 'client'] as const) expect([...grouped(grouping).queues.value], grouping).toEqual([['l1', { length: 1, oldestNs: 7 }]]);
  });

  it('have the counters above them where the panel asks for them', () => {
    const store = new Store();
    store.withCounters = true;
    expect(outline(store)).toEqual([]);
    store.apply(update(rows, { reset: true }));
    expect(outline(store).slice(0, 7)).toEqual(['n:', '  n:connections', '  n:threads', '  n:processes', '  n:bytesIn', '  n:bytesOut', 'p1']);
    store.select('q1');
    store.apply(update([rows[0]!]));
    expect(store.selection.value?.row).toBe('q1');
  });

  it('have the counters above them too where the panel opened before anything happened', () => {
    const store = new Store();
    store.withCounters = true;
    store.apply(update([], { reset: true }));
    expect(outline(store)).toEqual([]);
    store.apply(update(rows));
    store.apply(update([rows[0]!]));
    expect(outline(store).slice(0, 7)).toEqual(['n:', '  n:connections', '  n:threads', '  n:processes', '  n:bytesIn', '  n:bytesOut', 'p1']);
    expect(outline(store).filter((line) => line === 'n:')).toHaveLength(1);
  });
});

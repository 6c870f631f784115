import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionRow, Row, RowsUpdate, RunInfo, ThreadRow } from '../../../src/protocol/rows';
import { RowStore } from '../../../src/ui/rowStore';

const info: RunInfo = {
  title: 'server.py', command: ['python3', 'server.py'], directory: '/app', startedAt: '2026-01-01T00:00:00.000Z', state: 'running',
  nowNs: 0, exit: null, complete: false, events: 0, lostEvents: 0, droppedBytes: 0, processes: 1, threads: 1, connections: 0,
};

const thread = (number: number, more: Partial<ThreadRow> = {}): Row => ({
  kind: 'thread', id: `t${number}`, parent: 'p1', label: `Thread-${number}`, startNs: number, endNs: null, state: 'active', stateSinceNs: 0,
  site: null, tid: number, main: number === 1, daemon: false, target: null, ...more,
});

const connection = (number: number, parent: string): ConnectionRow => ({
  kind: 'connection', id: `c${number}`, parent, label: `127.0.0.1:${number}`, startNs: number, endNs: null, state: 'queued', stateSinceNs: 0,
  site: null, role: 'server', local: null, peer: null, bytesIn: 0, bytesOut: 0, owner: parent, listener: null, peerProcess: null, queuedNs: null, acceptedNs: null,
});

const process: Row = {
  kind: 'process', id: 'p1', parent: null, label: 'server.py', startNs: 0, endNs: null, state: 'alive', stateSinceNs: 0, site: null, pid: 7,
  birth: 'root', command: [], exit: null, threads: 1, connections: 0, multiprocessing: null, orphaned: false, covered: true, gaps: [],
};

const update = (rows: Row[], more: Partial<RowsUpdate> = {}): RowsUpdate => ({ info, reset: false, rows, removed: [], edges: [], ...more });
const ids = (rows: readonly Row[]): string[] => rows.map((row) => row.id);

describe('RowStore', () => {
  it('has nothing to show before the first update', () => {
    const store = new RowStore();
    expect(store.snapshot()).toBeNull();
    expect(store.childrenOf(null)).toEqual([]);
  });

  it('lists children by parent, living before ended, each by start', () => {
    const store = new RowStore();
    store.apply(update([process, thread(2, { endNs: 9 }), thread(3), thread(1)], { reset: true }));
    expect(ids(store.childrenOf(null))).toEqual(['p1']);
    expect(ids(store.childrenOf('p1'))).toEqual(['t1', 't3', 't2']);
  });

  it('orders ids as numbers where starts are equal', () => {
    const store = new RowStore();
    store.apply(update([process, thread(10, { startNs: 0 }), thread(9, { startNs: 0 })], { reset: true }));
    expect(ids(store.childrenOf('p1'))).toEqual(['t9', 't10']);
  });

  it('tells a changed row from a changed set of children', () => {
    const store = new RowStore();
    expect(store.apply(update([process, thread(1)], { reset: true })).all).toBe(true);
    const state = store.apply(update([thread(1, { state: 'accept' })]));
    expect([[...state.rows], [...state.parents]]).toEqual([['t1'], []]);
    const born = store.apply(update([thread(2)]));
    expect([[...born.rows], [...born.parents]]).toEqual([[], ['p1']]);
    const ended = store.apply(update([thread(2, { endNs: 5 })]));
    expect([[...ended.rows], [...ended.parents]]).toEqual([['t2'], ['p1']]);
  });

  it('changes both parents when a connection is handed over, and the old one when a row is removed', () => {
    const store = new RowStore();
    store.apply(update([process, thread(1), thread(2), connection(1, 't1')], { reset: true }));
    const moved = store.apply(update([connection(1, 't2')]));
    expect([...moved.parents].sort()).toEqual(['t1', 't2']);
    expect(ids(store.childrenOf('t2'))).toEqual(['c1']);
    expect([...store.apply(update([], { removed: ['c1', 'unknown'] })).parents]).toEqual(['t2']);
    expect(store.get('c1')).toBeUndefined();
  });

  it('keeps a row without a known parent at the top until its parent comes', () => {
    const store = new RowStore();
    store.apply(update([thread(1)], { reset: true }));
    expect(ids(store.childrenOf(null))).toEqual(['t1']);
    store.apply(update([process]));
    expect(ids(store.childrenOf(null))).toEqual(['p1']);
  });

  it('lists the same after many updates as a fresh store, whatever came, went and moved', () => {
    const step = fc.record({
      number: fc.integer({ min: 1, max: 8 }), parent: fc.constantFrom(null, 't1', 't2', 't3', 't4'), startNs: fc.nat(3), ended: fc.boolean(), bytesIn: fc.nat(9), gone: fc.boolean(),
    });
    const parents = [null, 't1', 't2', 't3', 't4', 't5'];
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const store = new RowStore();
        store.apply(update([], { reset: true }));
        for (const { number, parent, startNs, ended, bytesIn, gone } of steps) {
          // Among them are the parents, who come and go too.
          const id = number <= 4 ? `t${String(number)}` : `c${String(number)}`;
          const row = number <= 4 ? thread(number, { parent: parent === id ? null : parent, startNs, endNs: ended ? 9 : null }) : { ...connection(number, ''), parent, startNs, endNs: ended ? 9 : null, bytesIn };
          store.apply(gone ? update([], { removed: [id] }) : update([row]));
          const fresh = new RowStore();
          fresh.apply(store.snapshot()!);
          for (const each of parents) expect(store.childrenOf(each)).toEqual(fresh.childrenOf(each));
          const known = [...store.all()];
          const top = known.filter((each) => each.parent === null || !known.some(({ id: other }) => other === each.parent));
          expect(ids(store.childrenOf(null)).sort()).toEqual(ids(top).sort());
        }
      }),
      { numRuns: 100 },
    );
  });

  it('gives a snapshot that rebuilds the same store', () => {
    const store = new RowStore();
    store.apply(update([process, thread(1)], { reset: true }));
    store.apply(update([thread(1, { endNs: 4 }), thread(2)]));
    const copy = new RowStore();
    copy.apply(store.snapshot()!);
    expect(copy.childrenOf('p1')).toEqual(store.childrenOf('p1'));
    expect(copy.info).toEqual(info);
  });
});

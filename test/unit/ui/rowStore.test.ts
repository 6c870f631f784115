import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { ConnectionRow, Row, RowsUpdate, RunInfo, ThreadRow } from '../../../src/protocol/rows';
import { packRows, restOf, type PackedRows } from '../../../src/protocol/rowsText';
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
    const native = store.apply(update([thread(1, { native: true })]));
    expect([[...native.rows], [...native.parents]]).toEqual([['t1'], ['p1']]);
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

  it('has the same of what came packed, whoever asks for it and when', () => {
    const step = fc.record({ number: fc.integer({ min: 1, max: 6 }), ended: fc.boolean(), bytesIn: fc.nat(3), gone: fc.boolean(), line: fc.nat(2), events: fc.nat(9), asked: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 30 }), (updates) => {
        const [late, whole] = [new RowStore(), new RowStore()];
        for (const store of [late, whole]) store.take(update([process], { reset: true }));
        let unasked: ReturnType<RowStore['take']>[] = [];
        let changed = { rows: new Set<string>(), parents: new Set<string | null>() };
        for (const steps of updates) {
          const latest = new Map(steps.map((each) => [each.number, each]));
          const rows: Row[] = [];
          const removed: string[] = [];
          for (const { number, ended, bytesIn, gone, line } of latest.values()) {
            if (gone) removed.push(`c${number}`);
            else rows.push({ ...connection(number, 'p1'), endNs: ended ? 9 : null, bytesIn, site: line === 0 ? null : { file: 'server.py', line, function: 'serve' } });
          }
          const facts = { ...info, events: steps[0]?.events ?? 0 };
          const next = update(rows, { info: facts, removed });
          const packed = packedOf(next, (row) => {
            const before = whole.get(row.id);
            return before !== undefined && restOf(before) === restOf(row);
          });
          const { rows: own, parents } = whole.apply(next);
          changed = { rows: new Set([...changed.rows, ...own]), parents: new Set([...changed.parents, ...parents]) };
          unasked.push(late.take(packed));
          // The facts are there at once.
          expect(late.info).toEqual(facts);
          const asked = steps[0]?.asked ?? 0;
          if (asked === 0) continue;
          if (asked === 1) expect(late.get('c1')).toEqual(whole.get('c1'));
          if (asked === 2) expect(late.childrenOf('p1')).toEqual(whole.childrenOf('p1'));
          // Each that was taken apart by then says all that changed since the last time: what came and went meanwhile is no change.
          for (const { changes } of unasked) for (const id of changed.rows) if (late.get(id) !== undefined) expect(changes().rows.has(id) || changes().parents.has('p1')).toBe(true);
          for (const { changes } of unasked) expect(changes().all).toBe(false);
          unasked = [];
          changed = { rows: new Set(), parents: new Set() };
        }
        expect([...late.all()].sort((a, b) => a.id.localeCompare(b.id))).toEqual([...whole.all()].sort((a, b) => a.id.localeCompare(b.id)));
        expect(late.childrenOf('p1')).toEqual(whole.childrenOf('p1'));
        expect(late.size).toBe(whole.size);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps little of what nobody asks for', () => {
    const store = new RowStore();
    store.take(update([process], { reset: true }));
    const label = 'x'.repeat(10_000);
    const taken = Array.from({ length: 60 }, (_, at) => packedOf(update([thread(at, { label })]), () => false));
    let kept = 0;
    for (const each of taken) {
      const before = vi.spyOn(JSON, 'parse');
      store.take(each);
      // The facts of the run are one, and each body that is taken apart another.
      kept = before.mock.calls.length > 1 ? 0 : kept + each.body.byteLength;
      before.mockRestore();
      expect(kept).toBeLessThanOrEqual(256 * 1024);
    }
    expect(store.size).toBe(61);
  });
});

function packedOf(update: RowsUpdate, isMoved: (row: Row) => boolean): PackedRows {
  const { head, body } = packRows(update, (id) => isMoved(update.rows.find((row) => row.id === id)!));
  return { head, body: new TextEncoder().encode(body).buffer };
}

/** Rows that are kept as a tree: whatever updates come, it is the tree that would be made of the same rows from nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/protocol/rows';
import { flatten, Outline } from '../../webview/outline';
import { indexRows, RowIndex } from '../../webview/rowIndex';

interface Drawn {
  kind: number;
  number: number;
  parent: number;
  start: number;
  end: number;
  more: number;
}

const letters = ['p', 't', 'c', 'c', 'c', 'c', 'l'] as const;
const idOf = ({ kind, number }: Pick<Drawn, 'kind' | 'number'>): string => `${letters[kind]!}${number}`;

/** A row of any kind under one with a higher number, which need not be there; ended half of the time. */
function rowOf(drawn: Drawn): Row {
  const id = idOf(drawn);
  const above = 119 + (drawn.parent % 2);
  const parent = drawn.parent % 9 === 0 || above <= drawn.number ? null : idOf({ kind: drawn.parent % 3 === 0 ? 0 : 1, number: above });
  const base = { id, parent, label: `${id} ${drawn.more}`, startNs: drawn.start, endNs: drawn.end > 1 ? drawn.start + drawn.end : null, state: drawn.more === 1 ? 'zombie' as const : 'alive' as const, stateSinceNs: 0, site: null };
  switch (letters[drawn.kind]!) {
    case 'p': return { ...base, kind: 'process', pid: 1, birth: 'fork', command: [], exit: null, threads: drawn.more, connections: 0, multiprocessing: null, orphaned: false, covered: true, gaps: [] };
    case 't': return { ...base, kind: 'thread', tid: 1, main: drawn.more === 0, daemon: null, target: null, ...(drawn.more === 3 ? { native: true } : {}) };
    case 'c': return { ...base, kind: 'connection', role: 'server', local: `127.0.0.1:${drawn.more}`, peer: null, bytesIn: 0, bytesOut: 0, owner: null, listener: null, peerProcess: null, queuedNs: null, acceptedNs: null };
    case 'l': return { ...base, kind: 'listener', address: `0.0.0.0:${drawn.more}`, backlog: 5, acceptQueue: false, accepted: 0 };
  }
}

const drawn = fc.record({ kind: fc.nat(letters.length - 1), number: fc.nat(120), parent: fc.nat(35), start: fc.nat(50), end: fc.nat(9), more: fc.nat(3) });
const updates = fc.array(fc.record({ rows: fc.array(drawn, { maxLength: 80, size: 'max' }), removed: fc.array(drawn, { maxLength: 5 }) }), { maxLength: 9, size: 'max' });

function seen(shown: ReturnType<typeof flatten>): unknown[] {
  return shown.map(({ row, depth, children, collapsed, fold, position, siblings }) => ({ row, depth, children, collapsed, fold, position, siblings }));
}

/** Enough that ended below one thread for a fold. */
const crowd: readonly Row[] = [{ kind: 0, number: 120 }, { kind: 1, number: 120 }, ...Array.from({ length: 60 }, (_, at) => ({ kind: 2, number: 900 + at }))].map((each, at) =>
  ({ ...rowOf({ ...each, parent: 0, start: at, end: 9, more: 2 }), parent: at === 0 ? null : at === 1 ? 'p120' : 't120' }));

describe('the index of rows', () => {
  it('is after any updates what it would be from nothing, and so is what is shown', () => {
    let [folds, deepest] = [0, 0];
    fc.assert(fc.property(updates, fc.array(drawn, { maxLength: 4 }), (all, closed) => {
      const index = new RowIndex();
      const outline = new Outline(index, (kind, rows) => `${rows} ${kind}`);
      const rows = new Map(crowd.map((row) => [row.id, row]));
      index.apply(crowd);
      const collapsed = new Set(closed.map(idOf));
      const opened = new Set(closed.slice(2).map((each) => `fold:${idOf(each)}:connection`));
      for (const each of all) {
        const fresh = each.rows.map(rowOf);
        const removed = each.removed.map(idOf);
        for (const id of removed) rows.delete(id);
        for (const row of fresh) rows.set(row.id, row);
        index.apply(fresh, removed);
        for (const { id } of fresh) outline.changed(id);
        const shown = outline.update(collapsed, opened);
        const whole = indexRows(rows);
        expect(seen(shown)).toEqual(seen(flatten(whole, collapsed, opened, (kind, count) => `${count} ${kind}`)));
        for (const { fold, depth } of shown) {
          if (fold !== null) folds++;
          deepest = Math.max(deepest, depth);
        }
        const places = outline.places();
        shown.forEach((line, at) => expect(places.get(line.row.id)).toBe(at));
        for (const kind of ['process', 'thread', 'connection', 'listener'] as const) expect(index.childrenOf(null, kind)).toEqual(whole.childrenOf(null, kind));
      }
    }), { numRuns: 15 });
    expect(folds).toBeGreaterThan(0);
    expect(deepest).toBeGreaterThanOrEqual(2);
  });

  it('loses no row and shows none twice, even where rows would hang under themselves', () => {
    const few = fc.record({ kind: fc.nat(letters.length - 1), number: fc.nat(8), parent: fc.nat(8), start: fc.nat(50), end: fc.nat(9), more: fc.nat(3) });
    fc.assert(fc.property(fc.array(few, { maxLength: 60 }), (all) => {
      const index = new RowIndex();
      const ids = new Set(all.map(idOf));
      for (const each of all) index.apply([{ ...rowOf(each), parent: idOf({ kind: each.more, number: each.parent }) }]);
      const opened = new Set(['', ...ids].map((id) => `fold:${id}:native`));
      expect(flatten(index, new Set(), opened, () => '').filter(({ fold }) => fold === null).map(({ row }) => row.id).sort()).toEqual([...ids].sort());
    }));
  });

  it('says what an update did', () => {
    const index = new RowIndex();
    const process = rowOf({ kind: 0, number: 1, parent: 0, start: 0, end: 0, more: 2 });
    const thread = { ...rowOf({ kind: 2, number: 1, parent: 0, start: 1, end: 0, more: 2 }), parent: 'p1' };
    expect(index.apply([process, thread])).toEqual({ structure: true, family: true });
    expect(index.apply([{ ...thread, state: 'running' }])).toEqual({ structure: false, family: false });
    expect(index.apply([{ ...process, kind: 'process', threads: 7 } as Row])).toEqual({ structure: false, family: false });
    expect(index.apply([{ ...process, label: 'other' }])).toEqual({ structure: false, family: true });
    expect(index.apply([{ ...thread, endNs: 9 }])).toEqual({ structure: true, family: false });
  });
});

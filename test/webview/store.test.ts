import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionRow, ProcessRow, Row, RowsUpdate, RunInfo } from '../../src/protocol/rows';
import { flatten } from '../../webview/outline';
import { indexRows } from '../../webview/rowIndex';
import { Store } from '../../webview/store';
import { countFold, foldBeyond, openAtMost, treeNodes, youngNs, type TreeNode } from '../../webview/tree/model';
import { threadRow } from './support/recording';

const info: RunInfo = {
  title: 'server.py', command: ['python3', 'server.py'], directory: '/', startedAt: '', state: 'running', nowNs: 0, exit: null, complete: true, events: 0, lostEvents: 0, droppedBytes: 0,
  processes: 0, threads: 0, connections: 0,
};

function processRow(id: string, parent: string | null, startNs: number, more: Partial<ProcessRow> = {}): ProcessRow {
  return {
    id, kind: 'process', parent, label: 'server.py', startNs, endNs: null, state: 'alive', stateSinceNs: 0, site: null, pid: 1, birth: parent === null ? 'root' : 'fork', command: [], exit: null,
    threads: 0, connections: 0, multiprocessing: null, orphaned: false, covered: true, gaps: [], ...more,
  };
}

function connectionRow(id: string, parent: string, startNs: number): ConnectionRow {
  return {
    id, kind: 'connection', parent, label: id, startNs, endNs: null, state: 'idle', stateSinceNs: 0, site: null, role: 'server', local: null, peer: null, bytesIn: 0, bytesOut: 0, owner: parent,
    listener: null, peerProcess: null, queuedNs: null, acceptedNs: null,
  };
}

function update(rows: Row[], more: Partial<RowsUpdate> = {}): RowsUpdate {
  return { info, reset: false, rows, removed: [], edges: [], ...more };
}

function outline(store: Store): string[] {
  return store.shown.value.map(({ row, depth, collapsed }) => `${'  '.repeat(depth)}${row.id}${collapsed ? ' +' : ''}`);
}

const family: Row[] = [
  connectionRow('c1', 't2', 30), processRow('p2', 'p1', 5), threadRow('t3', { parent: 'p2', startNs: 6 }), threadRow('t2', { parent: 'p1', startNs: 20 }),
  threadRow('t1', { parent: 'p1', startNs: 1 }), processRow('p1', null, 0),
  { id: 'l1', kind: 'listener', parent: 'p1', label: ':80', startNs: 10, endNs: null, state: 'alive', stateSinceNs: 0, site: null, address: ':80', backlog: 5, acceptQueue: false, accepted: 0 },
];

describe('rows', () => {
  it('read as process, listeners, threads with their connections, children', () => {
    const store = new Store();
    store.apply(update(family, { reset: true }));
    expect(outline(store)).toEqual(['p1', '  l1', '  t1', '  t2', '    c1', '  p2', '    t3']);
  });

  it('keep their order when more come, and follow a hand-over', () => {
    const store = new Store();
    store.apply(update(family, { reset: true }));
    store.apply(update([threadRow('t10', { parent: 'p1', startNs: 20 }), connectionRow('c1', 't3', 30)]));
    expect(outline(store)).toEqual(['p1', '  l1', '  t1', '  t2', '  t10', '  p2', '    t3', '      c1']);
  });

  it('that ended fold away where they are many, and open on demand', () => {
    const store = new Store();
    const clients = Array.from({ length: 60 }, (_, at) => ({ ...connectionRow(`c${at + 1}`, 't2', 30 + at), endNs: at === 3 ? null : 100 + at }));
    store.apply(update([...family.slice(1), ...clients], { reset: true }));
    const fold = 'fold:t2:connection';
    // The one that lives stays, and the newest twenty.
    const shown = outline(store).filter((line) => line.startsWith('    '));
    expect(shown.slice(0, 3)).toEqual([`    ${fold} +`, '    c4', '    c41']);
    expect(shown.filter((line) => line.startsWith('    c')).length).toBe(21);
    expect(store.shown.value.find(({ row }) => row.id === fold)).toMatchObject({ fold: 39, children: 39, row: { label: '39 ended connections' } });
    expect(store.shownPlace('c1')).toBe(store.shownAt.value.get(fold));
    store.setCollapsed(fold, false);
    expect(outline(store).filter((line) => line.startsWith('      c')).length).toBe(39);
    store.setCollapsed(fold, true);
    store.show('c5');
    expect(store.shownAt.value.has('c5')).toBe(true);
  });

  it('keep the main thread in sight: the others are told from it', () => {
    const store = new Store();
    const threads = Array.from({ length: 60 }, (_, at) => ({ ...threadRow(`t${at + 10}`, { parent: 'p1', startNs: 20 + at, main: at === 0 }), endNs: 100 + at }));
    store.apply(update([family[0]!, ...threads], { reset: true }));
    expect(store.shownAt.value.has('t10')).toBe(true);
    expect(store.shown.value.find(({ fold }) => fold !== null)).toMatchObject({ fold: 39, row: { id: 'fold::thread' } });
  });

  it('that ended stay in sight while something below them lives, or while they are few', () => {
    const store = new Store();
    const children = Array.from({ length: 60 }, (_, at) => processRow(`p${at + 2}`, 'p1', at + 1, { endNs: 100 }));
    store.apply(update([processRow('p1', null, 0), ...children, processRow('p90', 'p3', 50)], { reset: true }));
    expect(outline(store)).toContain('  p3');
    expect(outline(store)).toContain('    p90');
    expect(outline(store)).not.toContain('  p2');
    store.apply(update([processRow('p1', null, 0), ...children.slice(0, 40)], { reset: true }));
    expect(outline(store).length).toBe(41);
  });

  it('stand in the queue of their listener until somebody accepts them', () => {
    const store = new Store();
    store.apply(update([...family, { ...connectionRow('c8', 't9', 40), parent: null, local: '127.0.0.1:80' }, { ...connectionRow('c9', 't9', 41), parent: null, local: '10.0.0.1:81' }], { reset: true }));
    expect(outline(store)).toEqual(['p1', '  l1', '    c8', '  t1', '  t2', '    c1', '  p2', '    t3', 'c9']);
  });

  it('fold, unfold what is revealed, and forget what is gone', () => {
    const store = new Store();
    store.apply(update(family, { reset: true }));
    store.setCollapsed('t2', true);
    store.setCollapsed('p1', true);
    expect(outline(store)).toEqual(['p1 +']);
    expect(store.shownPlace('c1')).toBe(0);
    store.select('c1');
    store.show('c1');
    expect(outline(store)).toContain('    c1');
    store.apply(update([], { removed: ['c1'] }));
    expect(store.selection.value).toBeNull();
    expect(store.shownPlace('c1')).toBeUndefined();
  });

  it('never lose a row from sight, whatever the parents are', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
    fc.assert(fc.property(ids, fc.infiniteStream(fc.integer({ min: 0, max: 30 })), (numbers, parents) => {
      const rows = new Map<string, Row>();
      // A parent is an older row, or one that is not there.
      for (const number of numbers) {
        const parent = parents.next().value as number;
        rows.set(`p${number}`, processRow(`p${number}`, parent < number || parent > 30 ? `p${parent}` : null, number));
      }
      const shown = flatten(indexRows(rows), new Set(), new Set(), (kind) => kind);
      expect(shown.map(({ row }) => row.id).sort()).toEqual([...rows.keys()].sort());
    }));
  });

  it('let time only go forward', () => {
    const store = new Store();
    store.apply(update(family, { reset: true, info: { ...info, nowNs: 50 } }));
    store.advance(90);
    store.advance(70);
    expect(store.nowNs.value).toBe(90);
    store.apply(update(family, { reset: true, info: { ...info, nowNs: 10 } }));
    expect(store.nowNs.value).toBe(10);
  });
});

describe('the tree of processes', () => {
  const children = (count: number, more: (at: number) => Partial<ProcessRow> = () => ({})): Map<string, Row> => {
    const rows = new Map<string, Row>([['p1', processRow('p1', null, 0)]]);
    for (let at = 0; at < count; at++) rows.set(`p${at + 2}`, processRow(`p${at + 2}`, 'p1', at + 1, more(at)));
    return rows;
  };
  const kinds = (rows: Map<string, Row>, open = new Set<string>()): string[] => treeNodes(indexRows(rows), open).map((node) => node.id);

  it('shows few alike children and folds many', () => {
    expect(kinds(children(foldBeyond))).toHaveLength(foldBeyond + 1);
    expect(kinds(children(foldBeyond + 1))).toEqual(['p1', 'fold:p2']);
  });

  it('folds the alike only, and never what has children', () => {
    const rows = children(12, (at) => (at === 3 ? { label: 'helper' } : {}));
    rows.set('p99', processRow('p99', 'p6', 50));
    expect(kinds(rows)).toEqual(['p1', 'fold:p2', 'p5', 'p6', 'p99']);
  });

  it.each<Partial<ProcessRow>>([
    { birth: 'spawn' }, { label: 'helper' }, { command: ['sh'] }, { covered: false }, { gaps: ['gevent'] as unknown as ProcessRow['gaps'] }, { exec: { times: 1, before: 'sh' } },
  ])('keeps %j apart from those beside it', (more) => {
    expect(kinds(children(12, (at) => (at === 3 ? more : {})))).toEqual(['p1', 'fold:p2', 'p5']);
    // Names that differ in their numbers only are alike.
    expect(kinds(children(12, (at) => ({ label: `worker ${String(at)}` })))).toEqual(['p1', 'fold:p2']);
  });

  it('leaves a forked child of whom only the observer knows with its siblings while it is young', () => {
    const unheard: Partial<ProcessRow> = { covered: false, command: [], label: '4711', gaps: [{ reason: 'no-probe', detail: null }], startNs: 5e9 };
    const at = (rows: Map<string, Row>, presentNs: number): TreeNode[] => treeNodes(indexRows(rows), new Set(), presentNs);
    const rows = children(foldBeyond + 3, (child) => (child === foldBeyond + 2 ? unheard : {}));
    const young = at(rows, 5e9 + youngNs - 1);
    expect(young.map(({ id }) => id)).toEqual(['p1', 'fold:p2']);
    expect(young[1]).toMatchObject({ all: { length: foldBeyond + 3 }, untilNs: 5e9 + youngNs });
    const last = `p${String(foldBeyond + 4)}`;
    expect(at(rows, 5e9 + youngNs).map(({ id }) => id)).toEqual(['p1', 'fold:p2', last]);
    expect(at(rows, 5e9 + youngNs)[1]).toMatchObject({ untilNs: null });
    // Of what is known nothing is passed over: what it runs, that it ended, where nothing is folded.
    const known: Partial<ProcessRow>[] = [{ gaps: [{ reason: 'other-program', detail: 'sh' }] }, { endNs: 5.1e9 }, { birth: 'spawn' }, { exec: { times: 1, before: 'sh' } }];
    for (const more of known) expect(at(children(foldBeyond + 3, (child) => (child === foldBeyond + 2 ? { ...unheard, ...more } : {})), 5e9).at(-1)!.id).toBe(last);
    expect(at(children(foldBeyond, (child) => (child === foldBeyond - 1 ? unheard : {})), 5e9)).toHaveLength(foldBeyond + 1);
  });

  it('opens a fold up to what a page can hold', () => {
    const all = treeNodes(indexRows(children(200)), new Set(['fold:p2']));
    expect(all).toHaveLength(2 + openAtMost);
    expect(all[1]).toMatchObject({ kind: 'fold', open: true, rows: { length: 200 - openAtMost }, all: { length: 200 } });
    expect(all.at(-1)!.id).toBe('p201');
  });

  it('folds alike families, and folds within a fold that is open', () => {
    const rows = new Map<string, Row>([['p1', processRow('p1', null, 0)]]);
    for (let family = 0; family < 12; family++) {
      const shell = `p${100 * (family + 1)}`;
      rows.set(shell, processRow(shell, 'p1', family + 1, { label: 'sh' }));
      // One has no child yet, and one has another kind of child besides.
      for (let child = 1; child <= (family === 3 ? 0 : 10); child++) rows.set(`${shell}${child}`, processRow(`${shell}${child}`, shell, family + 20));
      if (family === 5) rows.set('p7', processRow('p7', shell, 90, { label: 'tee' }));
    }
    expect(kinds(rows)).toEqual(['p1', 'fold:p100', 'p400', 'p600', 'fold:p6001', 'p7']);
    const [, fold] = treeNodes(indexRows(rows), new Set());
    expect(fold).toMatchObject({ all: { length: 10 }, members: { size: 110 } });
    const opened = treeNodes(indexRows(rows), new Set(['fold:p100', 'fold:p2001']));
    expect(opened.slice(0, 8).map(({ id, level, position, siblings }) => [id, level, position, siblings])).toEqual([
      ['p1', 1, 1, 1], ['fold:p100', 2, 1, 3], ['p100', 3, 1, 10], ['fold:p1001', 4, 1, 1], ['p200', 3, 2, 10], ['fold:p2001', 4, 1, 1], ['p2001', 5, 1, 10], ['p2002', 5, 2, 10],
    ]);
  });

  it('hangs orphans under who has them now, and those of whom nobody knows that by themselves', () => {
    const rows = new Map<string, Row>([['p1', processRow('p1', null, 0)], ['p2', processRow('p2', 'p1', 1, { label: 'daemoniser', endNs: 5 })]]);
    rows.set('p3', processRow('p3', 'p2', 2, { orphaned: true, adopter: { pid: 1, process: null } }));
    rows.set('p4', processRow('p4', 'p2', 3, { orphaned: true, adopter: { pid: 9, process: 'p1' } }));
    rows.set('p5', processRow('p5', 'p2', 4, { orphaned: true }));
    rows.set('p6', processRow('p6', 'p3', 5));
    const nodes = treeNodes(indexRows(rows), new Set());
    expect(nodes.map(({ id, parent }) => [id, parent])).toEqual([['p1', null], ['p2', 'p1'], ['p4', 'p1'], ['p5', null], ['adopter:1', null], ['p3', 'adopter:1'], ['p6', 'p3']]);
    expect(nodes.find(({ kind }) => kind === 'adopter')).toMatchObject({ pid: 1, adopted: 1 });
    // A row that says its own child adopted it is still seen.
    rows.set('p3', processRow('p3', 'p2', 2, { orphaned: true, adopter: { pid: 7, process: 'p6' } }));
    expect(kinds(rows)).toEqual(['p1', 'p2', 'p4', 'p3', 'p6', 'p5']);
  });

  it('counts what a fold hides', () => {
    const rows = [
      processRow('p1', null, 0), processRow('p2', null, 0, { endNs: 5, exit: { code: 0, signal: null } }), processRow('p3', null, 0, { endNs: 5, exit: { code: null, signal: 'SIGKILL' } }),
      processRow('p4', null, 0, { state: 'zombie' }),
    ];
    expect(countFold(rows)).toEqual({ alive: 1, ended: 1, failed: 1, zombie: 1 });
  });
});

describe('a queue', () => {
  const listener: Row = { id: 'l1', kind: 'listener', parent: null, label: '127.0.0.1:8000', startNs: 0, endNs: null, state: 'alive', stateSinceNs: 0, site: null, address: '127.0.0.1:8000', backlog: 5, acceptQueue: false, accepted: 0 };
  const client = (id: string, queuedNs: number | null, more: Partial<ConnectionRow> = {}): Row => ({ ...connectionRow(id, 'l1', 50), state: 'queued', queuedNs, ...more });

  it('is as long as there are clients in it, and as old as the first of them', () => {
    const store = new Store();
    store.apply(update([listener, client('c1', 20), client('c2', 10), client('c3', 1, { endNs: 40 }), client('c4', 1, { parent: 't1', state: 'working' })], { reset: true }));
    expect(store.queues.value.get('l1')).toEqual({ length: 2, oldestNs: 10 });
    store.apply(update([client('c2', 10, { parent: 't1', state: 'idle' })]));
    expect(store.queues.value.get('l1')).toEqual({ length: 1, oldestNs: 20 });
    store.apply(update([client('c1', 20, { endNs: 60 })]));
    expect(store.queues.value.size).toBe(0);
  });
});

describe('edges', () => {
  const edge = { from: 'p1', to: 'p2', pipes: 1, fifos: 0, queues: 0, socketPairs: 0, connections: 0, forth: null, back: null };

  it('come and change, and one without links goes', () => {
    const store = new Store();
    store.apply(update([], { reset: true, edges: [edge, { ...edge, to: 'p3' }] }));
    const before = store.edges.value;
    store.apply(update([]));
    expect(store.edges.value).toBe(before);
    store.apply(update([], { edges: [{ ...edge, pipes: 2 }, { ...edge, to: 'p3', pipes: 0 }] }));
    expect([...store.edges.value.values()]).toEqual([{ ...edge, pipes: 2 }]);
    expect(store.edgesOf.value.get('p2')).toHaveLength(1);
    expect(store.edgesOf.value.has('p3')).toBe(false);
  });
});

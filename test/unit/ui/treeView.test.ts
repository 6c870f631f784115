/** What the sidebar gives VS Code, and when it tells what has changed: see src/ui/telling.ts. */
import type { TreeItem } from 'vscode';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

vi.mock('vscode', async () => {
  const { Emitter } = await import('../../../src/base/event');
  class EventEmitter<T> extends Emitter<T> {}
  class Thing {
    constructor(readonly id: string) {}
  }
  return {
    EventEmitter,
    TreeItem: class {
      constructor(readonly label: string, readonly collapsibleState?: number) {}
    },
    ThemeIcon: Thing,
    ThemeColor: Thing,
    MarkdownString: class {
      appendMarkdown = (): this => this;
      appendText = (): this => this;
      appendCodeblock = (): this => this;
    },
    TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
    Uri: { file: (path: string) => ({ path }) },
    env: { language: 'en' },
    l10n: { t: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)])) },
  };
});

import { Emitter } from '../../../src/base/event';
import type { ConnectionRow, ProcessRow, Row, RowsUpdate, RunInfo, ThreadRow } from '../../../src/protocol/rows';
import type { Recordings } from '../../../src/ui/recordings';
import { RowStore, type RowChanges } from '../../../src/ui/rowStore';
import type { Run } from '../../../src/ui/run';
import type { Runs } from '../../../src/ui/runs';
import type { Node } from '../../../src/ui/treeItems';
import { RunTree } from '../../../src/ui/treeView';

const base = { parent: null, startNs: 0, endNs: null, state: 'running' as const, stateSinceNs: 0, site: null };
const process: ProcessRow = { ...base, kind: 'process', id: 'p1', label: 'server.py', pid: 700, birth: 'root', command: ['server.py'], exit: null, threads: 1, connections: 0, multiprocessing: null, orphaned: false, covered: true, gaps: [] };
const thread: ThreadRow = { ...base, kind: 'thread', id: 't1', parent: 'p1', label: 'MainThread', tid: 700, main: true, daemon: false, target: null };
const connection = { ...base, kind: 'connection', id: 'c1', parent: 't1', label: ':5000', role: 'server', local: null, peer: null, bytesIn: 0, bytesOut: 0, owner: 't1', listener: null, peerProcess: null } as unknown as ConnectionRow;

const idOf = (node: Node): string => (node.kind === 'row' ? node.id : node.kind);

/** A sidebar of one run, and what it tells, as ids. */
function made(): { tree: RunTree; run: Run; told: string[][]; change(rows: Row[], removed?: string[], info?: Partial<RunInfo>): void; unseen(): void; close(): void; draw(node?: Node): Promise<void>; row(id: string): Node; item(id: string): TreeItem } {
  const updates = new Emitter<{ run: Run; changes: () => RowChanges }>();
  const none = new Emitter<never>().event;
  const rows = new RowStore();
  const listed = new Emitter<undefined>();
  const runNamed = (key: string): Run => ({ key, rows: key === 'run1' ? rows : new RowStore(), findings: { items: [], hidden: 0 }, isLive: true, status: 'running', launch: {}, problem: null, title: 'server', source: { kind: 'folder', path: '/run' } }) as unknown as Run;
  const run = runNamed('run1');
  const all = [run, runNamed('run2')];
  const runs = { all, paths: () => [], onList: listed.event, onStatus: none, onFindings: none, onUpdate: updates.event } as unknown as Runs;
  const tree = new RunTree(runs, () => ({ list: () => Promise.resolve([]) }) as unknown as Recordings);
  const told: string[][] = [];
  tree.onDidChangeTreeData((nodes) => told.push(nodes === undefined ? ['all'] : nodes.map(idOf).sort()));
  const change = (changed: Row[], removed: string[] = [], info: Partial<RunInfo> = {}): void => {
    const update = { info: { nowNs: 1e9, ...info }, reset: false, rows: changed, removed, edges: [] } as unknown as RowsUpdate;
    updates.fire({ run, ...rows.take(update) });
  };
  const draw = async (node?: Node): Promise<void> => {
    if (node !== undefined) tree.asked(node);
    for (const child of await tree.given(node)) await draw(child);
    // That it has drawn for the first time is known when it has been quiet for a while.
    if (node === undefined) await vi.advanceTimersByTimeAsync(600);
  };
  const row = (id: string): Node => tree.rowNode(run, id);
  const close = (): void => {
    all.shift();
    listed.fire(undefined);
  };
  const unseen = (): void => updates.fire({ run, changes: () => expect.fail('it was looked at') });
  return { tree, run, told, change, unseen, close, draw, row, item: (id) => tree.asked(row(id)) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('gives a row one id for its whole life, and opens what may have a child before it has one', () => {
  const { tree, run, change, item } = made();
  const seen = (id: string): [string | undefined, number | undefined] => [item(id).id, item(id).collapsibleState];
  change([process, thread]);
  expect([seen('p1'), seen('t1')]).toEqual([['run1/p1', 2], ['run1/t1', 2]]);
  change([connection]);
  expect([seen('t1'), seen('c1')]).toEqual([['run1/t1', 2], ['run1/c1', 0]]);
  change([{ ...thread, endNs: 5 }], ['c1']);
  expect(seen('t1')).toEqual(['run1/t1', 0]);
  change([{ ...thread, id: 't9', native: true }]);
  expect(seen('t9')).toEqual(['run1/t9', 0]);
  // Gone between VS Code's question for the children and the one for itself.
  change([], ['t1']);
  expect(seen('t1')[0]).toBe('run1/t1');
  expect(tree.getTreeItem({ kind: 'finding', run, id: 'f1' }).id).toBe('run1/finding/f1');
});

it('gives VS Code no row below a second parent before the first was told that it has gone', async () => {
  const { tree, told, change, row, draw } = made();
  const other = { ...thread, id: 't2', tid: 701 };
  change([process, thread, other, connection]);
  await draw();
  const ids = (node: Node | undefined): string[] => (tree.given(node) as Node[]).map(idOf);
  change([{ ...connection, parent: 't2' }]);
  expect(ids(row('t2'))).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(told.at(-1)).toEqual(['t1', 't2']);
  for (const id of ['t1', 't2']) tree.asked(row(id));
  expect([ids(row('t1')), ids(row('t2'))]).toEqual([[], ['c1']]);
});

it('tells only what looks otherwise, or has other rows below', async () => {
  const { told, change, draw, row } = made();
  change([process, thread]);
  await draw();
  change([{ ...thread }, { ...process, covered: false }]);
  vi.advanceTimersByTime(1000);
  expect(told.flat().filter((id) => id === 't1')).toEqual([]);
  told.length = 0;
  await draw(row('p1'));
  change([{ ...thread, label: 'Main' }, connection]);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([['t1']]);
});

it('tells how many connections a run has with the rows that say so, or within a second where VS Code has many elements', async () => {
  const { tree, run, told, change, draw, row } = made();
  change([process, thread], [], { connections: 0, processes: 1 });
  await draw();
  change([connection], [], { connections: 1, processes: 1 });
  vi.advanceTimersByTime(300);
  expect(told).toEqual([['run', 't1']]);
  await draw(tree.runNode(run));
  change(Array.from({ length: 60 }, (_, index) => ({ ...connection, id: `c${String(index)}` })), [], { connections: 60, processes: 1 });
  await vi.advanceTimersByTimeAsync(300);
  await draw(tree.runNode(run));
  told.length = 0;
  change([{ ...thread, label: 'Main' }], [], { connections: 59, processes: 1 });
  vi.advanceTimersByTime(300);
  expect(told).toEqual([['t1']]);
  await draw(row('t1'));
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([['t1'], ['run']]);
});

it('tells what there is before VS Code brings an element into sight, and nothing more meanwhile, for fifteen seconds at most', async () => {
  const { tree, told, change, row, draw } = made();
  change([process, thread]);
  await draw();
  change([{ ...thread, label: 'One' }]);
  const asked: string[] = [];
  let shown = (): void => undefined;
  const show = (id: string): void => tree.telling.reveal(row(id), () => (asked.push(`${id} after ${told.length}`), new Promise<void>((resolve) => (shown = resolve))));
  show('t1');
  expect([told, asked]).toEqual([[['t1']], ['t1 after 1']]);
  await draw(row('t1'));
  change([{ ...thread, label: 'Two' }]);
  show('p1');
  show('t1');
  vi.advanceTimersByTime(1000);
  expect(told).toHaveLength(1);
  shown();
  await vi.advanceTimersByTimeAsync(1);
  expect([told.slice(1), asked.slice(1)]).toEqual([[['t1']], ['t1 after 2']]);
  await draw(row('t1'));
  change([{ ...thread, label: 'Three' }]);
  vi.advanceTimersByTime(15_500);
  expect(told.slice(2)).toEqual([['t1']]);
});

it('brings nothing into sight that is listed nowhere, and has those told first below which it is to be found', async () => {
  const { tree, told, change, row, draw } = made();
  change([process]);
  await draw();
  const asked: string[] = [];
  const show = (id: string): void => tree.telling.reveal(row(id), () => (asked.push(`${id} after ${told.length}`), Promise.resolve()));
  show('nobody');
  change([thread]);
  show('t1');
  expect([told, asked]).toEqual([[['p1']], ['t1 after 1']]);
  await vi.advanceTimersByTimeAsync(1);
});

it('tells nothing while nobody sees it, and what changed at once when it is seen again', async () => {
  const { tree, told, change, unseen, draw } = made();
  change([process, thread]);
  await draw();
  tree.setShown(false);
  change([{ ...thread, label: 'Main' }]);
  // Nor does it look at what there is to tell.
  unseen();
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual([]);
  tree.setShown(true);
  expect(told).toEqual([['t1']]);
});

it('tells it when VS Code has come to an end where that draws by itself as the view comes into sight', async () => {
  const { tree, told, change, draw, row } = made();
  change([process, thread]);
  await draw();
  tree.setShown(false);
  change([{ ...thread, label: 'Main' }]);
  // It asks before it says that the view is in sight.
  await draw(row('p1'));
  tree.setShown(true);
  change([{ ...thread, label: 'p1’s' }]);
  await vi.advanceTimersByTimeAsync(400);
  await draw(row('t1'));
  change([{ ...thread, label: 't1’s' }]);
  await vi.advanceTimersByTimeAsync(400);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(300);
  expect(told).toEqual([['t1']]);
});

it('has another element at the top selected before VS Code hears that the run of the selected one was closed', async () => {
  const { tree, told, change, close, draw, row } = made();
  change([process, thread]);
  await draw();
  const moved: string[] = [];
  let done = (): void => undefined;
  tree.telling.follow({
    now: () => row('t1'),
    move: (node) => (moved.push(node.kind === 'run' ? node.run.key : node.kind), new Promise<void>((resolve) => (done = resolve))),
  });
  close();
  await vi.advanceTimersByTimeAsync(2000);
  expect([moved, told]).toEqual([['run2'], []]);
  done();
  await vi.advanceTimersByTimeAsync(2000);
  expect([moved, told]).toEqual([['run2'], [['all']]]);
});

/**
 * What the sidebar tells VS Code that has changed. VS Code knows an element by the id that it was last shown with, below the parent that it last
 * asked: of one that it does not know so it says in its log that there is none, and shows what was there before.
 */
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
      constructor(readonly label: string) {}
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
    l10n: { t: (text: string) => text },
  };
});

import { Emitter } from '../../../src/base/event';
import type { ConnectionRow, ProcessRow, Row, RowsUpdate, ThreadRow } from '../../../src/protocol/rows';
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

/** A sidebar of one run, and what it tells, as ids. */
function made(): { tree: RunTree; told: string[][]; change(rows: Row[], removed?: string[]): void; look(...ids: string[]): void; unseen(): void } {
  const updates = new Emitter<{ run: Run; changes: () => RowChanges }>();
  const none = new Emitter<never>().event;
  const rows = new RowStore();
  const run = { key: 'run1', rows, findings: { items: [] }, isLive: true, status: 'running', launch: {}, problem: null } as unknown as Run;
  const runs = { all: [run], paths: () => [], onList: none, onStatus: none, onFindings: none, onUpdate: updates.event } as unknown as Runs;
  const tree = new RunTree(runs, () => null as unknown as Recordings);
  const told: string[][] = [];
  const idOf = (node: Node): string => (node.kind === 'row' ? node.id : node.kind);
  tree.onDidChangeTreeData((nodes) => told.push(nodes === undefined ? ['all'] : nodes.map(idOf).sort()));
  const change = (changed: Row[], removed: string[] = []): void => {
    const update = { info: { nowNs: 1e9 }, reset: false, rows: changed, removed, edges: [] } as unknown as RowsUpdate;
    updates.fire({ run, ...rows.take(update) });
  };
  const look = (...ids: string[]): void => [tree.runNode(run), ...ids.map((id) => tree.rowNode(run, id))].forEach((node) => tree.asked(node));
  const unseen = (): void => updates.fire({ run, changes: () => expect.fail('it was looked at') });
  return { tree, told, change, look, unseen };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('tells the parent of a row that got its first child, or lost its last, even where the row itself changed in that moment', () => {
  const { told, change, look } = made();
  change([process, thread]);
  vi.advanceTimersByTime(300);
  look('p1', 't1');
  told.length = 0;
  change([{ ...thread, state: 'blocked' } as unknown as Row, connection]);
  vi.advanceTimersByTime(300);
  expect(told).toEqual([['p1']]);
  // VS Code has asked for it anew: from now on it knows the row with a child.
  look('p1', 't1');
  change([{ ...thread, label: 'Main' }]);
  vi.advanceTimersByTime(300);
  expect(told.slice(1)).toEqual([['t1']]);
  look('t1');
  change([thread], ['c1']);
  vi.advanceTimersByTime(300);
  expect(told.slice(2)).toEqual([['p1']]);
});

it('tells what there is before VS Code brings an element into sight, and nothing more meanwhile, for fifteen seconds at most', async () => {
  const { tree, told, change, look } = made();
  change([process, thread]);
  look('p1', 't1');
  const asked: string[] = [];
  let shown = (): void => undefined;
  const show = (id: string): void => tree.reveal(() => (asked.push(`${id} after ${told.length}`), new Promise<void>((resolve) => (shown = resolve))));
  show('t1');
  expect([told, asked]).toEqual([[['run']], ['t1 after 1']]);
  change([{ ...thread, label: 'Main' }]);
  show('p1');
  show('t1');
  vi.advanceTimersByTime(1000);
  expect(told).toHaveLength(1);
  shown();
  await vi.advanceTimersByTimeAsync(1);
  expect([told.slice(1), asked.slice(1)]).toEqual([[['t1']], ['t1 after 2']]);
  change([thread]);
  vi.advanceTimersByTime(15_500);
  expect(told.slice(2)).toEqual([['t1']]);
});

it('tells nothing while nobody sees it, and then everything', () => {
  const { tree, told, change, unseen } = made();
  tree.setShown(false);
  change([process, thread]);
  // Nor does it look at what there is to tell.
  unseen();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([]);
  tree.setShown(true);
  vi.advanceTimersByTime(300);
  expect(told).toEqual([['all']]);
});

/**
 * The sidebar: runs ▸ processes ▸ threads ▸ connections, then the saved recordings. It is also the panel's accessible
 * twin. Rows change many times a second, so what changed is collected and told at most four times a second, element
 * by element.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import { assertNever } from '../base/assertNever';
import type { ProcessRow, Row } from '../protocol/rows';
import { findingItem, findingsCount, findingsItem, type FindingNode, type FindingsNode } from './findingItems';
import { runsViewId } from './ids';
import { foldedChildren, isFolded, type Folded, type FoldedChildren } from './foldedChildren';
import type { RowChanges } from './rowStore';
import type { Recording, Recordings } from './recordings';
import type { Run } from './run';
import type { Runs } from './runs';
import { foldItem, moreItem, recordingItem, recordingsItem, rowItem, runItem, type DebugState, type FoldNode, type Node, type Queue, type RecordingsNode, type RowNode, type RunNode } from './treeItems';

const flushMs = 250;
/** Living children of one element, and rows of one fold; the panel has no such limit. */
const maxChildren = 200;
/** How long somebody has stood in a queue is told this often. */
const queueMs = 1000;

export class RunTree implements vscode.TreeDataProvider<Node>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<Node[] | undefined>());
  readonly onDidChangeTreeData = this.changes.event;

  private readonly runNodes = new WeakMap<Run, RunNode>();
  private readonly findingsNodes = new WeakMap<Run, FindingsNode>();
  private readonly findingsLooks = new WeakMap<Run, string>();
  private readonly findingNodes = new WeakMap<Run, Map<string, FindingNode>>();
  private readonly foldNodes = new WeakMap<Run, Map<string, FoldNode>>();
  /** Children as they were listed, until rows change: a row asks for those of its whole family. */
  private folded = new Map<string, FoldedChildren>();
  /** When a run last told the present (ms). */
  private readonly toldAt = new WeakMap<Run, number>();
  /** Listeners in whose queue somebody stood when they were last shown. */
  private readonly waitedFor = new Set<Node>();
  private queueTimer: NodeJS.Timeout | undefined;
  private readonly rowNodes = new WeakMap<Run, Map<string, RowNode>>();
  /** Whether a row was last shown with children. */
  private readonly shownAsParent = new WeakMap<Node, boolean>();
  private readonly recordingsNode: RecordingsNode = { kind: 'recordings' };
  private readonly dirty = new Set<Node>();
  private allDirty = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly runs: Runs,
    private readonly recordings: () => Recordings,
    private readonly debugStateOf: (run: Run, process: ProcessRow) => DebugState = () => null,
  ) {
    this.store.add(runs.onList(() => this.refresh()));
    this.store.add(runs.onStatus((run) => this.mark(this.runNode(run))));
    this.store.add(runs.onFindings((run) => this.markFindings(run)));
    this.store.add(runs.onUpdate(({ run, changes }) => this.markRows(run, changes)));
    this.store.add({ dispose: () => [this.timer, this.queueTimer].forEach(clearTimeout) });
  }

  /** The list of runs or recordings changed. */
  refresh(): void {
    this.allDirty = true;
    this.schedule();
  }

  /** Something that stands beside a row changed. */
  refreshRow(run: Run, id: string): void {
    this.mark(this.rowNode(run, id));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'run':
        return runItem(node);
      case 'row': {
        const row = node.run.rows.get(node.id);
        // It went away between the question for children and this one.
        if (row === undefined) return new vscode.TreeItem('');
        const hasChildren = node.run.rows.childrenOf(node.id).length > 0;
        this.shownAsParent.set(node, hasChildren);
        return rowItem(node, row, hasChildren, row.kind === 'listener' ? this.queueOf(node) : null, row.kind === 'process' ? this.debugStateOf(node.run, row) : null);
      }
      case 'fold':
        return foldItem(node, this.rowsOf(node).length);
      case 'findings':
        return findingsItem(node);
      case 'finding': {
        const finding = node.run.findings.items.find(({ id }) => id === node.id);
        return finding === undefined ? new vscode.TreeItem('') : findingItem(node, finding);
      }
      case 'more':
        return moreItem(node);
      case 'recordings':
        return recordingsItem(this.runs.all.length === 0);
      case 'recording':
        return recordingItem(node);
      default:
        return assertNever(node);
    }
  }

  getChildren(node?: Node): vscode.ProviderResult<Node[]> {
    if (node === undefined) return this.top();
    switch (node.kind) {
      case 'run':
        return [...(findingsCount(node.run) === 0 ? [] : [this.findingsNode(node.run)]), ...this.rowChildren(node.run, null)];
      case 'findings':
        return node.run.findings.items.map(({ id }) => this.findingNode(node.run, id));
      case 'row':
        return this.rowChildren(node.run, node.id);
      case 'fold': {
        // The newest are next to those that stay in sight.
        const rows = this.rowsOf(node);
        const shown = rows.slice(-maxChildren).map(({ id }) => this.rowNode(node.run, id));
        return rows.length === shown.length ? shown : [{ kind: 'more', run: node.run, parent: node.parent, hidden: rows.length - shown.length }, ...shown];
      }
      case 'recordings':
        return this.saved().then((list) => list.map((recording) => ({ kind: 'recording', recording })));
      case 'more':
      case 'finding':
      case 'recording':
        return [];
      default:
        return assertNever(node);
    }
  }

  getParent(node: Node): Node | undefined {
    switch (node.kind) {
      case 'run':
      case 'recordings':
        return undefined;
      case 'recording':
        return this.recordingsNode;
      case 'findings':
        return this.runNode(node.run);
      case 'finding':
        return this.findingsNode(node.run);
      case 'more':
      case 'fold':
        return node.parent === null ? this.runNode(node.run) : this.rowNode(node.run, node.parent);
      case 'row': {
        const row = node.run.rows.get(node.id);
        const parent = row?.parent ?? null;
        if (row !== undefined && row.endNs !== null) {
          const fold = this.foldNode(node.run, parent, row.kind);
          if (this.rowsOf(fold).includes(row)) return fold;
        }
        return parent === null ? this.runNode(node.run) : this.rowNode(node.run, parent);
      }
      default:
        return assertNever(node);
    }
  }

  runNode(run: Run): RunNode {
    const known = this.runNodes.get(run);
    if (known !== undefined) return known;
    const node: RunNode = { kind: 'run', run };
    this.runNodes.set(run, node);
    return node;
  }

  /** VS Code knows elements by identity, so a row has one for its whole life. */
  rowNode(run: Run, id: string): RowNode {
    const nodes = this.rowNodes.get(run) ?? new Map<string, RowNode>();
    this.rowNodes.set(run, nodes);
    let node = nodes.get(id);
    if (node === undefined) nodes.set(id, (node = { kind: 'row', run, id }));
    return node;
  }

  findingsNode(run: Run): FindingsNode {
    const known = this.findingsNodes.get(run);
    if (known !== undefined) return known;
    const node: FindingsNode = { kind: 'findings', run };
    this.findingsNodes.set(run, node);
    return node;
  }

  /** The same finding keeps its element while it lasts. */
  findingNode(run: Run, id: string): FindingNode {
    const nodes = this.findingNodes.get(run) ?? new Map<string, FindingNode>();
    this.findingNodes.set(run, nodes);
    let node = nodes.get(id);
    if (node === undefined) nodes.set(id, (node = { kind: 'finding', run, id }));
    return node;
  }

  dispose(): void {
    this.store.dispose();
  }

  private async top(): Promise<Node[]> {
    const nodes: Node[] = this.runs.all.map((run) => this.runNode(run));
    const saved = await this.saved();
    return saved.length === 0 ? nodes : [...nodes, this.recordingsNode];
  }

  private saved(): Promise<Recording[]> {
    return this.recordings().list(this.runs.paths());
  }

  private rowChildren(run: Run, parent: string | null): Node[] {
    const { entries, hidden } = this.foldedOf(run, parent);
    const nodes: Node[] = entries.map((entry) => (isFolded(entry) ? this.foldNode(run, parent, entry.kind) : this.rowNode(run, entry.id)));
    return hidden === 0 ? nodes : [...nodes, { kind: 'more', run, parent, hidden }];
  }

  private foldedOf(run: Run, parent: string | null): FoldedChildren {
    const key = `${run.key}/${parent ?? ''}`;
    let known = this.folded.get(key);
    if (known === undefined) {
      const lives = (row: Row): boolean => run.rows.childrenOf(row.id).some((child) => child.endNs === null || lives(child));
      this.folded.set(key, (known = foldedChildren(run.rows.childrenOf(parent), maxChildren, lives)));
    }
    return known;
  }

  private rowsOf(fold: FoldNode): readonly Row[] {
    return this.foldedOf(fold.run, fold.parent).entries.find((entry): entry is Folded => isFolded(entry) && entry.kind === fold.of)?.rows ?? [];
  }

  private foldNode(run: Run, parent: string | null, of: Row['kind']): FoldNode {
    const nodes = this.foldNodes.get(run) ?? new Map<string, FoldNode>();
    this.foldNodes.set(run, nodes);
    const key = `${parent ?? ''}/${of}`;
    let node = nodes.get(key);
    if (node === undefined) nodes.set(key, (node = { kind: 'fold', run, parent, of }));
    return node;
  }

  /** Clients that are connected and not accepted; null where nobody is. While somebody is, the listener is told again. */
  private queueOf(node: RowNode): Queue | null {
    const { run, id } = node;
    const since = run.rows.childrenOf(id).flatMap((row) => (row.kind === 'connection' && row.state === 'queued' && row.endNs === null ? [row.queuedNs ?? row.startNs] : []));
    const { info } = run.rows;
    if (since.length === 0 || info === null) return null;
    const nowNs = info.nowNs + (run.isLive ? (Date.now() - (this.toldAt.get(run) ?? Date.now())) * 1e6 : 0);
    if (run.isLive) this.tellAgain(node);
    return { length: since.length, oldestNs: nowNs - since.reduce((one, other) => Math.min(one, other)) };
  }

  /** A wait grows while nothing else happens. */
  private tellAgain(node: RowNode): void {
    this.waitedFor.add(node);
    this.queueTimer ??= setTimeout(() => {
      this.queueTimer = undefined;
      for (const each of this.waitedFor) this.mark(each);
      this.waitedFor.clear();
    }, queueMs);
  }

  private markRows(run: Run, changes: RowChanges): void {
    this.folded.clear();
    this.toldAt.set(run, Date.now());
    if (changes.all || changes.parents.has(null)) {
      this.mark(this.runNode(run));
      return;
    }
    for (const id of changes.rows) this.dirty.add(this.rowNode(run, id));
    for (const id of changes.parents) if (id !== null) this.dirty.add(this.rowNode(run, id));
    this.schedule();
  }

  private markFindings(run: Run): void {
    const { items } = run.findings;
    const look = `${findingsCount(run)} ${items[0]?.severity}`;
    // The run's element counts them, and lists theirs. Otherwise only sentences changed: of what lasts the time it has lasted, every few seconds.
    this.mark(this.findingsLooks.get(run) === look ? this.findingsNode(run) : this.runNode(run));
    this.findingsLooks.set(run, look);
  }

  private mark(node: Node): void {
    this.dirty.add(node);
    this.schedule();
  }

  /**
   * With its first child a row gets a new id (see rowItem), and with its last one gone the old one: VS Code knows no row of that id, and
   * finds it only below its parent.
   */
  private known(node: Node): Node {
    let at = node;
    while (at.kind === 'row' && (this.shownAsParent.get(at) ?? false) !== at.run.rows.childrenOf(at.id).length > 0) at = this.getParent(at) ?? this.runNode(at.run);
    return at;
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const open = new Set(this.runs.all);
      const changed = [...new Set([...this.dirty].map((node) => this.known(node)))].filter((node) => !('run' in node) || open.has(node.run));
      this.dirty.clear();
      if (this.allDirty) this.changes.fire(undefined);
      else if (changed.length > 0) this.changes.fire(changed);
      this.allDirty = false;
    }, flushMs);
  }
}

/** Creates the view: the provider, the badge, and the selection that follows the panel's. */
export function createRunsView(tree: RunTree, runs: Runs): vscode.TreeView<Node> & { select(run: Run, id: string): void } {
  const view = vscode.window.createTreeView<Node>(runsViewId, { treeDataProvider: tree, showCollapseAll: true });
  const badge = (): void => {
    const live = runs.live.reduce((sum, run) => sum + (run.rows.info?.processes ?? 0), 0);
    if ((view.badge?.value ?? 0) === live) return;
    const tooltip = live === 1 ? vscode.l10n.t('1 traced process is running') : vscode.l10n.t('{0} traced processes are running', live);
    view.badge = live === 0 ? undefined : { value: live, tooltip };
  };
  const store = new DisposableStore();
  store.add(runs.onUpdate(badge));
  store.add(runs.onList(badge));
  store.add(runs.onStatus(badge));
  return Object.assign(view, {
    select(run: Run, id: string): void {
      // Revealing would open the sidebar; a selection elsewhere must not do that.
      if (!view.visible || run.rows.get(id) === undefined) return;
      view.reveal(tree.rowNode(run, id), { select: true, focus: false }).then(undefined, () => undefined);
    },
    dispose: (
      (inner) => () => {
        store.dispose();
        inner.call(view);
      }
    )(view.dispose.bind(view)),
  });
}

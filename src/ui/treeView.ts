/**
 * The sidebar: runs ▸ processes ▸ threads ▸ connections, then the saved recordings. It is also the panel's accessible
 * twin. Rows change many times a second, so what changed is collected and told at most four times a second, and as fast as VS Code
 * draws it (refreshPace.ts), element by element.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import { assertNever } from '../base/assertNever';
import { isNativeThread, type FoldKind } from '../protocol/foldEnded';
import type { Row } from '../protocol/rows';
import { findingItem, findingsCount, findingsItem, type FindingNode, type FindingsNode } from './findingItems';
import { runsViewId } from './ids';
import { foldedChildren, isFolded, type Folded, type FoldedChildren } from './foldedChildren';
import { RefreshPace } from './refreshPace';
import type { RowChanges } from './rowStore';
import type { Recording, Recordings } from './recordings';
import type { Run } from './run';
import type { Runs } from './runs';
import { foldItem, moreItem, recordingItem, recordingsItem, rowItem, runItem, runWords, type DebugState, type FoldNode, type Node, type Queue, type RecordingsNode, type RowNode, type RunNode } from './treeItems';
import { lengthsWithoutStops } from './withoutStops';

/** Living children of one element, and rows of one fold; the panel has no such limit. */
const maxChildren = 200;
/** VS Code may never say that an element stands in sight: changes do not wait for it for longer than this. */
const revealMs = 15_000;
/** How many processes live is told at most this often. */
const badgeEveryMs = 2000;
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
  /** Told again within a second: listeners in whose queue somebody stood when they were last shown, runs that count on. */
  private readonly waitedFor = new Set<Node>();
  private queueTimer: NodeJS.Timeout | undefined;
  private readonly rowNodes = new WeakMap<Run, Map<string, RowNode>>();
  /** Whether a row was last shown with children. */
  private readonly shownAsParent = new WeakMap<Node, boolean>();
  private readonly recordingsNode: RecordingsNode = { kind: 'recordings' };
  private readonly dirty = new Set<Node>();
  private allDirty = false;
  private readonly pace = this.store.add(new RefreshPace<Node>(() => this.due()));
  /** What a run's element was last shown to say. */
  private readonly shownWords = new WeakMap<Run, string>();
  /** VS Code is bringing an element into sight. */
  private revealing = false;
  private wanted: (() => Thenable<unknown>) | null = null;
  private revealTimer: NodeJS.Timeout | undefined;
  private isShown = true;

  constructor(
    private readonly runs: Runs,
    private readonly recordings: () => Recordings,
    private readonly debugStateOf: (run: Run, row: Row) => DebugState = () => null,
  ) {
    this.store.add(runs.onList(() => this.refresh()));
    this.store.add(runs.onStatus((run) => this.mark(this.runNode(run))));
    this.store.add(runs.onFindings((run) => this.markFindings(run)));
    this.store.add(runs.onUpdate(({ run, changes }) => this.markRows(run, changes)));
    this.store.add({ dispose: () => [this.queueTimer, this.revealTimer].forEach(clearTimeout) });
  }

  /** The list of runs or recordings changed. */
  refresh(): void {
    this.allDirty = true;
    this.pace.want();
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
        const item = rowItem(node, row, hasChildren, row.kind === 'listener' ? this.queueOf(node) : null, this.debugStateOf(node.run, row));
        // What has lengths in it is asked for when somebody reads it.
        if (node.run.withoutStops) item.tooltip = undefined;
        return item;
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

  /** Called where a tooltip is wanted that is not there. */
  async resolveTreeItem(item: vscode.TreeItem, node: Node): Promise<vscode.TreeItem> {
    const row = node.kind === 'row' ? node.run.rows.get(node.id) : undefined;
    if (node.kind !== 'row' || row === undefined) return item;
    const lengths = await lengthsWithoutStops(node.run, row).catch(() => null);
    item.tooltip = rowItem(node, row, false, row.kind === 'listener' ? this.queueOf(node) : null, this.debugStateOf(node.run, row), lengths).tooltip;
    return item;
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
        const native = row !== undefined && isNativeThread(row);
        if (row !== undefined && (native || row.endNs !== null)) {
          const fold = this.foldNode(node.run, parent, native ? 'native' : row.kind);
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

  /**
   * Brings an element into sight: after the changes that are there, and before the next ones are told. VS Code asks for children all the way down to
   * it; a change that it hears of meanwhile takes back the ids that it asks by, so that it shows none, and says in its log that there is no such element.
   * @param show asks VS Code to. Of several that wait only the last is done.
   */
  reveal(show: () => Thenable<unknown>): void {
    this.wanted = show;
    if (!this.revealing) this.revealNow();
  }

  /**
   * Whether the view is in sight. While it is not nothing is told, and then all at once: VS Code would keep what changed until it shows the view, and ask
   * for it while the next changes come, as above.
   */
  setShown(shown: boolean): void {
    if (shown === this.isShown) return;
    this.isShown = shown;
    if (shown) this.refresh();
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

  private foldNode(run: Run, parent: string | null, of: FoldKind): FoldNode {
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
  private tellAgain(node: Node): void {
    this.waitedFor.add(node);
    this.queueTimer ??= setTimeout(() => {
      this.queueTimer = undefined;
      for (const each of this.waitedFor) this.mark(each);
      this.waitedFor.clear();
    }, queueMs);
  }

  private markRows(run: Run, changesOf: () => RowChanges): void {
    this.folded.clear();
    this.toldAt.set(run, Date.now());
    // All is told when it is shown again.
    if (!this.isShown) return;
    const changes = changesOf();
    if (changes.all || changes.parents.has(null)) {
      this.mark(this.runNode(run));
      return;
    }
    for (const id of changes.rows) this.dirty.add(this.rowNode(run, id));
    for (const id of changes.parents) if (id !== null) this.dirty.add(this.rowNode(run, id));
    // With the run's element all below it is drawn anew: for a number that grows, not at once.
    if (this.shownWords.get(run) !== runWords(run)) this.tellAgain(this.runNode(run));
    this.pace.want();
  }

  private markFindings(run: Run): void {
    const { items } = run.findings;
    const look = `${findingsCount(run)} ${items[0]?.severity}`;
    // The run's element counts them, and lists theirs. Otherwise only sentences changed: of what lasts the time it has lasted, every few seconds.
    this.mark(this.findingsLooks.get(run) === look ? this.findingsNode(run) : this.runNode(run));
    this.findingsLooks.set(run, look);
  }

  private mark(node: Node): void {
    if (!this.isShown) return;
    this.dirty.add(node);
    this.pace.want();
  }

  /** VS Code asks for an element, or for those at the top; whoever else looks at them changes nothing of what it knows. */
  asked(node: Node | undefined): void {
    if (node?.kind === 'run') this.shownWords.set(node.run, runWords(node.run));
    if (node?.kind === 'row') this.shownAsParent.set(node, node.run.rows.childrenOf(node.id).length > 0);
    this.pace.asked(node);
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

  private revealNow(): void {
    const { wanted } = this;
    this.wanted = null;
    if (wanted === null) return;
    this.tell();
    this.revealing = true;
    let over = false;
    const done = (): void => {
      if (over) return;
      over = true;
      clearTimeout(this.revealTimer);
      this.revealing = false;
      this.revealNow();
    };
    this.revealTimer = setTimeout(done, revealMs);
    wanted().then(done, done);
  }

  /** When its turn has come; not while VS Code brings a row into sight. */
  private due(): Node[] | 'all' | null {
    if (!this.revealing) return this.tell();
    this.pace.want();
    return null;
  }

  /** Tells what has changed. */
  private tell(): Node[] | 'all' | null {
    const open = new Set(this.runs.all);
    const changed = [...new Set([...this.dirty].map((node) => this.known(node)))].filter((node) => !('run' in node) || open.has(node.run));
    this.dirty.clear();
    if (!this.isShown) return null;
    const all = this.allDirty;
    this.allDirty = false;
    if (all) this.changes.fire(undefined);
    else if (changed.length > 0) this.changes.fire(changed);
    return all ? 'all' : changed.length > 0 ? changed : null;
  }
}

/** Creates the view: the provider, the badge, and the selection that follows the panel's. */
export function createRunsView(tree: RunTree, runs: Runs): vscode.TreeView<Node> & { select(run: Run, id: string): void } {
  const provider: vscode.TreeDataProvider<Node> = {
    onDidChangeTreeData: tree.onDidChangeTreeData,
    getTreeItem(node) {
      tree.asked(node);
      return tree.getTreeItem(node);
    },
    getChildren(node) {
      if (node === undefined) tree.asked(undefined);
      return tree.getChildren(node);
    },
    getParent: (node) => tree.getParent(node),
  };
  const view = vscode.window.createTreeView<Node>(runsViewId, { treeDataProvider: provider, showCollapseAll: true });
  const badge = (): void => {
    const live = runs.live.reduce((sum, run) => sum + (run.rows.info?.processes ?? 0), 0);
    if ((view.badge?.value ?? 0) === live) return;
    const tooltip = live === 1 ? vscode.l10n.t('1 traced process is running') : vscode.l10n.t('{0} traced processes are running', live);
    view.badge = live === 0 ? undefined : { value: live, tooltip };
  };
  const store = new DisposableStore();
  let later: NodeJS.Timeout | undefined;
  store.add({ dispose: () => clearTimeout(later) });
  // Processes may come and go all the time, and each number is a message to the window.
  const soon = (): void => {
    if (view.badge === undefined) badge();
    else later ??= setTimeout(() => {
      later = undefined;
      badge();
    }, badgeEveryMs);
  };
  tree.setShown(view.visible);
  store.add(view.onDidChangeVisibility(({ visible }) => tree.setShown(visible)));
  store.add(runs.onUpdate(soon));
  store.add(runs.onList(badge));
  store.add(runs.onStatus(badge));
  return Object.assign(view, {
    select(run: Run, id: string): void {
      // Revealing would open the sidebar; a selection elsewhere must not do that.
      if (!view.visible || run.rows.get(id) === undefined) return;
      // It may have been closed by the time.
      tree.reveal(() => (runs.all.includes(run) ? view.reveal(tree.rowNode(run, id), { select: true, focus: false }) : Promise.resolve()));
    },
    dispose: (
      (inner) => () => {
        store.dispose();
        inner.call(view);
      }
    )(view.dispose.bind(view)),
  });
}

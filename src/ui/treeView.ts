/**
 * The sidebar: runs ▸ processes ▸ threads ▸ connections, then the saved recordings. It is also the panel's accessible
 * twin. Rows change many times a second, so what changed is collected and told at most four times a second, element by element, and when
 * VS Code can take it (telling.ts). An element has one id for its whole life: VS Code asks by the ids that it was given.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import { assertNever } from '../base/assertNever';
import { MadeOnce } from '../base/madeOnce';
import { isNativeThread, type FoldKind } from '../protocol/foldEnded';
import type { Row } from '../protocol/rows';
import { areGrave, findingItem, findingsCount, findingsItem, type FindingNode, type FindingsNode } from './findingItems';
import { foldedChildren, isFolded, type Folded, type FoldedChildren } from './foldedChildren';
import type { RowChanges } from './rowStore';
import type { Recording, Recordings } from './recordings';
import type { Run } from './run';
import type { Runs } from './runs';
import { Telling } from './telling';
import { foldItem, goneItem, lookOf, moreItem, recordingItem, recordingsItem, rowItem, runItem, runWords, type DebugState, type FoldNode, type Node, type Queue, type RecordingsNode, type RowNode, type RunNode } from './treeItems';
import { lengthsWithoutStops } from './withoutStops';

/** Living children of one element, and rows of one fold; the panel has no such limit. */
const maxChildren = 200;
/** How long somebody has stood in a queue is told this often. */
const queueMs = 1000;
/** With a run's element VS Code asks for all below it anew, which of so many elements is soon done. */
const fewElements = 50;

export class RunTree implements vscode.TreeDataProvider<Node>, Disposable {
  private readonly store = new DisposableStore();
  readonly telling = this.store.add(new Telling(this));
  readonly onDidChangeTreeData = this.telling.onDidChange;

  private readonly runNodes = new WeakMap<Run, RunNode>();
  private readonly findingsNodes = new WeakMap<Run, { facts: FindingsNode; grave: FindingsNode }>();
  private readonly findingsLooks = new WeakMap<Run, string>();
  private readonly findingNodes = new MadeOnce<Run, FindingNode>();
  private readonly foldNodes = new MadeOnce<Run, FoldNode>();
  /** Children as they were listed, until rows change: a row asks for those of its whole family. */
  private readonly folded = new Map<string, FoldedChildren>();
  private foldedIsOld = false;
  /** When a run last told the present (ms). */
  private readonly toldAt = new WeakMap<Run, number>();
  /** Told again within a second: listeners in whose queue somebody stood when they were last shown, runs that count on. */
  private readonly waitedFor = new Set<Node>();
  private queueTimer: NodeJS.Timeout | undefined;
  private readonly rowNodes = new MadeOnce<Run, RowNode>();
  /** As rows were last shown: one that has gone is there until its parent is drawn anew. */
  private readonly lastRows = new WeakMap<RowNode, Row>();
  private readonly recordingsNode: RecordingsNode = { kind: 'recordings' };
  /** The recordings as they were last listed; null before. VS Code is given lists at once: what it asks for twice meanwhile it takes for two. */
  private saved: readonly Recording[] | null = null;
  private listings = 0;
  /** What a run's element was last shown to say. */
  private readonly shownWords = new WeakMap<Run, string>();

  constructor(
    private readonly runs: Runs,
    private readonly recordings: () => Recordings,
    private readonly debugStateOf: (run: Run, row: Row) => DebugState = () => null,
  ) {
    this.store.add(runs.onList(() => this.refresh()));
    this.store.add(runs.onStatus((run) => this.telling.mark([this.runNode(run)])));
    this.store.add(runs.onFindings((run) => this.markFindings(run)));
    this.store.add(runs.onUpdate(({ run, changes }) => this.markRows(run, changes)));
    this.store.add({ dispose: () => clearTimeout(this.queueTimer) });
    void this.list();
  }

  /** The list of runs or recordings changed. */
  refresh(): void {
    void this.list().then(() => this.telling.markAll());
  }

  /** Something that stands beside a row changed. */
  refreshRow(run: Run, id: string): void {
    this.telling.mark([this.rowNode(run, id)]);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'run':
        return runItem(node);
      case 'row': {
        const row = node.run.rows.get(node.id) ?? this.lastRows.get(node);
        if (row === undefined) return goneItem(node);
        this.lastRows.set(node, row);
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
        return finding === undefined ? goneItem(node) : findingItem(node, finding);
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
    if (node.kind !== 'row' || row === undefined || item.tooltip !== undefined) return item;
    const lengths = await lengthsWithoutStops(node.run, row).catch(() => null);
    item.tooltip = rowItem(node, row, false, row.kind === 'listener' ? this.queueOf(node) : null, this.debugStateOf(node.run, row), lengths).tooltip;
    return item;
  }

  getChildren(node?: Node): vscode.ProviderResult<Node[]> {
    return node === undefined || node.kind === 'recordings' ? this.list().then(() => this.childrenNow(node)) : this.childrenNow(node);
  }

  /** As getChildren, with the recordings that were last listed. */
  childrenNow(node: Node | undefined): Node[] {
    if (node === undefined) return [...this.runs.all.map((run) => this.runNode(run)), ...((this.saved ?? []).length === 0 ? [] : [this.recordingsNode])];
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
        return rows.length === shown.length ? shown : [{ kind: 'more', run: node.run, parent: node.parent, of: node.of, hidden: rows.length - shown.length }, ...shown];
      }
      case 'recordings':
        return (this.saved ?? []).map((recording) => ({ kind: 'recording', recording }));
      case 'more':
      case 'finding':
      case 'recording':
        return [];
      default:
        return assertNever(node);
    }
  }

  getParent(node: Node): Node | undefined {
    const onWay = this.telling.parentOnWay(node);
    if (onWay !== undefined) return onWay;
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
          if (this.rowsOf(fold).some(({ id }) => id === row.id)) return fold;
        }
        return parent === null ? this.runNode(node.run) : this.rowNode(node.run, parent);
      }
      default:
        return assertNever(node);
    }
  }

  rootOf(node: Node): Node {
    return 'run' in node ? this.runNode(node.run) : this.recordingsNode;
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
    return this.rowNodes.of(run, id, () => ({ kind: 'row', run, id }));
  }

  /** With the first that is no mere fact they are another element: that opens by itself. */
  findingsNode(run: Run): FindingsNode {
    let known = this.findingsNodes.get(run);
    if (known === undefined) this.findingsNodes.set(run, (known = { facts: { kind: 'findings', run, grave: false }, grave: { kind: 'findings', run, grave: true } }));
    return areGrave(run) ? known.grave : known.facts;
  }

  /** The same finding keeps its element while it lasts. */
  findingNode(run: Run, id: string): FindingNode {
    return this.findingNodes.of(run, id, () => ({ kind: 'finding', run, id }));
  }

  /** Whether the view is in sight. */
  setShown(shown: boolean): void {
    this.telling.setShown(shown);
    if (!shown) return;
    const before = JSON.stringify(this.saved);
    void this.list().then(() => before !== JSON.stringify(this.saved) && this.telling.markAll());
  }

  /** VS Code asks for an element; whoever else looks at it (getTreeItem) changes nothing of what it knows. */
  asked(node: Node): vscode.TreeItem {
    if (node.kind === 'run') this.shownWords.set(node.run, runWords(node.run));
    const item = this.getTreeItem(node);
    this.telling.element(node, lookOf(item), item.collapsibleState === vscode.TreeItemCollapsibleState.Expanded);
    return item;
  }

  lookOf(node: Node): string {
    return lookOf(this.getTreeItem(node));
  }

  /** VS Code asks for what is below an element, or for the top. */
  given(node: Node | undefined): Node[] | Promise<Node[]> {
    if (this.saved === null && node === undefined) return this.list().then(() => this.given(node));
    return this.telling.give(node, this.childrenNow(node));
  }

  dispose(): void {
    this.store.dispose();
  }

  private async list(): Promise<void> {
    const turn = ++this.listings;
    const list = await this.recordings().list(this.runs.paths());
    // A later one knows better.
    if (turn === this.listings || this.saved === null) this.saved = list;
  }

  private rowChildren(run: Run, parent: string | null): Node[] {
    const { entries, hidden } = this.foldedOf(run, parent);
    const nodes: Node[] = entries.map((entry) => (isFolded(entry) ? this.foldNode(run, parent, entry.kind) : this.rowNode(run, entry.id)));
    return hidden === 0 ? nodes : [...nodes, { kind: 'more', run, parent, of: null, hidden }];
  }

  private foldedOf(run: Run, parent: string | null): FoldedChildren {
    if (this.foldedIsOld && !this.telling.isHeld) {
      this.foldedIsOld = false;
      this.folded.clear();
    }
    const key = `${run.key}/${parent ?? ''}`;
    let known = this.folded.get(key);
    if (known === undefined) {
      const lives = (row: Row): boolean => run.rows.childrenOf(row.id).some((child) => child.endNs === null || lives(child));
      const { selected } = this.telling;
      // What is selected stays in sight.
      const stays = (row: Row): boolean => lives(row) || (selected?.kind === 'row' && selected.run === run && selected.id === row.id);
      this.folded.set(key, (known = foldedChildren(run.rows.childrenOf(parent), maxChildren, stays)));
    }
    return known;
  }

  private rowsOf(fold: FoldNode): readonly Row[] {
    return this.foldedOf(fold.run, fold.parent).entries.find((entry): entry is Folded => isFolded(entry) && entry.kind === fold.of)?.rows ?? [];
  }

  private foldNode(run: Run, parent: string | null, of: FoldKind): FoldNode {
    return this.foldNodes.of(run, `${parent ?? ''}/${of}`, () => ({ kind: 'fold', run, parent, of }));
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
      this.telling.mark(this.waitedFor);
      this.waitedFor.clear();
    }, queueMs);
  }

  private markRows(run: Run, changesOf: () => RowChanges): void {
    this.foldedIsOld = true;
    this.toldAt.set(run, Date.now());
    // All that VS Code has is looked at when it is shown again.
    if (!this.telling.isShown) return;
    const changes = changesOf();
    if (changes.all || changes.parents.has(null)) {
      this.telling.mark([this.runNode(run)]);
      return;
    }
    const parents = [...changes.parents].filter((id) => id !== null);
    this.telling.mark([...changes.rows, ...parents].map((id) => this.rowNode(run, id)));
    if (this.shownWords.get(run) === runWords(run)) return;
    // A number beside rows that say otherwise looks wrong, so it comes with them where VS Code can take that.
    if (this.telling.count <= fewElements) this.telling.mark([this.runNode(run)]);
    else this.tellAgain(this.runNode(run));
  }

  private markFindings(run: Run): void {
    const { items } = run.findings;
    const look = `${findingsCount(run)} ${items[0]?.severity}`;
    // The run's element counts them, and lists theirs. Otherwise only sentences changed: of what lasts the time it has lasted, every few seconds.
    this.telling.mark([this.findingsLooks.get(run) === look ? this.findingsNode(run) : this.runNode(run)]);
    this.findingsLooks.set(run, look);
  }
}

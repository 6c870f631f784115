/** The view of the sidebar: what VS Code asks for and is given, the badge, and the selection that follows the panel's. */
import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import { runsViewId } from './ids';
import type { Run } from './run';
import type { Runs } from './runs';
import type { Node } from './treeItems';
import type { RunTree } from './treeView';

/** How many processes live is told at most this often. */
const badgeEveryMs = 2000;

/** Creates the view: the provider, the badge, and the selection that follows the panel's. */
export function createRunsView(tree: RunTree, runs: Runs): vscode.TreeView<Node> & { select(run: Run, id: string): void } {
  const { telling } = tree;
  const provider: vscode.TreeDataProvider<Node> = {
    onDidChangeTreeData: tree.onDidChangeTreeData,
    getTreeItem: (node) => tree.asked(node),
    getChildren: (node) => tree.given(node),
    getParent: (node) => tree.getParent(node),
    resolveTreeItem: (item, node) => tree.resolveTreeItem(item, node),
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
  telling.setShown(view.visible);
  telling.follow({ now: () => view.selection[0], move: (node) => view.reveal(node, { select: true, focus: false }) });
  store.add(view.onDidChangeVisibility(({ visible }) => tree.setShown(visible)));
  store.add(view.onDidExpandElement(({ element }) => telling.opened(element)));
  store.add(view.onDidCollapseElement(({ element }) => telling.closed(element)));
  store.add(runs.onUpdate(soon));
  store.add(runs.onList(badge));
  store.add(runs.onStatus(badge));
  return Object.assign(view, {
    select(run: Run, id: string): void {
      // Revealing would open the sidebar; a selection elsewhere must not do that.
      if (!view.visible || run.rows.get(id) === undefined) return;
      telling.reveal(tree.rowNode(run, id), (node) => (view.visible ? view.reveal(node, { select: true, focus: false }) : Promise.resolve()));
    },
    dispose: (
      (inner) => () => {
        store.dispose();
        inner.call(view);
      }
    )(view.dispose.bind(view)),
  });
}

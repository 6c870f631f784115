/** The extension under test, as its `activate` hands it out, and its sidebar as a person reads it. */
import * as vscode from 'vscode';
import type { Run } from '../../../src/ui/run';
import type { ForkscopeApi } from '../../../src/ui/testApi';
import type { Node } from '../../../src/ui/treeItems';

/** Activates the extension, from source or installed. */
export async function product(): Promise<ForkscopeApi> {
  const extension = vscode.extensions.getExtension<ForkscopeApi>('forkscope.forkscope');
  if (extension === undefined) throw new Error('The extension is not installed in this VS Code.');
  return extension.activate();
}

/** One element of the sidebar. */
export interface Shown {
  label: string;
  description: string;
  kind: string;
  children: Shown[];
}

/** The whole sidebar, or what is below one element. */
export async function sidebar(api: ForkscopeApi, node?: Node): Promise<Shown[]> {
  const children = (await api.tree.getChildren(node)) ?? [];
  return Promise.all(
    children.map(async (child) => {
      const item = api.tree.getTreeItem(child);
      return {
        label: typeof item.label === 'string' ? item.label : '',
        description: typeof item.description === 'string' ? item.description : '',
        kind: child.kind === 'row' ? (child.run.rows.get(child.id)?.kind ?? 'gone') : child.kind,
        children: await sidebar(api, child),
      };
    }),
  );
}

/** All elements of a kind below some. */
export function ofKind(shown: readonly Shown[], kind: string): Shown[] {
  return shown.flatMap((element) => [...(element.kind === kind ? [element] : []), ...ofKind(element.children, kind)]);
}

/** Polls until `check` gives something but undefined and false; its last error or `what` names a failure. */
export async function eventually<T>(what: string, check: () => T | Promise<T>, withinMs = 60_000): Promise<Exclude<T, false | undefined>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    let why = '';
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value as Exclude<T, false | undefined>;
    } catch (error) {
      why = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${withinMs / 1000} s${why}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The run that was started last. */
export function currentRun(api: ForkscopeApi): Run {
  const run = api.runs.current;
  if (run === null) throw new Error('There is no run.');
  return run;
}

/** The TCP port that the run's program listens on. */
export function listeningPort(run: Run): Promise<number> {
  return eventually('a listener', () => {
    for (const row of run.rows.all()) {
      const port = row.kind === 'listener' ? /:(\d+)$/.exec(row.address)?.[1] : undefined;
      if (port !== undefined) return Number(port);
    }
    return undefined;
  });
}

/** Ends what a failed test has left running, and forgets all runs and editors. */
export async function cleanUp(api: ForkscopeApi): Promise<void> {
  for (const run of api.runs.live) {
    api.runs.setCurrent(run);
    await vscode.commands.executeCommand('forkscope.stop', run);
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await vscode.commands.executeCommand('notifications.clearAll');
  for (const run of api.runs.all) api.runs.close(run);
}

/** A file of the sample programs, which are the opened folder. */
export function sample(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('No folder is open.');
  return vscode.Uri.joinPath(folder.uri, name);
}

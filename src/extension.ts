/** Wiring only: makes the parts, hands each what it needs, and disposes them together. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore } from './base/disposable';
import { messageOf } from './base/errors';
import { recordingsFolderSetting } from './ui/configuration';
import { registerCommands } from './ui/commands';
import { keepContextKeys } from './ui/contextKeys';
import { LineEnds } from './ui/editor/lineEnds';
import { StandingLines } from './ui/editor/standingLines';
import { startDebuggingOverlay } from './ui/debug/debugging';
import { Followed } from './ui/debug/followed';
import { OwnBreakpoints } from './ui/debug/ownBreakpoints';
import { RowActions } from './ui/debug/rowActions';
import { EngineHost } from './ui/engineHost';
import { adoptLiveRuns, adoptRunOf, runFolderOf, stopRun } from './ui/launching';
import { openSource } from './ui/openSource';
import { PanelHost } from './ui/panelHost';
import type { PanelDebugging } from './ui/panelSession';
import { Recordings } from './ui/recordings';
import type { Run } from './ui/run';
import { Runs } from './ui/runs';
import { SelectedLine } from './ui/selectedLine';
import { createStatusBarItem } from './ui/statusBar';
import { TraceTaskProvider } from './ui/taskProvider';
import type { ForkscopeApi } from './ui/testApi';
import { TracedTerminals } from './ui/tracedTerminal';
import { Tracer } from './ui/tracer';
import { createRunsView } from './ui/runsView';
import { RunTree } from './ui/treeView';

export function activate(context: vscode.ExtensionContext): ForkscopeApi {
  const store = new DisposableStore();
  context.subscriptions.push(store);

  const log = store.add(vscode.window.createOutputChannel('Forkscope', { log: true }));
  const engine = store.add(new EngineHost(join(context.extensionPath, 'dist', 'engine.js'), log));
  const runs = store.add(new Runs(engine));
  const ownFolder = vscode.Uri.joinPath(context.globalStorageUri, 'recordings').fsPath;
  const recordings = (): Recordings => new Recordings(recordingsFolderSetting() ?? ownFolder);

  const selectedLine = store.add(new SelectedLine(runs));
  const lineEnds = store.add(new LineEnds(context.extensionUri, store.add(new StandingLines(runs, log))));
  const tree: RunTree = store.add(new RunTree(runs, recordings, (run, process) => followed.stateOf(run, process)));
  const view = store.add(createRunsView(tree, runs));
  const debugging: PanelDebugging = {
    actions: (run, row) => rowActions.of(run, row),
    act: (run, row, action) => rowActions.act(run, row, action),
    unfollowed: (run) => followed.unfollowed(run),
  };
  const panels: PanelHost = store.add(new PanelHost(context.extensionUri, { runs, log, onSelect: (run, row) => { selectedLine.select(run, row); if (row !== null) view.select(run, row); }, adopted: () => adopted, debugging }));
  const tracer = new Tracer({ extensionUri: context.extensionUri, runs, recordings, log, reveal: (run) => panels.reveal(run) });

  const adopt = (): Promise<void> => adoptLiveRuns(recordings(), tracer);
  const adopted = adopt().catch((error: unknown) => log.warn(messageOf(error)));

  const followSupervisor = async (pid: number): Promise<void> => {
    const run = await adoptRunOf(pid, recordings(), tracer);
    if (run !== null) await panels.reveal(run);
  };
  const endSupervised = async (pid: number): Promise<void> => {
    const folder = await runFolderOf(pid, recordings());
    if (folder !== undefined) await stopRun(folder);
  };
  const select = (run: Run, row: string): void => {
    selectedLine.select(run, row);
    view.select(run, row);
    panels.selectWhereShown(run, row);
  };
  const reveal = (run: Run): Promise<void> => panels.reveal(run);
  const { debugRuns } = store.add(startDebuggingOverlay({ extensionUri: context.extensionUri, runs, tracer, recordings, state: context.workspaceState, log, reveal, select }));
  const followed = store.add(new Followed(debugRuns, (run, row) => {
    tree.refreshRow(run, row);
    panels.debuggersChanged(run);
  }));
  const ownBreakpoints = store.add(new OwnBreakpoints(debugRuns));
  const rowActions = new RowActions({ debugRuns, followed, own: ownBreakpoints, open: (run, site) => openSource(site, run.rows.info?.directory ?? null, panels.columnOf(run)) });
  const started = { extensionUri: context.extensionUri, recordings, log, followSupervisor };
  const terminals = store.add(new TracedTerminals({ ...started, endSupervised }));
  store.add(new TraceTaskProvider(started));

  store.add(registerCommands({ runs, tracer, debugRuns, rowActions, selectedLine, panels, terminals, tree, recordings, state: context.workspaceState, log }));
  store.add(keepContextKeys(runs));
  store.add(createStatusBarItem(runs));

  return { runs, tree, panels, selectedLine, lineEnds, recordings, engine, debugRuns, ownBreakpoints, adopt, report: (run) => run.report() };
}

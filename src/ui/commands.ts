/** The commands. Each is one line of intent here; a failure of any becomes a sentence with a button (problems.ts). */
import { copyFile, rm } from 'node:fs/promises';
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import { ForkscopeError, messageOf } from '../base/errors';
import type { RowActionName } from '../protocol/rowActions';
import { CommandHistory, pickCommand } from './commandPicker';
import { debugFile } from './debug/debugFile';
import type { DebugRuns } from './debug/debugRuns';
import { attachDebugger } from './debug/followed';
import type { RowActions } from './debug/rowActions';
import { rowOf } from './findingItems';
import { commandIds, recordingExtension, type CommandId } from './ids';
import { packLeftover } from './launching';
import { openSource } from './openSource';
import type { PanelHost } from './panelHost';
import { report, UserProblem } from './problems';
import type { Recordings } from './recordings';
import { Run } from './run';
import type { Runs } from './runs';
import type { TracedTerminals } from './tracedTerminal';
import { selectAtCursor, type SelectedLine } from './selectedLine';
import { specOfCommand, specOfFile } from './traceRequests';
import { requireTrust, type Tracer } from './tracer';
import type { RunTree } from './treeView';
import type { Node } from './treeItems';

export interface CommandContext {
  readonly runs: Runs;
  readonly tracer: Tracer;
  readonly debugRuns: DebugRuns;
  readonly rowActions: RowActions;
  readonly selectedLine: SelectedLine;
  readonly panels: PanelHost;
  readonly terminals: TracedTerminals;
  readonly tree: RunTree;
  readonly recordings: () => Recordings;
  readonly state: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/** Registers every command of ids.ts: the compiler misses one that is left out. */
export function registerCommands(context: CommandContext): Disposable {
  const { runs, tracer, debugRuns, panels, terminals, log } = context;
  const history = new CommandHistory(context.state);

  const actOnRow = async (argument: unknown, action: RowActionName): Promise<void> => {
    if (isNode(argument, 'row')) await context.rowActions.act(argument.run, argument.id, action);
  };

  const traceFile = async (target?: unknown): Promise<void> => {
    requireTrust();
    await tracer.start(await specOfFile(target instanceof vscode.Uri ? target : undefined, log));
  };

  const handlers: Record<CommandId, (argument?: unknown) => void | Promise<void>> = {
    [commandIds.traceActiveFile]: traceFile,
    [commandIds.traceFile]: traceFile,
    [commandIds.traceCommand]: async (argument) => {
      requireTrust();
      const text = typeof argument === 'string' ? argument : await pickCommand(history);
      if (text === undefined) return;
      const spec = specOfCommand(text);
      await history.add(text);
      await tracer.start(spec);
    },
    [commandIds.openTracedTerminal]: () => terminals.open(),
    [commandIds.debugActiveFile]: async (argument) => {
      requireTrust();
      await debugFile(argument instanceof vscode.Uri ? argument : undefined);
    },
    [commandIds.showInCallStack]: (argument) => actOnRow(argument, 'showInCallStack'),
    [commandIds.breakOnReceive]: (argument) => actOnRow(argument, 'breakOnReceive'),
    [commandIds.breakOnFork]: (argument) => actOnRow(argument, 'breakOnFork'),
    [commandIds.attachDebugger]: async (argument) => {
      const row = isNode(argument, 'row') ? argument.run.rows.get(argument.id) : undefined;
      if (isNode(argument, 'row') && row?.kind === 'process') await attachDebugger(debugRuns, argument.run, row);
    },
    [commandIds.stop]: async (argument) => {
      const run = runOf(argument, runs) ?? (await pickLive(runs));
      if (run === undefined) return;
      await debugRuns.stop(run);
      await tracer.stop(run);
    },
    [commandIds.restart]: async (argument) => {
      requireTrust();
      const run = needed(runOf(argument, runs) ?? runs.current);
      if (!(await debugRuns.restart(run))) await tracer.restart(run);
    },
    [commandIds.openRecording]: (argument) => openRecording(argument, context),
    [commandIds.saveRecordingAs]: (argument) => saveRecordingAs(argument, context),
    [commandIds.showPanel]: (argument) => panels.show(needed(runOf(argument, runs) ?? runs.current), false),
    [commandIds.showLog]: () => log.show(),
    [commandIds.revealInPanel]: async (argument) => {
      if (!isNode(argument, 'row')) return;
      const site = argument.run.rows.get(argument.id)?.site ?? null;
      context.selectedLine.select(argument.run, argument.id);
      await panels.select(argument.run, argument.id);
      if (site !== null) await openSource(site, argument.run.rows.info?.directory ?? null, panels.columnOf(argument.run));
    },
    [commandIds.openSource]: async (argument) => {
      if (!isNode(argument, 'row')) return;
      const site = argument.run.rows.get(argument.id)?.site ?? null;
      if (site !== null) await openSource(site, argument.run.rows.info?.directory ?? null, panels.columnOf(argument.run));
    },
    [commandIds.selectAtLine]: async () => {
      const found = await selectAtCursor(runs, async (run, row) => {
        context.selectedLine.select(run, row);
        await panels.select(run, row);
      });
      if (!found) throw new UserProblem(vscode.l10n.t('Nothing that was traced stands at this line.'));
    },
    [commandIds.showRow]: async (argument) => {
      const { run: key, row } = (argument ?? {}) as { run?: unknown; row?: unknown };
      const run = runs.all.find((each) => each.key === key);
      if (run === undefined || typeof row !== 'string' || run.rows.get(row) === undefined) return;
      context.selectedLine.select(run, row);
      await panels.select(run, row);
    },
    [commandIds.openFinding]: async (argument) => {
      if (!isNode(argument, 'finding')) return;
      const { run } = argument;
      const finding = run.findings.items.find(({ id }) => id === argument.id);
      if (finding === undefined) return;
      const row = rowOf(run, finding);
      if (row !== null) await panels.selectIfOpen(run, row);
      if (finding.at !== null) await openSource(finding.at, run.rows.info?.directory ?? null, panels.columnOf(run));
    },
    [commandIds.closeRun]: (argument) => {
      const run = runOf(argument, runs);
      if (run !== undefined && !run.isLive) runs.close(run);
    },
    [commandIds.deleteRecording]: (argument) => deleteRecording(argument, context),
    [commandIds.revealRecording]: async (argument) => {
      const path = isNode(argument, 'recording') ? argument.recording.source.path : needed(runOf(argument, runs) ?? runs.current).source.path;
      await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path));
    },
  };

  const store = new DisposableStore();
  for (const [id, handler] of Object.entries(handlers)) {
    store.add(
      vscode.commands.registerCommand(id, async (argument?: unknown) => {
        // Nothing is returned: the answer of a command goes to whoever called it, as JSON.
        try {
          await handler(argument);
        } catch (error) {
          report(error, log);
        }
      }),
    );
  }
  return store;
}

/** The run that a command's argument means: the run itself, its key (from an item's click), or an item of the view. */
function runOf(argument: unknown, runs: Runs): Run | undefined {
  if (argument instanceof Run) return argument;
  if (typeof argument === 'string') return runs.all.find((run) => run.key === argument);
  if (isNode(argument, 'run') || isNode(argument, 'row') || isNode(argument, 'findings') || isNode(argument, 'finding')) return argument.run;
  return undefined;
}

function needed<T>(value: T | null): T {
  if (value !== null) return value;
  throw new UserProblem(vscode.l10n.t('Nothing has been traced yet; trace a program or open a recording first.'), [
    { title: vscode.l10n.t('Open Recording…'), run: () => vscode.commands.executeCommand(commandIds.openRecording) },
  ]);
}

function isNode<K extends Node['kind']>(value: unknown, kind: K): value is Extract<Node, { kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

/** The one that runs; where several do, the person says which. */
async function pickLive(runs: Runs): Promise<Run | undefined> {
  const live = runs.live;
  if (live.length <= 1) return live[0];
  const items = live.map((run) => ({ label: run.title, description: run.launch?.directory ?? '', run }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which program is to be stopped?') }))?.run;
}

async function openRecording(argument: unknown, { runs, panels, recordings, log }: CommandContext): Promise<void> {
  const uri = argument instanceof vscode.Uri ? argument : isNode(argument, 'recording') ? vscode.Uri.file(argument.recording.source.path) : await pickFile(recordings());
  if (uri === undefined) return;
  if (!existsSync(uri.fsPath)) throw new ForkscopeError('recording-missing', `${uri.fsPath} is not there.`, [uri.fsPath]);
  if (statSync(uri.fsPath).isFile()) {
    await panels.openEditor(uri);
    return;
  }
  const run = await openFolder(uri.fsPath, runs, log);
  await panels.show(run, false);
}

/** A run that was cut off; from now on a file like any other recording, where it can be written. */
async function openFolder(path: string, runs: Runs, log: vscode.LogOutputChannel): Promise<Run> {
  const run = await runs.open({ kind: 'folder', path });
  await packLeftover(run).catch((error: unknown) => log.warn(`${path}: ${messageOf(error)}`));
  return run;
}

async function pickFile(recordings: Recordings): Promise<vscode.Uri | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Open Recording'),
      defaultUri: vscode.Uri.file(recordings.folder),
      filters: { [vscode.l10n.t('Forkscope recordings')]: [recordingExtension.slice(1)] },
    })) ?? [];
  return uri;
}

async function saveRecordingAs(argument: unknown, { runs, log }: CommandContext): Promise<void> {
  const saved = isNode(argument, 'recording') ? argument.recording.source : null;
  const target = saved?.kind === 'file' ? null : saved?.kind === 'folder' ? await openFolder(saved.path, runs, log) : needed(runOf(argument, runs) ?? runs.current);
  const from = target === null ? needed(saved).path : target.file;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
  const uri =
    argument instanceof vscode.Uri
      ? argument
      : await vscode.window.showSaveDialog({
          title: vscode.l10n.t('Save Recording As'),
          defaultUri: vscode.Uri.file(join(folder, basename(from))),
          filters: { [vscode.l10n.t('Forkscope recordings')]: [recordingExtension.slice(1)] },
        });
  if (uri === undefined) return;
  // A finished recording is a file: the copy is the same to the byte. A live one is packed as it is now.
  if (target === null || (!target.isLive && existsSync(target.file))) await copyFile(from, uri.fsPath);
  else await target.save(uri.fsPath);
  log.info(`Saved ${uri.fsPath}`);
  const open = vscode.l10n.t('Open');
  void vscode.window.showInformationMessage(vscode.l10n.t('The recording was saved as {0}.', basename(uri.fsPath)), open).then((answer) => {
    if (answer === open) void vscode.commands.executeCommand(commandIds.openRecording, uri);
  });
}

async function deleteRecording(argument: unknown, { runs, tree }: CommandContext): Promise<void> {
  const run = runOf(argument, runs);
  if (run?.isLive === true) return;
  const path = isNode(argument, 'recording') ? argument.recording.source.path : run?.source.path;
  if (path === undefined) return;
  const confirm = vscode.l10n.t('Delete');
  const question = vscode.l10n.t('Delete the recording {0}?', basename(path));
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail: vscode.l10n.t("This can't be undone.") }, confirm);
  if (answer !== confirm) return;
  if (run !== undefined) runs.close(run);
  await rm(path, { recursive: true, force: true });
  tree.refresh();
}

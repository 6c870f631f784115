/** What a person points at (a file, a typed command) as something that can be started, or a sentence why not. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../base/errors';
import { titleOfCommand } from '../launch/runPlace';
import { findPython, requireProgram } from './launching';
import { chosenInterpreter } from './interpreter';
import { UserProblem } from './problems';
import type { LaunchSpec } from './run';
import { splitCommand } from './splitCommand';

/** A Python file, saved first where it has changes. */
export async function specOfFile(uri: vscode.Uri | undefined, log: vscode.LogOutputChannel): Promise<LaunchSpec> {
  const target = uri ?? vscode.window.activeTextEditor?.document.uri ?? activeTabUri();
  if (target === undefined) {
    throw new UserProblem(vscode.l10n.t('No file is open; open the Python file of your server and trace it again.'), [openFile()]);
  }
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === target.toString());
  if (target.scheme === 'untitled') {
    throw new UserProblem(vscode.l10n.t('{0} has never been saved; save it as a Python file and trace it again.', basename(target.path)), [saveAs()]);
  }
  if (target.scheme !== 'file') {
    throw new UserProblem(vscode.l10n.t("{0} is not a file on disk, so it can't be run.", basename(target.path)), [openFile()]);
  }
  if (!(open?.languageId === 'python' || /\.pyw?$/i.test(target.path))) {
    throw new UserProblem(vscode.l10n.t('{0} is not a Python file; to trace any other program, type its command.', basename(target.path)), [traceCommand()]);
  }
  if (open?.isDirty === true && !(await open.save())) {
    throw new UserProblem(vscode.l10n.t('{0} could not be saved, so it was not started.', basename(target.path)));
  }
  await requireFile(target);
  const python = await findPython(await chosenInterpreter(target, log), directoryOf(target));
  return { title: basename(target.fsPath), command: [python, target.fsPath], directory: directoryOf(target) };
}

/** A command as a person types it. */
export function specOfCommand(text: string): LaunchSpec {
  const split = splitCommand(text);
  if (!split.ok) {
    throw new UserProblem(
      split.problem === 'empty'
        ? vscode.l10n.t('The command is empty; type a program and its arguments.')
        : vscode.l10n.t('A quote in the command is not closed: {0}', text),
      [traceCommand()],
    );
  }
  const scope = vscode.window.activeTextEditor?.document.uri;
  const folder = (scope && vscode.workspace.getWorkspaceFolder(scope)) ?? vscode.workspace.workspaceFolders?.[0];
  const directory = folder?.uri.fsPath ?? (scope?.scheme === 'file' ? dirname(scope.fsPath) : process.cwd());
  requireProgram(split.words[0]!, directory);
  return { title: titleOfCommand(split.words), command: split.words, directory };
}

/** Relative paths of a program mean what they mean in the workspace's own terminal. */
function directoryOf(file: vscode.Uri): string {
  return vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath ?? dirname(file.fsPath);
}

/** Rejects with a sentence where there is no such file. */
export async function requireFile(uri: vscode.Uri): Promise<void> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) !== 0) return;
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw new Error(messageOf(error), { cause: error });
  }
  throw new UserProblem(vscode.l10n.t("The file {0} isn't there any more.", uri.fsPath), [openFile()]);
}

/** A file whose editor is no text editor for us, say because it is too large to be synchronised. */
export function activeTabUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText ? input.uri : undefined;
}

export const openFile = () => ({
  title: vscode.l10n.t('Open File…'),
  run: () => vscode.commands.executeCommand('workbench.action.files.openFile'),
});

export const saveAs = () => ({
  title: vscode.l10n.t('Save As…'),
  run: () => vscode.commands.executeCommand('workbench.action.files.saveAs'),
});

const traceCommand = () => ({
  title: vscode.l10n.t('Trace Command…'),
  run: () => vscode.commands.executeCommand('forkscope.traceCommand'),
});

/** *Debug with Forkscope*: a file under the debugger of its language, and traced, without a launch configuration. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserProblem } from '../problems';
import { activeTabUri, openFile, requireFile, saveAs } from '../traceRequests';
import { fields, list } from './adapterMessages';

/** @param target the file; else the active editor's. */
export async function debugFile(target: vscode.Uri | undefined): Promise<void> {
  const uri = target ?? vscode.window.activeTextEditor?.document.uri ?? activeTabUri();
  if (uri === undefined) throw new UserProblem(vscode.l10n.t('No file is open; open the Python or JavaScript file of your server and debug it again.'), [openFile()]);
  if (uri.scheme === 'untitled') throw new UserProblem(vscode.l10n.t('{0} has never been saved; save it as a Python or JavaScript file and debug it again.', basename(uri.path)), [saveAs()]);
  if (uri.scheme !== 'file') throw new UserProblem(vscode.l10n.t("{0} is not a file on disk, so it can't be run.", basename(uri.path)), [openFile()]);
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  if (document?.isDirty === true && !(await document.save())) throw new UserProblem(vscode.l10n.t('{0} could not be saved, so it was not started.', basename(uri.fsPath)));
  await requireFile(uri);
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const name = basename(uri.fsPath);
  const common = { name, request: 'launch', program: uri.fsPath, console: 'integratedTerminal', forkscope: true };
  if (document?.languageId === 'python' || /\.pyw?$/i.test(uri.path)) {
    const type = ['debugpy', 'python'].find(isContributed);
    if (type === undefined) {
      throw new UserProblem(vscode.l10n.t('No debugger for Python is installed; install the Python Debugger extension, or trace the file without one.'), [
        { title: vscode.l10n.t('Find It'), run: () => vscode.commands.executeCommand('workbench.extensions.search', 'ms-python.debugpy') },
      ]);
    }
    await vscode.debug.startDebugging(folder, { ...common, type });
  } else if (document?.languageId === 'javascript' || /\.[cm]?js$/i.test(uri.path)) {
    await vscode.debug.startDebugging(folder, { ...common, type: 'node' });
  } else {
    throw new UserProblem(vscode.l10n.t('{0} is neither a Python nor a JavaScript file; start its debugger yourself: the setting forkscope.debug.trace says what is traced.', name));
  }
}

function isContributed(type: string): boolean {
  return vscode.extensions.all.some(({ packageJSON }) => list(fields(fields(fields(packageJSON)).contributes).debuggers).some((each) => fields(each).type === type));
}

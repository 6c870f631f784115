/**
 * From a thing on the timeline to its line: the heart of the matter for a learner. The editor opens beside the panel,
 * never over it, and a file that is gone (a recording from another machine) gets a sentence instead of an empty editor.
 */
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { SourcePosition } from '../protocol/report';
import { UserProblem } from './problems';

/** Opens `site` with its line selected; `beside` is the column of the panel that was clicked in. Throws a UserProblem. */
export async function openSource(site: SourcePosition, directory: string | null, beside: vscode.ViewColumn | undefined): Promise<void> {
  if (site.file === '' || /^<.*>$/.test(site.file)) {
    throw new UserProblem(vscode.l10n.t('{0} has no source file that could be opened.', site.function || site.file));
  }
  const uri = await locate(site.file, directory);
  if (uri === undefined) {
    throw new UserProblem(vscode.l10n.t('The source file {0} is not on this machine, or it has been moved.', site.file));
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const line = Math.min(Math.max(0, site.line - 1), Math.max(0, document.lineCount - 1));
  const text = document.lineAt(line);
  const start = new vscode.Position(line, text.firstNonWhitespaceCharacterIndex);
  await vscode.window.showTextDocument(document, {
    viewColumn: columnBeside(uri, beside),
    selection: new vscode.Range(start, start),
    preview: true,
  });
}

/** Where a position's file is, without looking: a relative one is the program's directory's. */
export function fileOf(site: SourcePosition, directory: string | null): string {
  return isAbsolute(site.file) || directory === null ? site.file : join(directory, site.file);
}

async function locate(file: string, directory: string | null): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath) ?? [];
  const places = isAbsolute(file) ? [file] : [...(directory === null ? [] : [directory]), ...folders].map((folder) => join(folder, file));
  for (const place of places) {
    const uri = vscode.Uri.file(place);
    const facts = await vscode.workspace.fs.stat(uri).then((stat) => stat, () => undefined);
    if (facts !== undefined && (facts.type & vscode.FileType.File) !== 0) return uri;
  }
  return undefined;
}

/** Where the file is open already, else any column but the panel's, else a new one. */
function columnBeside(uri: vscode.Uri, panel: vscode.ViewColumn | undefined): vscode.ViewColumn {
  const groups = vscode.window.tabGroups.all;
  const isThere = (group: vscode.TabGroup): boolean =>
    group.tabs.some((tab) => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === uri.toString());
  const others = groups.filter((group) => group.viewColumn !== panel);
  const best = others.find(isThere) ?? others[0];
  if (best !== undefined) return best.viewColumn;
  return panel === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
}

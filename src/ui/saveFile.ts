/** Saves what the panel made (a picture, a table) where the person says. */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Run } from './run';

/**
 * @param name the suggested file name; its extension is what the dialog offers. The suggested folder is the recording's.
 * @throws the file system's error, which the caller shows.
 */
export async function saveFile(name: string, content: string | ArrayBuffer, run: Run | null): Promise<void> {
  const extension = name.slice(name.lastIndexOf('.') + 1);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(run === null ? '.' : dirname(run.file));
  const target = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(folder, name), filters: { [extension.toUpperCase()]: [extension] } });
  if (target === undefined) return;
  await vscode.workspace.fs.writeFile(target, typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content));
}

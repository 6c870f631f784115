/** The settings, typed, each read at the moment it is needed so that a change counts at once. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { usualMaxMiB } from '../protocol/files';
import { settingIds, type SettingId } from './ids';

function read<T>(id: SettingId, fallback: T, scope?: vscode.Uri): T {
  return vscode.workspace.getConfiguration(undefined, scope).get<T>(id, fallback);
}

/** The interpreter that the person has named; null for "as the Python extension has it". */
export function interpreterSetting(scope: vscode.Uri | undefined): string | null {
  const path = read(settingIds.interpreter, '', scope).trim();
  return path === '' ? null : resolvePath(path, scope);
}

/** Where recordings go; null for the extension's own storage. */
export function recordingsFolderSetting(): string | null {
  const path = read(settingIds.recordingsFolder, '').trim();
  return path === '' ? null : resolvePath(path, undefined);
}

/** How many recordings are kept. */
export function recordingsToKeep(): number {
  return Math.max(1, Math.floor(read(settingIds.recordingsKeep, 20)));
}

/** The size in MiB at which a growing recording loses its oldest part; 0 for no limit. */
export function recordingMaxMiB(): number {
  const size = Math.floor(read(settingIds.recordingsMaxSize, usualMaxMiB));
  return size > 0 ? Math.max(16, size) : 0;
}

/** How long Stop leaves a program between SIGTERM and SIGKILL, in ms. */
export function stopGraceMs(): number {
  const seconds = read(settingIds.killAfter, 3);
  return Math.min(60, Math.max(0, Number.isFinite(seconds) ? seconds : 3)) * 1000;
}

export function opensPanelOnTrace(): boolean {
  return read(settingIds.openPanel, true);
}

/** Whether the ends of lines say who stands there. */
export function showsThreadsAtLines(): boolean {
  return read(settingIds.threadsAtLines, true);
}

/** Whether debugging traces too. */
export function debugTraceSetting(scope: vscode.Uri | undefined): 'ask' | 'always' | 'never' {
  const value = read<string>(settingIds.debugTrace, 'ask', scope);
  return value === 'always' || value === 'never' ? value : 'ask';
}

/** `~` and `${workspaceFolder}` as in other settings; a relative path starts at the workspace's folder. */
export function resolvePath(path: string, scope: vscode.Uri | undefined): string {
  const folder = (scope && vscode.workspace.getWorkspaceFolder(scope)) ?? vscode.workspace.workspaceFolders?.[0];
  const root = folder?.uri.fsPath ?? homedir();
  const plain = path.replaceAll('${workspaceFolder}', root).replaceAll('${userHome}', homedir()).replace(/^~(?=$|[\\/])/, homedir());
  return isAbsolute(plain) ? plain : join(root, plain);
}

/** The only importer of src/launch: the supervisor's command line, the end of a tree, a Python, a program. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { stripVariable } from '../launch/environment';
import { findInterpreter } from '../launch/interpreters';
import { isAlive, runProcesses, stopTree } from '../launch/processTree';
import { findProgram } from '../launch/program';
import { deleteRunFolder } from '../launch/supervisor';
import { isSupervised, packedFileOf, readManifest, type Recordings, type RunPlace } from './recordings';
import type { Run } from './run';
import { titleOfCommand } from './splitCommand';
import type { TerminalCommand } from './terminalTask';
import type { LiveRun, Tracer } from './tracer';

/** What turns the editor's own runtime into a plain Node; the supervisor takes it out of the program's environment again. */
const plainNode = 'ELECTRON_RUN_AS_NODE';

/** The supervisor that runs `command`: our own command line in the editor's own Node, so none needs to be installed. */
export function startCommand(extensionUri: vscode.Uri, place: RunPlace, command: readonly string[]): TerminalCommand {
  const cli = vscode.Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath;
  return {
    program: process.execPath,
    args: [cli, 'record', '--folder', place.folder, '-o', place.file, '--', ...command],
    env: { [plainNode]: '1', [stripVariable]: plainNode },
  };
}

/** Ends every process of the run, daemonised grandchildren too. The supervisor sees it and packs the recording. */
export async function stopRun(folder: string): Promise<void> {
  await stopTree(folder);
}

/** A Python that answers: the chosen one, else the workspace's environment, else PATH. Rejects with 'interpreter-missing'. */
export async function findPython(chosen: { path: string; explicit: boolean } | null, directory: string): Promise<string> {
  const { path } = await findInterpreter({
    candidates: chosen === null ? [] : [chosen.path],
    explicit: chosen?.explicit ?? false,
    folders: [directory, ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath)],
    environment: process.env,
    directory,
  });
  return path;
}

/** Throws 'program-missing' or 'program-not-executable' before a terminal is opened for nothing. */
export function requireProgram(name: string, directory: string): void {
  findProgram(name, directory, process.env.PATH);
}

/** Follows the runs of an earlier window whose supervisor still lives. */
export async function adoptLiveRuns(recordings: Recordings, tracer: Tracer): Promise<void> {
  const names = await readdir(recordings.folder).catch(() => []);
  const live: LiveRun[] = [];
  for (const name of names) {
    const folder = join(recordings.folder, name);
    const manifest = await readManifest(folder);
    const supervisor = manifest?.supervisor ?? null;
    if (manifest === null || supervisor === null || !isAlive(supervisor)) continue;
    const { command, directory } = manifest;
    const launch = { title: titleOfCommand(command), command, directory };
    live.push({ launch, place: { folder, file: packedFileOf(folder) }, isSupervised: () => isAlive(supervisor) });
  }
  await tracer.adopt(live);
}

/**
 * Packs a run that was cut off, whose supervisor ended before it could. While anything of the run still lives nothing is
 * done: it may still be writing.
 */
export async function packLeftover(run: Run): Promise<void> {
  const { folder, file } = run;
  if (folder === null || !run.isRead || (await isSupervised(folder)) || runProcesses(folder).length > 0) return;
  await run.save(file);
  await run.read({ kind: 'file', path: file });
  deleteRunFolder(folder);
}

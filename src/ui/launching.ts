/** What the user interface asks of src/launch: the supervisor's command line, the end of a tree, a Python, a program. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { stripVariable } from '../launch/environment';
import { findInterpreter } from '../launch/interpreters';
import { isAlive, readStat, runProcesses, stopTree } from '../launch/processTree';
import { findProgram } from '../launch/program';
import { titleOfCommand, type RunPlace } from '../launch/runPlace';
import { deleteRunFolder } from '../launch/runFolder';
import { recordingMaxMiB, stopGraceMs } from './configuration';
import { UserProblem } from './problems';
import { isSupervised, packedFileOf, readManifest, type Recordings } from './recordings';
import type { Run } from './run';
import type { TerminalCommand } from './terminalTask';
import type { LiveRun, Tracer } from './tracer';

/** What turns the editor's own runtime into a plain Node; the supervisor takes it out of the program's environment again. */
const plainNode = 'ELECTRON_RUN_AS_NODE';

/** The supervisor that runs `command` and writes to `place`. */
export function startCommand(extensionUri: vscode.Uri, { folder, file }: RunPlace, command: readonly string[]): TerminalCommand {
  return recorder(extensionUri, ['--folder', folder, '-o', file], command);
}

/** The same where VS Code itself starts it, maybe again and again: each run chooses its own name in `folder`. */
export function recordInto(extensionUri: vscode.Uri, folder: string, command: readonly string[]): TerminalCommand {
  return recorder(extensionUri, ['--into', folder], command);
}

/** The attendant of a program that a debugger starts. */
export function attendCommand(extensionUri: vscode.Uri, { folder, file }: RunPlace): TerminalCommand {
  return ownCommand(extensionUri, ['attend', '--max-size', String(recordingMaxMiB()), '--folder', folder, '-o', file]);
}

function recorder(extensionUri: vscode.Uri, options: readonly string[], command: readonly string[]): TerminalCommand {
  return ownCommand(extensionUri, ['record', '--max-size', String(recordingMaxMiB()), ...options, '--', ...command]);
}

/** Our own command line in the editor's own Node, so none needs to be installed. */
function ownCommand(extensionUri: vscode.Uri, args: readonly string[]): TerminalCommand {
  const cli = vscode.Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath;
  return { program: process.execPath, args: [cli, ...args], env: { [plainNode]: '1', [stripVariable]: plainNode } };
}

/**
 * Ends every process of the run, daemonised grandchildren too: those that SIGTERM does not end within the setting's time get
 * SIGKILL. The supervisor sees it and packs the recording.
 */
export async function stopRun(folder: string): Promise<void> {
  await stopTree(folder, { graceMs: stopGraceMs() });
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
  await tracer.adopt((await liveRuns(recordings)).map(({ live }) => live));
}

/** How long a supervisor may take from its start to its run's folder. */
const appearsMs = 15_000;

/**
 * Waits for the run whose supervisor is process `pid`, and follows it. Null where that ended before it had one, and says why itself.
 * @throws UserProblem where it has none after 15 s.
 */
export async function adoptRunOf(pid: number, recordings: Recordings, tracer: Tracer): Promise<Run | null> {
  const until = Date.now() + appearsMs;
  for (;;) {
    // Asked first: one that ends between the two looks was there for the second.
    const alive = readStat(pid) !== null;
    const found = (await liveRuns(recordings)).find(({ supervisor }) => supervisor === pid);
    if (found !== undefined) return (await tracer.adopt([found.live]))[0] ?? null;
    if (!alive) return null;
    if (Date.now() > until) throw new UserProblem(vscode.l10n.t('The traced program has not begun within {0} seconds; look at its terminal, end it and trace it again.', appearsMs / 1000));
    await delay(50);
  }
}

/** The folder of the run whose supervisor is, or was, process `pid`; undefined once it is packed. */
export async function runFolderOf(pid: number, recordings: Recordings): Promise<string | undefined> {
  for (const name of await readdir(recordings.folder).catch(() => [])) {
    const folder = join(recordings.folder, name);
    if ((await readManifest(folder))?.supervisor?.pid === pid) return folder;
  }
  return undefined;
}

async function liveRuns(recordings: Recordings): Promise<{ supervisor: number; live: LiveRun }[]> {
  const names = await readdir(recordings.folder).catch(() => []);
  const found: { supervisor: number; live: LiveRun }[] = [];
  for (const name of names) {
    const folder = join(recordings.folder, name);
    const manifest = await readManifest(folder);
    const supervisor = manifest?.supervisor ?? null;
    if (manifest === null || supervisor === null || !isAlive(supervisor)) continue;
    const { command, directory } = manifest;
    const launch = { title: titleOfCommand(command), command, directory };
    found.push({ supervisor: supervisor.pid, live: { launch, place: { folder, file: packedFileOf(folder) }, isSupervised: () => isAlive(supervisor) } });
  }
  return found;
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

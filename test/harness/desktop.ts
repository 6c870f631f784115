/**
 * A desktop VS Code is the better witness wherever one can be had: it is what people run. It needs its vendor's
 * download, a display, and a machine with the libraries of a desktop; where one of these is missing, the answer is
 * "none" within seconds, and the npm one is used.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { cacheRoot } from './cache';
import { fullVersion, type VscodeVersion } from './npmVscode';
import { within } from './processes';

const RELEASES = 'https://update.code.visualstudio.com/api/releases/stable';
const PROBE_TIMEOUT = 3000;

/** The program of a desktop VS Code that can run here, or undefined. `FORKSCOPE_TEST_HOST` = `npm` or `desktop` decides by hand. */
export async function findDesktop(version: VscodeVersion): Promise<string | undefined> {
  const choice = process.env.FORKSCOPE_TEST_HOST;
  if (choice === 'npm') {
    return undefined;
  }
  const forced = choice === 'desktop';
  if (!forced && (!displayPossible() || !(await downloadPossible()))) {
    return undefined;
  }
  try {
    const program = await downloadAndUnzipVSCode({ version: fullVersion(version), cachePath: join(cacheRoot(), 'desktop') });
    const runs = spawnSync(program, ['-e', '0'], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, timeout: 20_000 });
    if (runs.status === 0) {
      return program;
    }
    throw new Error(`the downloaded program does not run here: ${String(runs.stderr).trim()}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (forced) {
      throw new Error(`No desktop VS Code ${fullVersion(version)}: ${reason}`);
    }
    console.log(`[vscode ${fullVersion(version)}] no desktop build (${reason})`);
    return undefined;
  }
}

/** Installs a packed extension into `extensionsFolder` with the desktop's own command line. */
export function installVsixInDesktop(program: string, vsix: string, extensionsFolder: string, userDataFolder: string): void {
  const [cli, ...args] = resolveCliArgsFromVSCodeExecutablePath(program, { reuseMachineInstall: true });
  const done = spawnSync(
    cli ?? program,
    [...args, '--extensions-dir', extensionsFolder, '--user-data-dir', userDataFolder, '--install-extension', vsix, '--force'],
    { encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (done.status !== 0) {
    throw new Error(`${vsix} was not installed: ${done.error?.message ?? done.stderr + done.stdout}`);
  }
}

/** Makes sure of a display for desktop programs; `stop` takes it away again. */
export async function withDisplay(): Promise<{ readonly env: Record<string, string>; stop(): void }> {
  if (hasDisplay()) {
    return { env: {}, stop: () => undefined };
  }
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const pipe = server.stdio[3] as Readable;
  const number = await within(
    new Promise<string>((resolve, reject) => {
      pipe.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
      server.once('error', reject);
    }),
    10_000,
    'Xvfb did not start',
  );
  return { env: { DISPLAY: `:${number}` }, stop: () => void server.kill() };
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

function displayPossible(): boolean {
  return hasDisplay() || (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'Xvfb')));
}

async function downloadPossible(): Promise<boolean> {
  try {
    return (await fetch(RELEASES, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_TIMEOUT) })).ok;
  } catch {
    return false;
  }
}

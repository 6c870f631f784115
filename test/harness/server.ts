/**
 * VS Code's own server, started from a folder and gone again without a trace.
 *
 * It listens on 127.0.0.1 only. A workbench has a terminal, so an address without a token hands out the account
 * to every user of the machine: tests may do without, people may not.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyExtensions } from './extraExtensions';
import { run, withoutNpm } from './npmCommand';
import type { NpmVscode } from './npmVscode';
import { RUN_MARKER, stopTree, within } from './processes';

export interface ServerOptions {
  /** Where the server keeps its data: user settings, logs, state. */
  readonly dataFolder: string;
  /** Where installed extensions are; default: in the data folder. */
  readonly extensionsFolder?: string;
  /** More extensions: folders that are copied as they are. */
  readonly moreExtensions?: readonly string[];
  /** User settings, written before the start. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Without one the server lets every local process in. */
  readonly token?: string;
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** What goes over the wire is not compressed, as in a desktop's window and unlike in a browser's. */
  readonly uncompressed?: boolean;
  /** Ask before a folder's code may run, as the desktop does. Default: trust everything. */
  readonly workspaceTrust?: boolean;
  /** Added to the environment of the extension host and its terminals. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gets the server's own output, which is noise unless something fails. */
  readonly log?: (text: string) => void;
}

export interface RunningServer {
  readonly port: number;
  /** Resolves when the server has ended, by whatever cause. */
  readonly ended: Promise<string>;
  /** Ends the server and every process that came from it. */
  stop(): Promise<void>;
}

const START_DEADLINE = 60_000;

/** Starts VS Code's server and resolves when it takes connections. */
export async function startServer(vscode: NpmVscode, options: ServerOptions): Promise<RunningServer> {
  writeSettings(options);
  copyExtensions(options.moreExtensions ?? [], extensionsFolder(options));
  const marker = randomUUID();
  const child = spawn(vscode.node, [join(vscode.folder, 'out', 'server-main.js'), ...serverArguments(options)], {
    cwd: options.dataFolder,
    env: { ...withoutNpm(), ...options.env, [RUN_MARKER]: marker },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group: Ctrl-C reaches us alone, and we end the tree in order.
    detached: true,
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-20_000);
    options.log?.(chunk.toString());
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`cannot be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`));
  });
  const stop = once(() => stopTree(child, marker));
  try {
    const port = await within(listening(child, () => output, ended), START_DEADLINE, `VS Code's server did not start in ${START_DEADLINE / 1000} s`);
    return { port, ended, stop };
  } catch (error) {
    await stop();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${output.slice(-2000)}`);
  }
}

/** Installs a packed extension into `extensionsFolder`. */
export async function installVsix(vscode: NpmVscode, vsix: string, extensionsFolder: string, dataFolder: string): Promise<void> {
  mkdirSync(extensionsFolder, { recursive: true });
  const args = [
    join(vscode.folder, 'out', 'server-main.js'),
    '--accept-server-license-terms', '--telemetry-level', 'off', '--force',
    '--server-data-dir', dataFolder, '--extensions-dir', extensionsFolder, '--install-extension', vsix,
  ];
  const output = await run(vscode.node, args, dataFolder, withoutNpm());
  if (!output.includes('successfully installed')) {
    throw new Error(`${vsix} was not installed: ${output.trim()}`);
  }
}

function serverArguments(options: ServerOptions): string[] {
  return [
    '--host', '127.0.0.1',
    '--port', String(options.port ?? 0),
    ...(options.token === undefined ? ['--without-connection-token'] : ['--connection-token', options.token]),
    '--accept-server-license-terms',
    // Without it a built workbench ignores the development extension named in its address.
    '--enable-smoke-test-driver',
    '--telemetry-level', 'off',
    '--server-data-dir', options.dataFolder,
    '--user-data-dir', join(options.dataFolder, 'data'),
    '--extensions-dir', extensionsFolder(options),
    ...(options.uncompressed === true ? ['--disable-websocket-compression'] : []),
    ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
  ];
}

function extensionsFolder(options: ServerOptions): string {
  return options.extensionsFolder ?? join(options.dataFolder, 'extensions');
}

function writeSettings(options: ServerOptions): void {
  const folder = join(options.dataFolder, 'data', 'User');
  mkdirSync(folder, { recursive: true });
  mkdirSync(extensionsFolder(options), { recursive: true });
  if (options.settings !== undefined) {
    writeFileSync(join(folder, 'settings.json'), `${JSON.stringify(options.settings, undefined, 2)}\n`);
  }
}

function listening(child: ChildProcess, output: () => string, ended: Promise<string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const port = /Extension host agent listening on (\d+)/.exec(output())?.[1];
      if (port !== undefined) {
        child.stdout?.off('data', look);
        resolve(Number(port));
      }
    };
    child.stdout?.on('data', look);
    void ended.then((how) => reject(new Error(`VS Code's server ${how} before it took connections`)));
  });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}

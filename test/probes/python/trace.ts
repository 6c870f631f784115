/** Runs a program under the Python probe alone, with a run folder of its own, and reads what the probe wrote. */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Python } from '../support/pythons';

const here = __dirname;
export const probe = join(here, '../../../src/probes/python');

export interface Line {
  process: number;
  birth: number;
  thread: number;
  kind: string;
  time: number;
  begin: boolean;
  /** A debugger's own doing. */
  debugger: boolean;
  fields: Record<string, string | number | null>;
}

export interface Ran {
  stdout: string;
  stderr: string;
  status: number;
}

export interface Options {
  environment?: Record<string, string>;
  pythonOptions?: string[];
  /** The run folder; made and removed where none is given. */
  run?: string;
}

export function program(name: string): string {
  return join(here, name);
}

/** The number of the one line of a program that ends in `# marker`. */
export function lineOf(name: string, marker: string): number {
  const lines = readFileSync(program(name), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.endsWith(`# ${marker}`)) + 1;
  if (line === 0) throw new Error(`${name} has no line marked "# ${marker}"`);
  return line;
}

export function makeRunFolder(parent = tmpdir()): string {
  const run = mkdtempSync(join(parent, 'forkscope-probe-'));
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ');
  writeFileSync(join(run, 'lease'), `${process.pid} ${fields[19]!}\n`);
  return run;
}

export function untraced(python: Python, args: string[], options: Options = {}): Promise<Ran> {
  return inScratch((folder) => start(python, args, folder, options, {}));
}

/** Runs it traced; `read` gets the records while the run folder is there. */
export async function traced(python: Python, args: string[], options: Options = {}): Promise<Ran & { lines: Line[] }> {
  const run = options.run ?? makeRunFolder();
  try {
    const path = [probe, options.environment?.PYTHONPATH].filter((part) => part !== undefined).join(':');
    const ran = await inScratch((folder) => start(python, args, folder, options, { FORKSCOPE_RUN: run, PYTHONPATH: path }));
    return { ...ran, lines: existsSync(run) ? await readLines(python, run) : [] };
  } finally {
    if (options.run === undefined) rmSync(run, { recursive: true, force: true });
  }
}

export async function readLines(python: Python, run: string): Promise<Line[]> {
  const dumped = await execute(python.path, ['-I', program('dump.py'), '--json', run], process.env, here);
  if (dumped.status !== 0) throw new Error(dumped.stderr);
  return dumped.stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}

async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'forkscope-scratch-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(python: Python, args: string[], folder: string, options: Options, more: Record<string, string>): Promise<Ran> {
  const environment: NodeJS.ProcessEnv = { ...process.env, ...options.environment, ...more };
  return execute(python.path, [...(options.pythonOptions ?? []), ...args], environment, folder);
}

function execute(file: string, args: string[], env: NodeJS.ProcessEnv, cwd: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env, cwd, maxBuffer: 1 << 28, timeout: 90_000 }, (_, stdout, stderr) => {
      const { exitCode, signalCode } = child;
      resolve({ stdout, stderr, status: signalCode === null ? (exitCode ?? -1) : 128 + constants.signals[signalCode] });
    });
  });
}

/** What two runs of the same program may differ in. */
export function withoutNumbers(ran: Ran): Ran {
  const scrub = (text: string): string => text.replace(/0x[0-9a-f]+/g, '0x').replace(/\b\d{4,7}\b/g, 'N');
  return { stdout: scrub(ran.stdout), stderr: scrub(ran.stderr), status: ran.status };
}

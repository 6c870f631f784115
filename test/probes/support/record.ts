/** Runs a sample program untraced and under `forkscope record`, with the same traffic, and reads the report. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Report } from '../../../src/protocol/report';
import { programPath } from './programs';
import type { Python } from './pythons';
import { makeReport } from './reporter';
import { Running, type Ran } from './running';

const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface Scenario<T> {
  readonly program: string;
  readonly args: readonly string[];
  /** The interpreter's own. */
  readonly options?: readonly string[];
  /** Makes the traffic; waits for the port line itself where the program is a server. */
  readonly drive: (program: Running) => Promise<T>;
}

export interface Run<T> {
  readonly ran: Ran;
  readonly driven: T;
}

export interface TracedRun<T> extends Run<T> {
  readonly report: Report;
  readonly command: readonly string[];
}

export async function runUntraced<T>(python: Python, scenario: Scenario<T>): Promise<Run<T>> {
  return inScratch((folder) => run(commandOf(python, scenario), folder, scenario.drive));
}

export async function runTraced<T>(python: Python, scenario: Scenario<T>): Promise<TracedRun<T>> {
  if (!existsSync(cli)) {
    throw new Error('dist/cli.js is missing: run `npm run build` first');
  }
  return inScratch(async (folder) => {
    const file = join(folder, 'run.forkscope');
    const command = commandOf(python, scenario);
    const { ran, driven } = await run([process.execPath, cli, 'record', '-o', file, '--', ...command], folder, scenario.drive);
    return { ran: withoutNotice(ran, file), driven, report: await makeReport(file), command };
  });
}

/** As the command line writes it. */
export async function readReport(file: string, ...options: '--all-waits'[]): Promise<Report> {
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'report', file, '--json', ...options], { timeout: 20_000, maxBuffer: 64 << 20 });
  return JSON.parse(stdout) as Report;
}

function commandOf(python: Python, scenario: Scenario<unknown>): string[] {
  return [python.path, ...(scenario.options ?? []), programPath(scenario.program), ...scenario.args];
}

async function run<T>(command: readonly string[], folder: string, drive: (program: Running) => Promise<T>): Promise<Run<T>> {
  const program = new Running(command, folder);
  try {
    const driven = await drive(program);
    return { driven, ran: await program.ended() };
  } finally {
    program.stop();
  }
}

/** The recorder's own last words on stderr: one line, which says where the recording is. */
function withoutNotice(ran: Ran, file: string): Ran {
  const notice = /(?<=^|\n)[^\n]*\n$/.exec(ran.stderr)?.[0];
  if (!notice?.includes(file)) {
    throw new Error(`the last line on stderr does not say where the recording is:\n${ran.stderr}`);
  }
  return { ...ran, stderr: ran.stderr.slice(0, -notice.length) };
}

async function inScratch<T>(job: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'forkscope-catalogue-'));
  try {
    return await job(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

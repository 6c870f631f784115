/**
 * One run of a module of CPython's own regression tests, plain or under `forkscope record`.
 *
 * The interpreter's own runner is used as people use it (`python -m test`), with the resources that it enables by itself:
 * neither the network nor the slow ones. It looks at the interpreter's state after each module, too: a hook, a module or a
 * thread that stays behind is "altered the execution environment", and that must be alike as well.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultsOf } from '../engine/support/faults';
import type { Python } from '../probes/support/pythons';
import { readOutcomes, type Outcome } from './junit';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Result {
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** What the runner says of the module as a whole: its exit status, and whether the module altered the environment. */
  readonly verdict: string;
  readonly output: string;
  /** Processes in which the probe turned itself off, each with its reason; none in a plain run. */
  readonly faults: readonly string[];
  readonly seconds: number;
}

export interface Job {
  readonly python: Python;
  readonly module: string;
  readonly traced: boolean;
  /** These tests only; all where absent. */
  readonly only?: readonly string[];
  /** Given to the runner, which ends a test that hangs. */
  readonly timeoutSeconds: number;
}

export async function runModule(job: Job): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'forkscope-regression-'));
  const began = Date.now();
  try {
    const xml = join(folder, 'results.xml');
    const recording = join(folder, 'run.forkscope');
    const words = ['-m', 'test', `--junit-xml=${xml}`, `--timeout=${job.timeoutSeconds}`];
    // It asks for the network and then stays on the loopback interface; without, all of it is skipped.
    if (job.module === 'test_socketserver') words.push('-unetwork');
    if (job.only !== undefined) {
      const list = join(folder, 'only.txt');
      await writeFile(list, job.only.map((id) => `${id}\n`).join(''));
      words.push(`--matchfile=${list}`);
    }
    const command = [job.python.path, ...words, job.module];
    const { status, output } = await run(job.traced ? [process.execPath, cli, 'record', '-o', recording, '--', ...command] : command, folder);
    const altered = output.includes('altered the execution environment') ? ', altered the environment' : '';
    return {
      outcomes: existsSync(xml) ? readOutcomes(await readFile(xml, 'utf8')) : new Map<string, Outcome>(),
      verdict: `ended with ${status}${altered}${existsSync(xml) ? '' : ', wrote no results'}`,
      output,
      faults: job.traced ? await faultsOf(recording).catch((error: unknown) => [`no recording: ${String(error)}`]) : [],
      seconds: (Date.now() - began) / 1000,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(command: readonly string[], cwd: string): Promise<{ status: string; output: string }> {
  return new Promise((resolve, reject) => {
    const [file = '', ...words] = command;
    // A terminal or a pipe of ours must make no difference, nor may a variable of whoever runs this.
    const child = spawn(file, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('latin1').on('data', (text: string) => (output = (output + text).slice(-4_000_000)));
    }
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ status: signal ?? String(code), output }));
  });
}

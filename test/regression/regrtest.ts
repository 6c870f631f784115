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

/** After the runner's own limit has passed, and again after it was asked to end. */
const graceSeconds = 20;

/** Left out on both sides: what hangs untraced, before the minor version that mended it. */
const hanging: readonly { readonly module: string; readonly until: number; readonly pattern: string }[] = [
  // In a virtual machine whose vsock leads nowhere.
  { module: 'test_socket', until: 13, pattern: '*VSOCKSocketStreamTest*' },
];

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
    // From 3.12 on these ten seconds of signals in the middle of calls must be asked for.
    if (job.module === 'test_eintr' && job.python.minor >= 12) words.push('-uwalltime');
    for (const { module, until, pattern } of hanging) {
      if (module === job.module && job.python.minor < until) words.push(`--ignore=${pattern}`);
    }
    if (job.only !== undefined) {
      const list = join(folder, 'only.txt');
      await writeFile(list, job.only.map((id) => `${id}\n`).join(''));
      words.push(`--matchfile=${list}`);
    }
    const command = [job.python.path, ...words, job.module];
    const { status, output } = await run(
      job.traced ? [process.execPath, cli, 'record', '-o', recording, '--', ...command] : command,
      folder,
      (job.timeoutSeconds + graceSeconds) * 1000,
    );
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

/**
 * In a process group of its own, which is ended where the runner does not end itself in time: a test that hangs in C, or
 * whose children do. The recorder is asked first, for it knows its whole tree.
 */
function run(command: readonly string[], cwd: string, limitMs: number): Promise<{ status: string; output: string }> {
  return new Promise((resolve, reject) => {
    const [file = '', ...words] = command;
    // A terminal or a pipe of ours must make no difference, nor may a variable of whoever runs this.
    const child = spawn(file, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const { pid } = child;
    let late = false;
    const timers = [
      setTimeout(() => {
        late = true;
        if (pid !== undefined) signal(pid, 'SIGTERM');
      }, limitMs),
      setTimeout(() => pid !== undefined && signal(-pid, 'SIGKILL'), limitMs + graceSeconds * 1000),
    ];
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('latin1').on('data', (text: string) => (output = (output + text).slice(-4_000_000)));
    }
    child.once('error', reject);
    const end = (code: number | null, by: NodeJS.Signals | null): void => {
      timers.forEach(clearTimeout);
      resolve({ status: late ? 'no end' : (by ?? String(code)), output });
    };
    child.once('close', end);
    // A child that a test forgot has our pipes, and would keep them open after the runner.
    child.once('exit', (code, by) => {
      timers.push(
        setTimeout(() => {
          if (pid !== undefined) signal(-pid, 'SIGKILL');
          end(code, by);
        }, graceSeconds * 1000),
      );
    });
  });
}

/** To a process that we started, or with a minus to its group. */
function signal(to: number, name: NodeJS.Signals): void {
  try {
    process.kill(to, name);
  } catch {
    // It has ended meanwhile.
  }
}

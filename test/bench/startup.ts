/**
 * What a person waits before the program's first line. A process of 10 ms needs many rounds: they are cheap.
 *
 * The interpreter's own start is timed from inside a traced program (programs/time_starts.py), which starts both arms: so
 * the figure holds the probe alone. The command line's is the whole way: Node's start, the recording folder, the program,
 * the packing.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readReport } from '../probes/support/record';
import { compare, type Arm } from './pairs';
import { cli } from './servers';

const programs: readonly (readonly [title: string, code: string])[] = [
  ["python -c 'pass'", 'pass'],
  ["python -c 'import socketserver'", 'import socketserver'],
];
const rounds = 150;
const seconds = 40;

export async function benchStartup(python: string, scratch: string): Promise<void> {
  for (const [title, code] of programs) {
    console.log(`\n  ${title}`);
    await compareInside(python, code, scratch);
  }
  console.log('\n  forkscope record for a program that ends at once, from start to exit');
  const arm = (name: string, ...command: string[]): Arm => ({ name, measure: () => Promise.resolve(timeOf(command)) });
  const file = join(scratch, 'short.forkscope');
  await compare(
    [
      arm("python -c 'pass'", python, '-c', 'pass'),
      arm('the same (control)', python, '-c', 'pass'),
      arm('under forkscope record', process.execPath, cli, 'record', '-o', file, '--', python, '-c', 'pass'),
      arm("node -e '0', to compare", process.execPath, '-e', '0'),
    ],
    { unit: 'ms', digits: 1, rounds: 25, budget: 40_000, differences: true },
  );
}

async function compareInside(python: string, code: string, scratch: string): Promise<void> {
  const file = join(scratch, 'startup.forkscope');
  const environment = join(scratch, 'environment.json');
  writeFileSync(environment, JSON.stringify(process.env));
  const timer = [python, join(__dirname, 'programs', 'time_starts.py'), code, environment, String(rounds), String(seconds)];
  const done = spawnSync(process.execPath, [cli, 'record', '-o', file, '--', ...timer], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`time_starts.py ended with ${done.status ?? done.signal ?? 'an error'}: ${done.stderr}`);
  const samples = JSON.parse(done.stdout) as Record<'untraced' | 'control' | 'traced', number[]>;
  const starts = samples.traced.length + 1; // One of each warms the caches.
  const arm = (name: string, values: number[]): Arm => ({ name, measure: () => Promise.resolve(values.shift() ?? Number.NaN) });
  await compare(
    [arm('untraced', samples.untraced), arm('untraced (control)', samples.control), arm('traced', samples.traced)],
    { unit: 'ms', digits: 2, rounds: samples.traced.length, budget: 10_000, differences: true },
  );
  const report = await readReport(file);
  const children = report.processes.filter((process) => process.birth !== 'root' && process.coverage.includes('python'));
  console.log(`  ${children.length} of ${starts} traced starts have a probe's records in the report`);
}

function timeOf(command: readonly string[]): number {
  const [program = '', ...words] = command;
  const began = process.hrtime.bigint();
  const done = spawnSync(program, words, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const milliseconds = Number(process.hrtime.bigint() - began) / 1e6;
  if (done.status !== 0) throw new Error(`${command.join(' ')} ended with ${done.status ?? done.signal ?? 'an error'}: ${done.stderr}`);
  return milliseconds;
}

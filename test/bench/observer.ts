/**
 * What the kernel observer takes of a core, and how often it looks. It runs in a process of its own (observed.ts), so that
 * process.cpuUsage() counts nothing else; what it observes computes as little as its shape allows.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { table } from './statistics';

const titles = {
  blocked: 'all blocked',
  half: 'half blocked, half wake 5 times a second',
  computing: 'half wake 5 times a second, two compute',
  processes: 'a process each, all blocked',
};

interface Shape {
  readonly threads: number;
  readonly what: keyof typeof titles;
}

const shapes: readonly Shape[] = [
  ...[10, 200, 2000].flatMap((threads) => (['blocked', 'half'] as const).map((what) => ({ threads, what }))),
  { threads: 10, what: 'computing' },
  { threads: 200, what: 'computing' },
  { threads: 200, what: 'processes' },
];
const seconds = 6;

/** As observed.ts prints it. */
export interface ObservedCost {
  /** Of a core, in the time that counts. */
  readonly share: number;
  readonly samples: number;
  /** Of the threads that wake: how many samples of each in a second. */
  readonly perThread: number;
  readonly births: number;
}

export async function benchObserver(python: string, scratch: string): Promise<void> {
  const rows = [['threads', 'of one core', 'samples/s', 'of one that moves']];
  for (const shape of shapes) {
    const { share, samples, perThread } = await costOf(python, scratch, shape);
    const moves = shape.what === 'half' || shape.what === 'computing';
    rows.push([`${String(shape.threads)}, ${titles[shape.what]}`, `${(share * 100).toFixed(2)} %`, samples.toFixed(0), moves ? perThread.toFixed(1) : '–']);
  }
  console.log(table(rows));
  console.log(`\n${orphans(python, scratch)}`);
}

async function costOf(python: string, scratch: string, { threads, what }: Shape): Promise<ObservedCost> {
  const program = [python, join(__dirname, 'programs', 'many_threads.py'), String(threads), what];
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'observed.ts'), scratch, String(seconds), ...program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const [code] = (await Promise.race([once(child, 'exit'), line.then(() => once(child, 'exit'))])) as [number | null];
  if (code !== 0) throw new Error(`the observing process ended with ${String(code)}`);
  return JSON.parse((await line)[0]) as ObservedCost;
}

/** How many of 300 orphans, which init reaps at once, are seen, and of how many the status. */
function orphans(python: string, scratch: string): string {
  const program = [python, '-I', join(__dirname, 'programs', 'orphans.py'), '300'];
  const done = spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, 'observed.ts'), scratch, 'end', ...program], { encoding: 'utf8' });
  const { births, zombies } = JSON.parse(done.stdout) as { births: number; zombies: number };
  return `  of 300 orphans that lived 20–120 ms, ${String(births)} were seen, ${String(zombies)} with their exit status`;
}

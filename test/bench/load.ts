/** The load generator: compiled when it is first needed, or its Python twin where there is no compiler. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Load {
  readonly mode: 'echo' | 'connect';
  readonly connections: number;
  readonly bytes: number;
  readonly warmup: number;
  readonly milliseconds: number;
}

export interface Loaded {
  readonly perSecond: number;
  /** Everything answered since the generator began, the warm-up included. */
  readonly answered: number;
}

let generator: readonly string[] | undefined;

/** The command that makes load, and what to say about it. */
export function loadGenerator(): readonly string[] {
  if (generator === undefined) {
    const folder = join(__dirname, '..', '..', '.cache', 'bench');
    const compiled = join(folder, 'load');
    mkdirSync(folder, { recursive: true });
    const done = spawnSync('cc', ['-O2', '-o', compiled, join(__dirname, 'load.c')], { stdio: ['ignore', 'ignore', 'inherit'] });
    generator = done.status === 0 ? [compiled] : ['python3', join(__dirname, 'load.py')];
    if (done.status !== 0) {
      console.log('  cc is missing: the load generator is Python, so ratios look better than they are');
    }
  }
  return generator;
}

export async function makeLoad(port: number, load: Load): Promise<Loaded> {
  const [program = '', ...words] = loadGenerator();
  const numbers = [port, load.connections, load.bytes, load.warmup, load.milliseconds].map(String);
  const { stdout } = await promisify(execFile)(program, [...words, load.mode, ...numbers], { timeout: load.warmup + load.milliseconds + 20_000 });
  const [rounds = 0, nanoseconds = 1, answered = 0] = stdout.trim().split(' ').map(Number);
  return { perSecond: (rounds / nanoseconds) * 1e9, answered };
}

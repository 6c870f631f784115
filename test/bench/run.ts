/**
 * `npm run bench [-- NAME…]`: what tracing costs and how fresh the picture is. Prints numbers and judges none of them:
 * README.md beside this file says how to read them.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchBig } from './big/big';
import { inEditorsNode } from './editorsNode';
import { coreTime, coresAllowed, describeMachine, pinToOneCore } from './machine';
import { benchLines } from './lines';
import { benchLive } from './live/live';
import { benchLongRun } from './longrun';
import { benchObserver } from './observer';
import { benchForks } from './panel/forks';
import { benchFrames } from './panel/frames';
import { benchNodeEcho } from './nodeEcho';
import { benchPixel } from './pixel';
import { benchServer, servers } from './servers';
import { benchStartup } from './startup';

interface Part {
  readonly title: string;
  run(python: string, scratch: string): Promise<void>;
}

/** Before anything is pinned. */
const cores = coresAllowed();

const server = (name: keyof typeof servers, title: string): Part => ({
  title,
  run: (python, scratch) => benchServer(servers[name]!, python, scratch),
});

const parts: Readonly<Record<string, Part>> = {
  echo: server('echo', 'ThreadingTCPServer echo, 8 connections, 64 bytes'),
  selectors: server('selectors', 'selectors loop echo, 8 connections, 64 bytes'),
  asyncio: server('asyncio', 'asyncio streams echo, 8 connections, 64 bytes'),
  forking: server('forking', 'ForkingTCPServer, a process per connection, 4 at a time, 64 bytes each'),
  node: { title: 'Node’s net echo, 8 connections, 64 bytes, in processor time of the server', run: benchNodeEcho },
  startup: { title: 'start-up', run: benchStartup },
  observer: { title: 'the kernel observer, in a process of its own', run: benchObserver },
  longrun: { title: 'what a long run costs the engine: a quarter of an hour at 1,000 events a second, compressed', run: benchLongRun },
  big: { title: 'what recordings of 10⁵ to 10⁷ events cost the engine', run: (python, scratch) => benchBig(python, scratch, cores) },
  frames: { title: 'the panel’s frames in Chromium, zooming and panning in recordings of 10⁵ to 10⁷ events', run: (python, scratch) => benchFrames(python, scratch, cores) },
  forks: { title: 'the panel’s frames in Chromium while a program forks 2,000 processes in 30 s', run: (python, scratch) => benchForks(python, scratch, cores) },
  live: { title: '50,000 events a second for a minute in VS Code with the panel open', run: (python, scratch) => benchLive(python, scratch, cores) },
  lines: { title: 'the ends of 200 busy lines in VS Code’s editor', run: (python, scratch) => benchLines(python, scratch, cores) },
  pixel: { title: 'from event to pixel, VS Code and its browser included, while 5 clients chat', run: (python, scratch) => benchPixel(python, scratch, cores) },
};

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !(name in parts));
  if (unknown.length > 0) throw new Error(`No such part: ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}.`);
  const python = choosePython();
  const elsewhere = await inEditorsNode();
  if (elsewhere !== null) {
    process.exitCode = elsewhere;
    return;
  }
  console.log(describeMachine(python));
  console.log(pinToOneCore());
  for (const name of names.length > 0 ? names : Object.keys(parts)) {
    const part = parts[name]!;
    const scratch = mkdtempSync(join(tmpdir(), 'forkscope-bench-'));
    const began = Date.now();
    const before = coreTime();
    console.log(`\n── ${name}: ${part.title} ──`);
    try {
      await part.run(python, scratch);
    } catch (error) {
      // One part that can't be measured must not hide the others.
      console.log(`  not measured: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    const after = coreTime();
    const stolen = (100 * (after.stolen - before.stolen)) / Math.max(1, after.all - before.all);
    console.log(`  ${((Date.now() - began) / 1000).toFixed(0)} s; the machine's host took ${stolen.toFixed(0)} % of its cores meanwhile`);
  }
}

/** The python3 of the PATH (the interpreter itself, not a version manager's shim), or the one that FORKSCOPE_BENCH_PYTHON names. */
function choosePython(): string {
  const program = process.env.FORKSCOPE_BENCH_PYTHON ?? 'python3';
  try {
    return execFileSync(program, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  } catch (error) {
    throw new Error(`${program} can't be run: install Python ≥ 3.8, or set FORKSCOPE_BENCH_PYTHON to its path.`, { cause: error });
  }
}

void main();

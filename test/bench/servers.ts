/**
 * Throughput of four kinds of server: untraced, untraced once more (the control), traced, and under strace, which is what
 * a person would reach for. Every measurement starts a fresh server, so that no arm profits from another's warm memory, and
 * the supervisor of the traced arm works on the same core as everything else.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readReport } from '../probes/support/record';
import { Running } from '../probes/support/running';
import { makeLoad, type Load, type Loaded } from './load';
import { isInstalled } from './machine';
import { compare, type Arm } from './pairs';

export const cli = join(__dirname, '..', '..', 'dist', 'cli.js');

interface Server {
  /** Below test/. */
  readonly program: string;
  readonly load: Load;
  readonly unit: string;
  readonly rounds: number;
}

const echo: Load = { mode: 'echo', connections: 8, bytes: 64, warmup: 300, milliseconds: 1000 };

export const servers: Readonly<Record<string, Server>> = {
  echo: { program: 'programs/threading_echo.py', load: echo, unit: 'requests/s', rounds: 11 },
  selectors: { program: 'bench/programs/selectors_echo.py', load: echo, unit: 'requests/s', rounds: 7 },
  asyncio: { program: 'bench/programs/asyncio_echo.py', load: echo, unit: 'requests/s', rounds: 7 },
  // Fewer lanes than the listener's backlog of 5: a queue that overflows costs a second, and measures that.
  forking: { program: 'programs/forking_echo.py', load: { ...echo, mode: 'connect', connections: 4 }, unit: 'connections/s', rounds: 7 },
};

/**
 * For every arm alike. An event loop of asyncio's receives into 256 KiB; as glibc is set, that is a mapping made and taken down for each
 * request, 11 µs, until the process once frees a large block. The probe does so at start-up: traced would look 1.4 times as fast as not.
 */
const allocator = { MALLOC_MMAP_THRESHOLD_: String(4 << 20), MALLOC_TRIM_THRESHOLD_: String(8 << 20) };

export async function benchServer(server: Server, python: string, scratch: string): Promise<void> {
  Object.assign(process.env, allocator);
  const command = [python, join(__dirname, '..', server.program)];
  const recording = join(scratch, 'server.forkscope');
  let last: Loaded | undefined;
  const arm = (name: string, prefix: readonly string[]): Arm => ({
    name,
    async measure() {
      if (name !== 'traced') return (await serve([...prefix, ...command], scratch, server.load)).perSecond;
      rmSync(recording, { force: true });
      const loaded = (last = await serve([...prefix, ...command], scratch, server.load));
      return loaded.perSecond;
    },
  });
  const arms = [arm('untraced', []), arm('untraced (control)', [])];
  if (existsSync(cli)) arms.push(arm('traced', [process.execPath, cli, 'record', '-o', recording, '--']));
  else console.log('  traced: dist/cli.js is missing');
  // -D: the program is our child, not strace's, so that ending it ends both.
  if (isInstalled('strace')) arms.push(arm('strace -f', ['strace', '-D', '-f', '-qq', '-o', join(scratch, 'strace.out')]));
  else console.log('  strace -f: strace is missing (Debian: apt-get install strace)');
  await compare(arms, { unit: server.unit, digits: 0, rounds: server.rounds, budget: 75_000 });
  if (last !== undefined) await checkRecording(last, recording, server.load);
}

/** Starts a server, makes the load, ends the server. */
async function serve(command: readonly string[], scratch: string, load: Load): Promise<Loaded> {
  const server = new Running(command, scratch);
  try {
    const loaded = await makeLoad(await server.port(), load);
    server.signal('SIGTERM');
    await server.ended();
    return loaded;
  } finally {
    server.stop();
  }
}

/** A tracer that records nothing costs nothing: a ratio counts only with everything that was answered in the recording. */
async function checkRecording(loaded: Loaded, recording: string, load: Load): Promise<void> {
  const report = await readReport(recording);
  const connections = report.connections.filter((connection) => connection.role === 'server');
  const sent = connections.reduce((sum, connection) => sum + connection.bytesOut, 0) / load.bytes;
  const { events, lostEvents, droppedBytes } = report.recording;
  console.log(
    `  the last traced run: ${loaded.answered} answered, ${sent} answers in the report (${((100 * sent) / loaded.answered).toFixed(2)} %); ` +
      `${events} events, ${lostEvents} lost, ${droppedBytes} bytes dropped`,
  );
}

/**
 * A live run whose records come late, through the thread that reads: the model is built again beside the one that is shown, whatever
 * becomes of the run's folder meanwhile, and what is shown in the end is what is read tomorrow.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { statFields } from '../../src/base/procStat';
import { nodeClock } from '../../src/engine/clock';
import { packRecording } from '../../src/engine/files';
import { ReadingThread } from '../../src/engine/readingThread';
import { reportOf } from '../../src/engine/reportFile';
import { Session } from '../../src/engine/session';
import { targetFile } from '../../src/protocol/files';
import type { Report } from '../../src/protocol/report';
import type { RunInfo } from '../../src/protocol/rows';
import type { RecordingReader } from '../../src/recording/source';
import { MadeRun, manifestOf } from '../bench/recordings/madeRun';
import { RunFolder } from '../bench/recordings/runFolder';
import { eventually } from './cliBundle';

const withinMs = 120_000;
let root: string;
let reading: ReadingThread;
let boss: ReturnType<typeof spawn>;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'forkscope-rebuilding-'));
  reading = new ReadingThread(join(import.meta.dirname, '../../dist/reading.js'), (error) => {
    throw error;
  });
  boss = spawn('sleep', ['600'], { stdio: 'ignore' });
});
afterEach(() => {
  reading.dispose();
  boss.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

const openFiles = (): string[] => readdirSync('/proc/self/fd').map(linkOf).filter((link) => link.startsWith(root) && !link.endsWith('.part'));

it.each(['while it is built', 'after it was built'])('a run that ends, is packed and deleted %s', async (when) => {
  const target = join(root, 'run.forkscope');
  const startedNs = Number(process.hrtime.bigint()) - 30e9;
  const start = statFields(readFileSync(`/proc/${String(boss.pid)}/stat`, 'latin1'))[19]!;
  const folder = new RunFolder(join(root, 'run'), { ...manifestOf(startedNs), supervisor: { pid: boss.pid!, start } });
  writeFileSync(join(folder.path, targetFile), target);
  const run = new MadeRun(folder, { events: 80_000, seed: 5, startedNs });
  // What each thread's last chunk holds is not on disk yet.
  run.advance(startedNs + 1e9);
  folder.kernel.flush();

  const readers: RecordingReader[] = [];
  const open = async (source: RecordingReader['source']): Promise<RecordingReader> => {
    const reader = await reading.open(source);
    readers.push(reader);
    return reader;
  };
  let info: RunInfo | null = null;
  let models = 0;
  const session = new Session(await open({ kind: 'folder', path: folder.path }), nodeClock, {
    rows: (update) => {
      ({ info } = update);
      if (update.reset || update.rebuilt === true) models++;
    },
    changed: () => undefined,
    failed: (error) => expect.fail(String(error)),
  }, open);
  const events = (): number => info?.events ?? 0;
  try {
    await eventually('what is on disk is shown', () => events() > 0, withinMs);
    const early = events();
    folder.flush();
    await eventually('what came late is shown too', () => events() > early, withinMs);
    await eventually('it is read again', () => readers.length === 2, withinMs);
    if (when === 'after it was built') await eventually('the one that was built is shown', () => models > 1, withinMs);
    run.advance(Infinity);
    folder.close();
    await packRecording({ kind: 'folder', path: folder.path }, target, folder.tell({ complete: true, exit: { code: 0, signal: null } }));
    rmSync(folder.path, { recursive: true });
    await eventually('it is over', () => info?.state === 'ended' && info.indexing === undefined, withinMs);
    expect(events()).toBe(folder.events);
    const { report } = await reportOf({ kind: 'file', path: target }, false);
    expect(countsOf(await session.report(false))).toEqual(countsOf(report));
  } finally {
    session.dispose();
  }
  await eventually('everything is closed', () => openFiles().length === 0, withinMs);
}, 2 * withinMs);

/** Of the made-up run's records one in a hundred is of the same nanosecond as another thread's: which is first is told by where they stand. */
function countsOf({ recording, processes, listeners, connections }: Report): unknown {
  const sum = (values: (number | null)[]): number => values.reduce<number>((all, value) => all + (value ?? 0), 0);
  return {
    recording, processes: processes.length, threads: processes.map(({ threads }) => threads.length).sort(), listeners: listeners.length, connections: connections.length,
    bytesIn: sum(connections.map(({ bytesIn }) => bytesIn)), bytesOut: sum(connections.map(({ bytesOut }) => bytesOut)),
    open: connections.filter(({ closedNs }) => closedNs === null).length,
  };
}

function linkOf(name: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${name}`);
  } catch {
    return ''; // Closed meanwhile.
  }
}

/**
 * A run that is larger than its bound: the oldest segments go, and what is left is understood as before. A real server fills its
 * recording on demand, while a thread waits from the beginning, a child lives, and a connection is served before and after.
 */
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeClock } from '../../src/engine/clock';
import { DiskBound } from '../../src/engine/diskBound';
import { openRecording, openSegments } from '../../src/engine/files';
import { reportOf } from '../../src/engine/reportFile';
import { Session } from '../../src/engine/session';
import { isAlive, readStat } from '../../src/launch/processTree';
import { writeRunManifest } from '../../src/launch/runFolder';
import type { RunInfo } from '../../src/protocol/rows';
import type { Report, ReportConnection, ReportThread } from '../../src/protocol/report';
import { parseManifest } from '../../src/recording/manifest';
import { CliBundle, eventually } from './cliBundle';
import { ownProgram } from './support/compared';

const MiB = 1 << 20;
/** Two records each: two thirds of a segment. */
const exchanges = 20_000;

const bundle = new CliBundle();
afterAll(() => {
  bundle.dispose();
});

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; stderr: string }>;
  readonly kept: Socket;
  fill(): Promise<void>;
  /** A client that comes and goes. */
  visit(): Promise<void>;
  /** One that stays. */
  say(word: string): Promise<void>;
}

async function start(name: string, maxMiB: number): Promise<Running> {
  const { child, ended } = bundle.start(['record', '--max-size', String(maxMiB), '-o', `${name}.forkscope`, '--', 'python3', ownProgram('outlives.py')]);
  let out = '';
  child.stdout!.on('data', (data: Buffer) => (out += data.toString()));
  const lines = (): number => out.split('\n').length - 1;
  await eventually('its port', () => lines() > 0, 30_000);
  const port = Number(out.split('\n')[0]);
  const connect = async (): Promise<Socket> => {
    const socket = createConnection(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  const exchange = async (socket: Socket, word: string): Promise<void> => {
    socket.write(word);
    await once(socket, 'data');
  };
  const kept = await connect();
  await exchange(kept, 'first');
  return {
    child,
    ended,
    kept,
    say: (word) => exchange(kept, word),
    async visit() {
      const socket = await connect();
      await exchange(socket, 'short');
      socket.end();
      await once(socket, 'close');
    },
    async fill() {
      const before = lines();
      child.stdin!.write(`${String(exchanges)}\n`);
      await eventually('the fill', () => lines() > before, 60_000);
    },
  };
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.blocks ?? 0) * 512, 0);
}

const threadsOf = (report: Report): ReportThread[] => report.processes.flatMap(({ threads }) => threads);

/** What a report says of what lived at a moment, without numbers, which are the report's own, and without totals. */
function livingAt(report: Report, ns: number): unknown {
  const names = new Map<string, string>();
  for (const process of report.processes) {
    names.set(process.id, `process ${String(process.pid)}`);
    for (const thread of process.threads) names.set(thread.id, `thread ${String(thread.tid)}`);
  }
  for (const listener of report.listeners) names.set(listener.id, `listener ${listener.address}`);
  const name = (id: string | null): string | null => (id === null ? null : (names.get(id) ?? '?'));
  const lives = (endNs: number | null): boolean => endNs === null || endNs > ns;
  return {
    processes: report.processes.filter(({ endNs }) => lives(endNs)).map((process) => ({
      pid: process.pid, parent: name(process.parent), birth: process.birth, name: process.name, images: process.images, startNs: process.startNs,
      endNs: process.endNs, bornAt: process.bornAt,
      threads: process.threads.filter(({ endNs }) => lives(endNs)).map(({ tid, name: called, main, daemon, target, startNs, endNs, startedBy }) => ({
        tid, called, main, daemon, target, startNs, endNs, startedBy: name(startedBy),
      })),
    })),
    listeners: report.listeners.map(({ address, backlog, owners }) => ({ address, backlog, owners: owners.map(name) })),
    connections: report.connections.filter(({ closedNs }) => lives(closedNs)).map((connection: ReportConnection) => ({
      local: connection.local, peer: connection.peer, role: connection.role, listener: name(connection.listener), closedNs: connection.closedNs,
      acceptedNs: connection.acceptedNs, acceptedAt: connection.acceptedAt, owner: name(connection.owners[connection.owners.length - 1]?.thread ?? null),
    })).sort((a, b) => (a.closedNs ?? 0) - (b.closedNs ?? 0)),
  };
}

/** Nothing is there that was not, and nothing that ended long before. */
function expectOnlyWhatWas(before: Report, after: Report): void {
  const { completeFromNs } = after.recording;
  expect(completeFromNs).toBeGreaterThan(0);
  const tids = new Set(threadsOf(before).map(({ tid }) => tid));
  expect(threadsOf(after).filter(({ tid }) => !tids.has(tid))).toEqual([]);
  expect(livingAt(after, completeFromNs!)).toEqual(livingAt(before, completeFromNs!));
}

describe('a run that reaches its bound', () => {
  it('drops its oldest part, says so, and is understood as before by who reads along and by who reads later', async () => {
    const run = await start('bounded', 16);
    const folder = bundle.path('bounded.forkscope.run');
    let shown: RunInfo | null = null;
    const info = (): RunInfo | null => shown;
    const session = new Session(await openRecording({ kind: 'folder', path: folder }), nodeClock, {
      rows: ({ info }) => (shown = info), changed: () => undefined, failed: (error) => expect.fail(String(error)),
    }, openRecording);
    try {
      const drops = (): number => parseManifest(readFileSync(join(folder, 'run.json'), 'utf8'), 'it').dropped?.kept.first ?? -1;
      for (let fills = 0; drops() < 1; fills++) {
        expect(fills).toBeLessThan(40);
        await run.fill();
        await run.visit();
        await eventually('the bound', () => bytesIn(folder) <= 16 * MiB, 60_000);
      }
      await eventually('the reader has begun anew', () => info()?.completeFromNs !== undefined, 120_000);
      await run.say('last');
      run.kept.end();
      await once(run.kept, 'close');
      run.child.stdin!.end();
      const { code, stderr } = await run.ended;
      expect(stderr).toContain('recording saved');
      expect(code).toBe(0);
      const report = await bundle.report(bundle.path('bounded.forkscope'));
      expect(report.recording).toMatchObject({ complete: true, lostEvents: 0 });
      expect(report.recording.droppedBytes).toBeGreaterThan(4 * MiB);
      const from = report.recording.completeFromNs!;
      expect(from).toBeGreaterThan(0);

      const [root, child, ...others] = report.processes;
      expect(others).toEqual([]);
      expect(root).toMatchObject({ birth: 'root', name: 'outlives.py', startNs: 0, exit: { code: 0 } });
      expect(child).toMatchObject({ birth: 'fork', parent: root!.id, exit: { code: 7 }, reapedBy: root!.id });
      expect(child!.bornAt).toMatchObject({ file: ownProgram('outlives.py') });
      const blocked = root!.threads.find(({ name }) => name === 'blocked')!;
      expect(blocked.waits).toMatchObject([{ reason: 'lock' }]);
      expect(blocked.waits[0]!.beginNs).toBeLessThan(from);
      expect(threadsOf(report).filter(({ endNs, name }) => endNs === null || name === null)).toEqual([]);

      const kept = report.connections.find(({ peer }) => peer === `127.0.0.1:${String(run.kept.localPort)}`)
        ?? report.connections.find(({ partial }) => partial)!;
      expect(kept).toMatchObject({ partial: true, listener: report.listeners[0]!.id, bytesIn: 4, bytesOut: 4, closedBy: 'peer', role: 'server' });
      const owner = root!.threads.find(({ id }) => id === kept.owners[kept.owners.length - 1]!.thread)!;
      expect(owner.name).toMatch(/handle|Thread-1/);
      expect(report.connections.filter(({ closedNs }) => closedNs === null)).toEqual([]);
      expect(report.connections.filter(({ partial, listener }) => !partial && listener !== null).every(({ bytesIn }) => bytesIn === 5)).toBe(true);

      await eventually('the reader has read all', () => info()?.state === 'ended' && info()?.indexing === undefined, 60_000);
      expect(await session.report(false)).toEqual(report);
    } finally {
      session.dispose();
      run.kept.destroy();
      run.child.kill('SIGKILL');
    }
  }, 300_000);

  it('keeps what lives, whenever its supervisor is killed', async () => {
    const run = await start('killed', 0);
    const folder = bundle.path('killed.forkscope.run');
    try {
      for (let fills = 0; bytesIn(folder) <= 13 * MiB; fills++) {
        expect(fills).toBeLessThan(40);
        await run.visit();
        await run.fill();
      }
      await run.say('last');
      const manifest = parseManifest(readFileSync(join(folder, 'run.json'), 'utf8'), 'it');
      run.child.kill('SIGKILL');
      await run.ended.catch(() => undefined);
      run.child.stdin!.destroy();
      const { pid } = manifest.root!;
      await eventually('its end', () => readStat(pid) === null, 20_000);
      const before = (await reportOf({ kind: 'folder', path: folder }, false)).report;
      expect(before.recording.completeFromNs).toBeNull();
      const copy = bundle.path('killed.copy');
      cpSync(folder, copy, { recursive: true });

      // Half way is a moment of the run, not its end: most of it lives on.
      const failures: unknown[] = [];
      const around = {
        segments: openSegments, writeManifest: writeRunManifest,
        isAlive: (number: number) => { const stat = readStat(number); return stat !== null && isAlive(stat); },
      };
      const bound = new DiskBound(folder, 16 * MiB, manifest, around, (error) => failures.push(error));
      await eventually('a drop', () => manifest.dropped !== undefined, 60_000);
      await bound.stop();
      expect(failures).toEqual([]);
      const after = (await reportOf({ kind: 'folder', path: folder }, false)).report;
      expectOnlyWhatWas(before, after);
      expect(bytesIn(folder)).toBeLessThanOrEqual(16 * MiB);

      // Killed before the manifest was replaced: what was kept is there, and nobody reads it.
      for (const name of readdirSync(folder).filter((file) => file.startsWith('kept-'))) cpSync(join(folder, name), join(copy, name));
      expect((await reportOf({ kind: 'folder', path: copy }, false)).report).toEqual(before);
      // Killed after that: what was dropped is there still, and nobody reads it.
      cpSync(join(folder, 'run.json'), join(copy, 'run.json'));
      expect((await reportOf({ kind: 'folder', path: copy }, false)).report).toEqual(after);
      expect(existsSync(join(copy, 'python-000000.segment'))).toBe(true);
    } finally {
      run.kept.destroy();
      run.child.kill('SIGKILL');
    }
  }, 300_000);
});

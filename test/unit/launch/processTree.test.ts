/** Every process of a run is found and ended, whatever it does about it, and no other one. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { untilGone } from '../../../src/launch/leftBehind';
import { isAlive, ownIdentity, parseStat, readStat, runProcesses, stopTree } from '../../../src/launch/processTree';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forkscope-tree-'));
});
afterEach(async () => {
  await stopTree(folder, { graceMs: 0 });
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a shell of the run, detached; resolves when it has said a line. */
function start(script: string, env: Record<string, string> = { FORKSCOPE_RUN: folder }): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', script], { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  children.push(child);
  return new Promise((ready) => child.stdout.once('data', () => ready(child)));
}

describe('a run’s processes', () => {
  it('are those with its token, and their children without it', async () => {
    await start('env -u FORKSCOPE_RUN sleep 60 & echo; wait');
    const other = await start('echo; sleep 60; true', { FORKSCOPE_RUN: `${folder}x`, NOT_FORKSCOPE_RUN: folder });
    const found = runProcesses(folder);
    expect(found.length).toBe(2);
    expect(found.map(({ pid }) => pid)).not.toContain(other.pid);
    expect(runProcesses('/no/such/run')).toEqual([]);
    expect(runProcesses('/no/such/run', [readStat(other.pid!)!]).length).toBe(2);
    expect(runProcesses('/no/such/run', [{ pid: other.pid!, start: '1' }])).toEqual([]);
  });

  it('end by SIGTERM where they can', async () => {
    const child = await start('trap "exit 0" TERM; (setsid sleep 60 &); echo; while :; do sleep 0.05; done');
    expect(await stopTree(folder)).toEqual({ killed: 0 });
    expect(runProcesses(folder)).toEqual([]);
    expect(isAlive({ pid: child.pid!, start: readStat(child.pid!)?.start ?? '' })).toBe(false);
  });

  it('end by SIGKILL where they ignore it, stopped ones too', async () => {
    await start('trap "" TERM; (setsid sleep 60 &); echo; while :; do sleep 0.05; done');
    const stopped = await start('echo; sleep 60; true');
    process.kill(stopped.pid!, 'SIGSTOP');
    const outsider = await start('echo; sleep 60; true', {});
    const { killed } = await stopTree(folder, { graceMs: 200 });
    expect(killed).toBeGreaterThan(0);
    expect(runProcesses(folder)).toEqual([]);
    expect(isAlive(readStat(outsider.pid!)!)).toBe(true);
  });

  it('end also while they fork without pause', async () => {
    const script = 'import os,signal,time\nsignal.signal(signal.SIGTERM,signal.SIG_IGN)\nprint(flush=True)\nend=time.time()+30\nwhile time.time()<end:\n if os.fork(): time.sleep(0.002); os._exit(0)';
    await start(`exec python3 -c '${script}'`);
    await stopTree(folder, { graceMs: 100 });
    await new Promise((next) => setTimeout(next, 200));
    expect(runProcesses(folder)).toEqual([]);
  });

  it('have an identity that survives odd names', () => {
    const stat = `42 (a) R (b) ) S 7 ${Array.from({ length: 17 }, () => '0').join(' ')} 98765 0`;
    expect(parseStat(42, stat)).toEqual({ pid: 42, start: '98765', parent: 7, state: 'S' });
    expect(parseStat(42, 'nonsense')).toBeNull();
    expect(isAlive(ownIdentity())).toBe(true);
    expect(isAlive({ ...ownIdentity(), start: '1' })).toBe(false);
    expect(readStat(spawnSync('true').pid)).toBeNull();
  });
});

describe('what a program leaves behind', () => {
  it('is waited for without going through all of /proc again and again', async () => {
    await start('echo; sleep 0.8; true');
    await start('echo; sleep 0.4; true');
    let searches = 0;
    const search: typeof runProcesses = (where, known) => {
      searches++;
      return runProcesses(where, known);
    };
    const left = await untilGone(folder, () => [], { isStopped: () => false, stopped: new Promise(() => undefined) }, search);
    expect(left).toEqual([]);
    // At first, and when all had ended; one more where that took 5 s.
    expect(searches).toBeLessThan(5);
  });

  it('is named as it is when the waiting is ended', async () => {
    const [stays, ends] = [await start('echo; exec sleep 60'), await start('echo; exec sleep 60')];
    let stop: () => void = () => undefined;
    let over = false;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const waiting = untilGone(folder, () => [], { isStopped: () => over, stopped });
    ends.kill('SIGKILL');
    await new Promise((resolve) => ends.once('exit', resolve));
    over = true;
    stop();
    expect((await waiting).map(({ pid }) => pid)).toEqual([stays.pid]);
  });
});

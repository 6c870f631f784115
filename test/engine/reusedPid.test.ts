/** A pid that is given to another process: the observer tells the two apart, also where it may keep no descriptor open. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepsNone } from '../../src/engine/observerFiles';
import { ObserverLog } from '../../src/engine/observerLog';
import { Processes } from '../../src/engine/observerProcesses';
import { tokenVariable } from '../../src/protocol/files';
import { readObserved } from './support/observed';

/** The pid that was given out last; who may write it chooses the next. */
const lastPid = '/proc/sys/kernel/ns_last_pid';

function isWritable(): boolean {
  try {
    accessSync(lastPid, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

test.runIf(isWritable()).each(['another of the run', 'a stranger'])('that is given to %s', { timeout: 60_000 }, async (whose) => {
  const folder = mkdtempSync(join(tmpdir(), 'forkscope-reused-'));
  const started: ChildProcess[] = [];
  const sleeper = async (token: string): Promise<ChildProcess> => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore', env: { PATH: process.env.PATH, [tokenVariable]: token } });
    started.push(child);
    await once(child, 'spawn');
    return child;
  };
  const end = async (child: ChildProcess): Promise<void> => {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
  const log = new ObserverLog(folder, process.hrtime.bigint());
  const processes = new Processes(folder, log, keepsNone);
  try {
    processes.addRoot((await sleeper(folder)).pid!, 'sleep');
    // Others may take the number in between, and the clock of starts ticks a hundred times a second.
    let old = NaN;
    for (let found = false; !found; ) {
      const first = await sleeper(folder);
      old = first.pid!;
      processes.findNew(performance.now());
      expect(processes.all.has(old)).toBe(true);
      const from = Date.now();
      await end(first);
      while (Date.now() - from < 20) await new Promise(setImmediate);
      writeFileSync(lastPid, String(old - 1));
      found = (await sleeper(whose === 'a stranger' ? 'none' : folder)).pid === old;
    }
    for (let look = 0; look < 20; look++) processes.lookAtMains();
    expect(processes.all.has(old)).toBe(whose !== 'a stranger');
    log.flush();
    const told = readObserved(folder).filter(({ kind, process }) => process === old && ['processSeen', 'processGone'].includes(kind)).map(({ kind }) => kind);
    expect(told).toEqual(whose === 'a stranger' ? ['processSeen', 'processGone'] : ['processSeen', 'processGone', 'processSeen']);
  } finally {
    processes.close();
    log.close();
    for (const child of started) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

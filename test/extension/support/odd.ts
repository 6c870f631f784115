/** What must hold after a debug session that ended oddly: the recording is whole, and nothing is left of it but that. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runProcesses } from '../../../src/launch/processTree';
import type { Report } from '../../../src/protocol/report';
import { RUN_MARKER } from '../../harness/processes';

/** A living process. */
export interface Living {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes of the machine. */
export function living(): Living[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') return [];
      return [{ pid: Number(name), parent: Number(parent), command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }];
    } catch {
      return [];
    }
  });
}

/** What debugging starts, in any of its parts; VS Code starts other things meanwhile. */
const ofDebugging = /python|debugpy|cli\.js attend|watchdog\.js|test\/programs\//;

/** Processes of debugging that are there now and not in `before`, of those that carry the mark of this VS Code. */
export function leftSince(before: readonly Living[], marker: string): string[] {
  const known = new Set(before.map(({ pid }) => pid));
  return living().filter(({ pid, command }) => !known.has(pid) && ofDebugging.test(command) && carries(pid, marker)).map(({ pid, command }) => `${pid}: ${command}`);
}

/** The mark that this process carries of the VS Code it comes from. */
export function markOf(pid: number): string {
  const mark = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').find((each) => each.startsWith(`${RUN_MARKER}=`));
  if (mark === undefined) throw new Error(`Process ${pid} comes from no VS Code of the harness.`);
  return mark;
}

function carries(pid: number, marker: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(marker);
  } catch {
    return false;
  }
}

/** The report of a packed file, by the command line. */
export async function reportOf(root: string, file: string): Promise<Report> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'dist', 'cli.js'), 'report', file, '--json'], { maxBuffer: 1 << 28, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } });
  return JSON.parse(stdout) as Report;
}

/** Holds a report to being that of a recording that came to its end, and `folder` to being gone with everybody in it. */
export function assertWhole(report: Report, folder: string): void {
  const { recording, processes, marks } = report;
  assert.deepEqual({ complete: recording.complete, lost: recording.lostEvents, dropped: recording.droppedBytes, problems: recording.problems }, { complete: true, lost: 0, dropped: 0, problems: [] });
  assert.ok(recording.events > 0 && processes.length > 0);
  for (const { pid, endNs, threads } of processes) {
    assert.ok(endNs !== null && endNs <= recording.durationNs, `the end of process ${pid}`);
    for (const thread of threads) assert.ok(thread.endNs !== null && thread.endNs <= endNs, `the end of thread ${thread.name ?? thread.tid}`);
  }
  for (const { fromNs, toNs } of marks) assert.ok(toNs !== null && toNs >= fromNs && toNs <= recording.durationNs, `a stop from ${fromNs} to ${toNs ?? 'nowhere'}`);
  assert.ok(!existsSync(folder), `${folder} is still there`);
  assert.deepEqual(runProcesses(folder), []);
}

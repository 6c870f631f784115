/** Runs the same command untraced and traced, each in an empty folder of its own, so that the two can be compared. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../../src/protocol/report';
import { findPythons, type Python } from '../../probes/support/pythons';
import { makeReport } from '../../probes/support/reporter';
import { Program, recorded, type Seen, type Surroundings } from './program';

export interface Compared {
  readonly untraced: Seen;
  /** Without the recorder's own last line on stderr. */
  readonly traced: Seen;
  readonly report: Report;
}

/** Feeds a running program, or signals it; both runs get the same. */
export type Drive = (program: Program) => Promise<void>;

export function ownProgram(name: string): string {
  return fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
}

/**
 * The interpreters that stand for all: the one that `python3` is, the oldest and the newest. Throws where there is none:
 * a test that has nothing to run on must fail.
 */
export function chosenPythons(): Python[] {
  const pythons = findPythons();
  if (pythons.length === 0) throw new Error('no CPython ≥ 3.8 was found: install python3');
  const path = execFileSync('python3', ['-c', 'import os, sys; print(os.path.realpath(sys.executable))'], { encoding: 'utf8' }).trim();
  const usual = pythons.find((python) => python.path === path);
  return [...new Set([usual, pythons[0], pythons.at(-1)])].filter((python) => python !== undefined);
}

export async function compare(command: readonly string[], surroundings: Surroundings = {}, drive?: Drive): Promise<Compared> {
  const untraced = await inScratch((folder) => watch(command, { cwd: folder, ...surroundings }, drive));
  return inScratch(async (folder) => {
    const file = join(dirname(folder), `${folder.split('/').at(-1)}.forkscope`);
    try {
      const seen = await watch(recorded(file, command), { cwd: folder, ...surroundings }, drive);
      return { untraced, traced: withoutNotice(seen, file), report: await makeReport(file) };
    } finally {
      await rm(file, { force: true });
    }
  });
}

/** The recorder's own last words on stderr: one line, which says where the recording is. */
export function withoutNotice(seen: Seen, file: string): Seen {
  const notice = /(?<=^|\n)[^\n]*\n$/.exec(seen.stderr)?.[0];
  if (notice?.includes(file) !== true) {
    throw new Error(`the last line on stderr does not say where the recording is:\n${seen.stderr}`);
  }
  return { ...seen, stderr: seen.stderr.slice(0, -notice.length) };
}

/** An empty folder for one job, whose path is as long and as deep every time. */
export async function inScratch<T>(job: (folder: string) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'forkscope-guest-')));
  try {
    return await job(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function watch(command: readonly string[], surroundings: Surroundings, drive: Drive | undefined): Promise<Seen> {
  const program = new Program(command, surroundings);
  try {
    await drive?.(program);
    return await program.ended();
  } finally {
    program.stop();
  }
}

/**
 * Agreement with the kernel: sample programs run with their traffic under strace and the recorder at once, and what the
 * recording says must be what the kernel did. No process, exec, thread, accept, connect, close or byte may be missing, none
 * may be invented.
 *
 * strace stands outside and watches the supervisor, too, as a grandchild of it (-D), so that the program keeps its parent and
 * signals reach whom they are sent to. Its file is its own, its stderr is empty.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureCommand } from '../harness/apt';
import { asyncioCases } from '../probes/catalogueAsyncio';
import { crowdCases } from '../probes/catalogueCrowd';
import { familyCases } from '../probes/catalogueFamily';
import { lockCases } from '../probes/catalogueLocks';
import { loopCases } from '../probes/catalogueLoops';
import { processCases } from '../probes/catalogueProcesses';
import { serverCases } from '../probes/catalogueServers';
import { sharingCases } from '../probes/catalogueSharing';
import { signalCases } from '../probes/catalogueSignals';
import { socketCases } from '../probes/catalogueSockets';
import { stateCases } from '../probes/catalogueStates';
import type { Report } from '../../src/protocol/report';
import { Pool } from '../probes/support/deadline';
import { programPath } from '../probes/support/programs';
import { findPythons, type Python } from '../probes/support/pythons';
import { makeReport } from '../probes/support/reporter';
import { Running } from '../probes/support/running';
import { disagreements } from './support/account';
import { ownProgram } from './support/compared';
import { faultsOf } from './support/faults';
import { kernelAccount, straceOptions } from './support/kernelAccount';
import { recorded } from './support/program';
import { isProbed, recordedAccount } from './support/recordedAccount';
import { parseStrace } from './support/strace';

interface Shape {
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly drive: (program: Running) => Promise<unknown>;
}

const cases: readonly Shape[] = [
  ...[
    ...serverCases, ...loopCases, ...processCases, ...socketCases, ...lockCases, ...familyCases, ...stateCases, ...sharingCases, ...asyncioCases, ...signalCases, ...crowdCases,
  ].map((each) => ({ ...each, program: programPath(each.program) })),
  { title: 'observed.py: a shell and an interpreter without a probe', program: ownProgram('observed.py'), args: [], drive: () => Promise.resolve() },
];
const pool = new Pool(2);

/** Every case on every interpreter where FORKSCOPE_TEST_PYTHONS=all; else the interpreters take turns, from case to case. */
const everything = process.env.FORKSCOPE_TEST_PYTHONS === 'all';
const pythons = findPythons();

it('the recording and the kernel are compared on a dozen programs or more, and there is an interpreter', () => {
  expect(new Set(cases.map((each) => each.program)).size).toBeGreaterThanOrEqual(12);
  expect(pythons).not.toEqual([]);
});

describe.each(pythons.map((python, turn) => [python.version, python, turn] as const))('the recording and the kernel agree, CPython %s', (_, python, turn) => {
  for (const each of cases.filter((_case, index) => everything || index % pythons.length === turn)) {
    it.concurrent(each.title, { timeout: 120_000 }, () =>
      pool.run(async () => {
        const folder = await mkdtemp(join(tmpdir(), 'forkscope-agreement-'));
        try {
          expect(await differences(each, python, folder)).toEqual([]);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      }),
    );
  }
});

async function differences(each: Shape, python: Python, folder: string): Promise<string[]> {
  const log = join(folder, 'strace.txt');
  const file = join(folder, 'run.forkscope');
  const strace = ensureCommand('strace', ['strace']);
  const program = new Running([strace, '-D', '-o', log, ...straceOptions, ...recorded(file, [python.path, each.program, ...each.args])], folder);
  try {
    await each.drive(program);
    const ran = await program.ended();
    if (!existsSync(file)) throw new Error(`no recording: status ${ran.status}\n${ran.stderr}`);
  } finally {
    program.stop();
  }
  const report = await makeReport(file, '--all-waits');
  const probed = new Set(report.processes.filter(isProbed).map((process) => process.pid));
  // Who reaps a child at once leaves an observer nothing to read its status from. Where a probe runs, there is no excuse.
  const unknown = new Set(report.processes.filter((process) => !isProbed(process) && process.exit === null).map((process) => process.pid));
  const pids = new Set(report.processes.map((process) => process.pid));
  const spawned = new Set(report.processes.filter(({ birth }) => birth === 'spawn').map(({ pid }) => pid));
  const expected = { probed: (pid: number) => probed.has(pid), known: (pid: number) => pids.has(pid), endKnown: (pid: number) => !unknown.has(pid), spawned: (pid: number) => spawned.has(pid) };
  const kernel = kernelAccount(parseStrace(await readFile(log, 'latin1')), expected);
  const found = disagreements(kernel, await recordedAccount(report, file)).filter((line) => !overtaken(line, report));
  return [...found, ...(await faultsOf(file))];
}

/** A thread that was through in Python just before its process ended: the kernel ends it with the process, or it ends itself first. */
function overtaken(line: string, { processes }: Report): boolean {
  const [, tid, pid] = /^threadEnds: invented: (\d+) of (\d+)$/.exec(line) ?? [];
  const process = processes.find((each) => String(each.pid) === pid);
  const thread = process?.threads.find((each) => String(each.tid) === tid);
  return typeof process?.endNs === 'number' && typeof thread?.endNs === 'number' && process.endNs - thread.endNs < 50e6;
}

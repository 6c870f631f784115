/** A loop that is blocked now: found in a run that goes on, and in the recording of one that was killed meanwhile. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ReportFinding } from '../../src/protocol/report';
import { programPath } from '../probes/support/programs';
import { readReport } from '../probes/support/record';
import { Client } from '../probes/support/traffic';
import { chosenPythons } from './support/compared';
import { Program, recorded } from './support/program';
import { findBelow, kill } from './support/tree';

const deadlineMs = 30_000;

it.each(chosenPythons())('a callback that computes for ever is found while it does, CPython $version', { timeout: 90_000 }, async (python) => {
  const folder = await mkdtemp(join(tmpdir(), 'forkscope-stall-'));
  const file = join(folder, 'run.forkscope');
  const program = new Program(recorded(file, [python.path, programPath('asyncio_protocols.py'), '--slow', '600']), { cwd: folder });
  try {
    const port = await program.port();
    const [blocker, other] = [await Client.connect(port), await Client.connect(port)];
    await blocker.say('hello');
    await other.say('hello');
    await blocker.say('slow');

    const open = await blockedLoop(`${file}.run`, (finding) => finding.severity === 'info');
    expect(open.title).toMatch(/^An event loop is blocked, for \d.* so far$/);
    expect(open.detail).toContain(`since it received from 127.0.0.1:${blocker.port}, which Echo.data_received serves at asyncio_protocols.py:`);
    expect(open.toNs).toBeNull();

    const queued = await Client.connect(port);
    const starving = await blockedLoop(`${file}.run`, (finding) => finding.severity === 'warning');
    expect(starving.detail).toMatch(new RegExp(`Meanwhile wait: 127\\.0\\.0\\.1:${queued.port} up to`));

    const pid = findBelow(program.pid, 'asyncio_protocols.py') ?? 0;
    expect(pid).toBeGreaterThan(0);
    expect(kill(pid)).toBe(true);
    await program.ended();
    const [over] = (await readReport(file)).findings.filter((finding) => finding.rule === 'blocked-loop');
    expect(over?.title).toMatch(/^An event loop was blocked for .*, until its process ended$/);
    expect(over?.toNs).not.toBeNull();
  } finally {
    program.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

/** The finding of the run so far, as soon as there is one of this kind. */
async function blockedLoop(run: string, wanted: (finding: ReportFinding) => boolean): Promise<ReportFinding> {
  for (const until = Date.now() + deadlineMs; Date.now() < until; ) {
    const found = (await readReport(run)).findings.find((finding) => finding.rule === 'blocked-loop' && wanted(finding));
    if (found !== undefined) return found;
    await delay(100);
  }
  throw new Error(`no such finding within ${deadlineMs} ms`);
}

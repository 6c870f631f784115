/**
 * No code of the engine's is thrown away and compiled again, over and over. Node's compiler gives up code whose assumption was wrong, and as a rule
 * learns from that. Where it can't it compiles the same code hundreds of times, and the function runs uncompiled meanwhile: a recording of ten million events then took twice as
 * long to be indexed, in the newest Node only, and nothing else of it was to be seen (CONTRIBUTING.md, "Code that is compiled again and again").
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packRecording } from '../../src/engine/files';
import { MadeRun, manifestOf } from '../bench/recordings/madeRun';
import { RunFolder } from '../bench/recordings/runFolder';
import { findNodes } from '../probes/support/nodes';

const dist = join(import.meta.dirname, '../../dist');
const startedNs = 5e12;
/** Of fewer too little is compiled: what this was written for was thrown away 80 to 100 times. */
const events = 500_000;
/** What learns is thrown away a few times. */
const mostOften = 20;
const deadlineMs = 120_000;
/** A loop that is entered or left in the middle gives its code up as a matter of course. */
const ofCourse = /on stack replacement|OSR/;
const thrownAway = /reason: (?<reason>[^)]*)\): begin\. deoptimizing \w+,? <JSFunction (?<name>[^ >]*).*bytecode offset (?<place>\d+)/g;
/** The engine runs in VS Code's Node: from 20 on. */
const nodes = findNodes().filter(({ version }) => Number.parseInt(version, 10) >= 20);

let root: string;
let recording: string;
let program: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'forkscope-compiled-'));
  recording = join(root, 'whole.forkscope');
  program = join(root, 'readsAll.cjs');
  const folder = new RunFolder(join(root, 'run'), manifestOf(startedNs));
  new MadeRun(folder, { events, seed: 1, startedNs }).advance(Infinity);
  folder.close();
  await packRecording({ kind: 'folder', path: folder.path }, recording, folder.tell({ complete: true, exit: { code: 0, signal: null } }));
  await build({ entryPoints: [join(import.meta.dirname, 'support/readsAll.ts')], outfile: program, bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' });
}, deadlineMs);
afterAll(() => rmSync(root, { recursive: true, force: true }));

it.each(nodes)('Node $version compiles nothing of it again and again', { timeout: deadlineMs }, async ({ path }) => {
  const { stdout } = await promisify(execFile)(path, ['--trace-deopt', program, recording, join(dist, 'engine.js')], { maxBuffer: 2 ** 28, timeout: deadlineMs });
  expect(stdout).toMatch(/read [45]\d{5} events/);
  const times = new Map<string, number>();
  for (const { groups } of stdout.matchAll(thrownAway)) {
    const { reason = '', name = '', place = '' } = groups ?? {};
    const what = `${name}, byte ${place}: ${reason}`;
    if (!ofCourse.test(reason)) times.set(what, (times.get(what) ?? 0) + 1);
  }
  expect(times.size, 'what was thrown away at all').toBeGreaterThan(0);
  expect([...times].filter(([, count]) => count > mostOften)).toEqual([]);
});

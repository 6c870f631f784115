/**
 * Stop leaves no process of the run behind, whatever its programs do about it, and the recording is saved.
 * FORKSCOPE_TEST_STOPS=100 stops so often, over all shapes together.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stopTree } from '../../src/launch/processTree';
import { tokenVariable } from '../../src/protocol/files';
import { Pool } from '../probes/support/deadline';
import { chosenPythons, ownProgram } from './support/compared';
import { Program, recorded } from './support/program';
import { processesWith } from './support/tree';

const shapes = ['daemonises', 'ignores', 'forks-in-a-loop', 'breeds', 'in-new-groups', 'respawns', 'behind-shells', 'stopped'] as const;
const times = Number(process.env.FORKSCOPE_TEST_STOPS ?? 2 * shapes.length);
/** Short: a program that ignores SIGTERM would otherwise take the setting's three seconds each time. */
const graceMs = 300;

const pool = new Pool(3);
let folder = '';
const tokens: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forkscope-stop-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it(`Stop ends every process of the run, ${times} times over ${shapes.length} shapes`, { timeout: 60_000 + times * 4000 }, async () => {
  const [python] = chosenPythons();
  const faults = await Promise.all(Array.from({ length: times }, (_, number) => pool.run(() => stopOnce(python!.path, number))));
  expect(faults.flat()).toEqual([]);
  // And none comes back.
  expect(tokens.flatMap((token) => processesWith(tokenVariable, token))).toEqual([]);
});

async function stopOnce(python: string, number: number): Promise<string[]> {
  const shape = shapes[number % shapes.length]!;
  const file = join(folder, `${number}.forkscope`);
  const token = `${file}.run`;
  tokens.push(token);
  const program = new Program(recorded(file, [python, ownProgram('escapes.py'), shape]));
  const faults: string[] = [];
  try {
    await program.said(/^there$/m);
    await stopTree(token, { graceMs });
    const left = processesWith(tokenVariable, token);
    if (left.length > 0) faults.push(`${shape}: processes ${left.join(', ')} are left`);
    await program.ended();
    if (!existsSync(file)) faults.push(`${shape}: there is no recording`);
  } finally {
    program.stop();
    await stopTree(token, { graceMs: 0 });
  }
  return faults.map((fault) => `stop ${number}, ${fault}`);
}

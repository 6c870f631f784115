/**
 * Large recordings, made and not recorded: the way to ask what ten million events cost.
 *
 *     npx tsx test/bench/bigRecording.ts 1e6 out.forkscope [SEED]
 *
 * They are written record by record into a run's folder as probes and observer write (recordings/), and packed by the project's own
 * packer. The bench keeps them in .cache/recordings, by size, seed and the version of what makes them.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packRecording } from '../../src/engine/files';
import { packedFormat } from '../../src/protocol/files';
import { ROOT } from '../harness/root';
import { MadeRun, manifestOf } from './recordings/madeRun';
import { RunFolder } from './recordings/runFolder';

/** Counts up when the same seed no longer makes the same bytes. */
const generatorVersion = 2;
const usualSeed = 1;
const startedNs = 5e12;

/** A packed recording of so many events, from the cache where it stands there. */
export async function bigRecording(events: number, seed = usualSeed): Promise<string> {
  const cache = join(ROOT, '.cache', 'recordings');
  const file = join(cache, `${String(events)}-${String(seed)}-${String(packedFormat)}.${String(generatorVersion)}.forkscope`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, 'making-'));
  try {
    const folder = new RunFolder(join(scratch, 'run'), manifestOf(startedNs));
    new MadeRun(folder, { events, seed, startedNs }).advance(Infinity);
    folder.close();
    const manifest = folder.tell({ complete: true, exit: { code: 0, signal: null } });
    const packed = join(scratch, 'packed');
    await packRecording({ kind: 'folder', path: folder.path }, packed, manifest);
    renameSync(packed, file);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return file;
}

async function main(): Promise<void> {
  const [events, target, seed] = process.argv.slice(2);
  if (target === undefined || !(Number(events) >= 5000)) throw new Error('Say how many events, at least 5,000, and which file: npx tsx test/bench/bigRecording.ts 1e6 out.forkscope [SEED]');
  copyFileSync(await bigRecording(Number(events), seed === undefined ? usualSeed : Number(seed)), target);
}

if (require.main === module) void main();

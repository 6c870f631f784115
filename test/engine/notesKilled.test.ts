/** Whoever writes a note may be killed at any moment: the recording and every earlier note are there afterwards, and the next note is written. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRecording, packRecording } from '../../src/engine/files';
import { Notes } from '../../src/engine/notes';
import type { RecordingSource } from '../../src/protocol/engine';
import { ArenaWriter, ownerOf, recordOf } from '../unit/recording/arenaWriter';

let root: string;
let writer: string;
let folder: string;
let packed: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'forkscope-notes-killed-'));
  writer = join(root, 'noteWriter.cjs');
  buildSync({ entryPoints: [resolve(import.meta.dirname, 'support/noteWriter.ts')], outfile: writer, bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' });
  folder = join(root, 'run');
  const arena = new ArenaWriter(folder);
  arena.write(arena.claim(), [ownerOf({ process: 101, thread: 1, birth: 10 }, 90), ...Array.from({ length: 60 }, (_, at) => recordOf('close', 100 + at, { descriptor: at }))]);
  arena.manifest({ complete: true, exit: { code: 0, signal: null } });
  arena.close();
  packed = join(root, 'packed.forkscope');
  await packRecording({ kind: 'folder', path: folder }, packed);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function whatIsIn(source: RecordingSource): Promise<{ records: number; complete: boolean; problems: number; notes: string[] }> {
  const reader = await openRecording(source);
  let records = 0;
  for (let batches = reader.read(100); batches.length > 0; batches = reader.read(100)) for (const batch of batches) records += batch.count;
  const { manifest: { complete }, problems } = reader;
  reader.dispose();
  return { records, complete, problems: problems.length, notes: new Notes(() => source, () => 0).all.map(({ text }) => text) };
}

/** @param at the call of the file system to die in. @returns whether it died. */
function dies(source: RecordingSource, text: string, at: number): boolean {
  const { status, signal, stderr } = spawnSync(process.execPath, [writer, source.kind, source.path, text, String(at)], { encoding: 'utf8' });
  if (signal === null) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  else expect(signal).toBe('SIGKILL');
  return signal !== null;
}

test.each(['folder', 'file'] as const)('killed in any call of the file system, in a %s', async (kind) => {
  const source: RecordingSource = { kind, path: kind === 'folder' ? folder : packed };
  const before = await whatIsIn(source);
  expect(before).toMatchObject({ records: 61, complete: true, problems: 0, notes: [] });
  expect(dies(source, 'first', 0)).toBe(false);
  let kept = ['first'];
  let deaths = 0;
  for (let at = 1; ; at++) {
    const text = `note ${String(at)}`;
    const died = dies(source, text, at);
    const found = await whatIsIn(source);
    // The new one is there or not; nothing else has changed.
    expect(found).toEqual({ ...before, notes: found.notes });
    expect([kept, [...kept, text]]).toContainEqual(found.notes);
    kept = found.notes;
    if (!died) {
      expect(kept).toContain(text);
      break;
    }
    deaths++;
  }
  // To open, write, flush, rename and flush the folder are five at least.
  expect(deaths).toBeGreaterThanOrEqual(4);
});

test('what killed writers leave behind is removed once it is old, and nothing else', async () => {
  const path = join(root, 'left.forkscope');
  copyFileSync(packed, path);
  const [old, fresh, others] = [`${path}.4711-1.part`, `${path}.4711-2.part`, `${path}.mine.part`];
  for (const left of [old, fresh, others]) copyFileSync(packed, left);
  const yesterday = new Date(Date.now() - 86_400_000);
  for (const left of [old, others]) utimesSync(left, yesterday, yesterday);
  const notes = new Notes(() => ({ kind: 'file', path }), () => 0);
  await notes.answer({ change: { type: 'put', note: { id: 'n', atNs: 1, row: null, label: null, text: 'n', writtenAt: '' } } });
  expect(existsSync(old)).toBe(false);
  expect(readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path))).sort()).toEqual([path, fresh, others].map((each) => basename(each)).sort());
});

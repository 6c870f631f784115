/** Notes in a run's folder and in a packed file: they stay with the recording, and the recording stays what it was, whatever fails. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRecording, packRecording } from '../../../src/engine/files';
import { Notes } from '../../../src/engine/notes';
import type { RecordingSource } from '../../../src/protocol/engine';
import type { Note } from '../../../src/protocol/notes';
import { formatNotes, parseNotes } from '../../../src/recording/notes';
import { ArenaWriter, ownerOf, recordOf } from './arenaWriter';

let root: string;
let folder: string;
let packed: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'forkscope-notes-'));
  folder = join(root, 'run');
  const writer = new ArenaWriter(folder);
  writer.write(writer.claim(), [ownerOf({ process: 101, thread: 1, birth: 10 }, 90), recordOf('close', 100, { descriptor: 7 }), recordOf('close', 200, { descriptor: 8 })]);
  writer.manifest({ complete: true, exit: { code: 0, signal: null } });
  writer.close();
  packed = join(root, 'whole.forkscope');
  await packRecording({ kind: 'folder', path: folder }, packed);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let copies = 0;
function copy(): string {
  const path = join(root, `copy${String(++copies)}.forkscope`);
  copyFileSync(packed, path);
  return path;
}

const note = (id: string, atNs: number, text = `note ${id}`): Note => ({ id, atNs, row: 't1', label: 'MainThread', text, writtenAt: '2026-01-05T09:00:00.000Z' });
const notesOf = (source: RecordingSource): Notes => new Notes(() => source, () => 50);
const file = (path: string): RecordingSource => ({ kind: 'file', path });
const put = (each: Note): { change: { type: 'put'; note: Note } } => ({ change: { type: 'put', note: each } });
const read = { change: null };

async function records(path: string): Promise<{ count: number; complete: boolean; problems: string[] }> {
  const reader = await openRecording(file(path));
  let count = 0;
  for (let batches = reader.read(100); batches.length > 0; batches = reader.read(100)) for (const batch of batches) count += batch.count;
  const { manifest: { complete }, problems } = reader;
  reader.dispose();
  return { count, complete, problems: problems.map(({ code }) => code) };
}

test('of a packed file stand in it, by time, and leave every record where it was', async () => {
  const path = copy();
  const before = await records(path);
  chmodSync(path, 0o640);
  const notes = notesOf(file(path));
  await notes.answer(put(note('b', 900)));
  expect(await notes.answer(put(note('a', 100)))).toEqual({ notes: [note('a', 100), note('b', 900)], problem: null });
  expect((await notesOf(file(path)).answer(read)).notes).toEqual([note('a', 100), note('b', 900)]);
  expect(await records(path)).toEqual(before);
  expect(before).toMatchObject({ complete: true, problems: [] });
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(root).filter((name) => name.endsWith('.part'))).toEqual([]);
  // A note that is written again takes the old one's place, and none is left after the last is deleted.
  const size = statSync(path).size;
  await notes.answer(put(note('a', 100)));
  expect(statSync(path).size).toBe(size);
  await notes.answer({ change: { type: 'delete', id: 'a' } });
  expect((await notesOf(file(path)).answer({ change: { type: 'delete', id: 'b' } })).notes).toEqual([]);
});

test('of a live run stand in its folder, are packed with it, and go where a copy goes', async () => {
  const notes = notesOf({ kind: 'folder', path: folder });
  await notes.answer(put(note('live', 10)));
  expect(statSync(join(folder, 'notes.json')).mode & 0o777).toBe(0o600);
  const target = join(root, 'packed.forkscope');
  await packRecording({ kind: 'folder', path: folder }, target);
  const saved = join(root, 'saved.forkscope');
  await packRecording(file(target), saved);
  for (const path of [target, saved]) expect((await notesOf(file(path)).answer(read)).notes).toEqual([note('live', 10)]);
  expect(await records(target)).toEqual(await records(packed));
  rmSync(join(folder, 'notes.json'));
});

test('that came while the run was packed are written into the file', async () => {
  const gone = join(root, 'gone');
  const path = copy();
  let source: RecordingSource = { kind: 'folder', path: gone };
  const notes = new Notes(() => source, () => 50);
  expect(await notes.answer(put(note('late', 5)))).toEqual({ notes: [note('late', 5)], problem: { fault: 'gone', path: gone } });
  source = file(path);
  expect(await notes.answer(read)).toEqual({ notes: [note('late', 5)], problem: null });
  expect((await notesOf(file(path)).answer(read)).notes).toEqual([note('late', 5)]);
});

test('two windows write into the same file, and lose nothing of each other', async () => {
  const path = copy();
  const [one, other] = [notesOf(file(path)), notesOf(file(path))];
  await one.answer(put(note('one', 1)));
  await other.answer(put(note('other', 2)));
  expect((await one.answer(put(note('third', 3)))).notes.map(({ id }) => id)).toEqual(['one', 'other', 'third']);
});

test('of a read-only file are kept and told, and the file is untouched', async () => {
  const path = copy();
  const bytes = readFileSync(path);
  chmodSync(path, 0o400);
  const notes = notesOf(file(path));
  expect(await notes.answer(put(note('a', 1)))).toEqual({ notes: [note('a', 1)], problem: { fault: 'readOnly', path } });
  expect(readFileSync(path)).toEqual(bytes);
  chmodSync(path, 0o600);
  expect(await notes.answer(read)).toEqual({ notes: [note('a', 1)], problem: null });
});

test('on a full disk are kept and told, and the file is untouched', async () => {
  if (!existsSync('/dev/full')) return;
  // The folder's own temporary name leads to a device that is always full.
  const path = join(root, 'full');
  mkdirSync(path);
  symlinkSync('/dev/full', join(path, 'notes.json.new'));
  const answer = await notesOf({ kind: 'folder', path }).answer(put(note('a', 1)));
  expect(answer).toEqual({ notes: [note('a', 1)], problem: { fault: 'diskFull', path } });
  expect(existsSync(join(path, 'notes.json'))).toBe(false);
});

test('of a file that was cut go into what is left of it', async () => {
  const path = copy();
  truncateSync(path, statSync(path).size - 10);
  const before = await records(path);
  await notesOf(file(path)).answer(put(note('a', 1)));
  expect(await records(path)).toEqual(before);
  expect((await notesOf(file(path)).answer(read)).notes).toEqual([note('a', 1)]);
});

test('are read leniently', () => {
  expect(parseNotes(formatNotes([note('a', 1)]))).toEqual([note('a', 1)]);
  expect(parseNotes('{')).toEqual([]);
  expect(parseNotes('[]')).toEqual([]);
  expect(parseNotes('{"notes":[1,{"id":"a"},{"id":"b","atNs":2,"text":"x","later":true}]}')).toEqual([{ id: 'b', atNs: 2, row: null, label: null, text: 'x', writtenAt: '' }]);
});

/** A report of any length goes where it should in pieces, and what can't be written is said in one sentence. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LazyList } from '../../src/base/lazyList';
import { Notes } from '../../src/engine/notes';
import { writeToFile } from '../../src/engine/reportOutput';
import { jsonPieces } from '../../src/export/jsonPieces';
import { buildReport } from '../../src/insight/report';
import type { Report } from '../../src/protocol/report';
import { Story } from '../unit/model/support/story';
import { iterative } from '../unit/model/support/servers';
import { CliBundle } from './cliBundle';

let bundle: CliBundle;
const recording = 'run.forkscope';
beforeAll(async () => {
  bundle = new CliBundle();
  await bundle.run(['record', '-o', recording, '--', 'true']);
});
afterAll(() => bundle.dispose());

/** $1 "$2" is the command line, $3 the recording. */
function shell(command: string): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command, 'sh', process.execPath, bundle.cli, bundle.path(recording)], { encoding: 'utf8', cwd: bundle.folder });
  return { status, stdout, stderr };
}

const manifest = {
  format: 1, forkscope: '0.1.0', command: ['x'], directory: '/', startedAt: '2026-01-01T00:00:00.000Z', startedNs: '0', supervisor: null, root: null,
  exit: null, complete: true, droppedBytes: 0,
};

test('a long one stands on the disk while it is still being made, then under its name at once', () => {
  const short: Report = buildReport(Story.of(iterative).model, { manifest, lostEvents: 0, droppedBytes: 0 }, { version: '', allWaits: true });
  const [connection] = short.connections;
  const [count, target] = [30_000, bundle.path('long.json')];
  const oneLength = JSON.stringify(connection).length;
  let [leastWritten, seen] = [Infinity, 0];
  const long = {
    ...short,
    connections: new LazyList(function* () {
      for (let at = 0; at < count; at++) {
        if (at % 1000 === 999) {
          const [part] = readdirSync(bundle.folder).filter((name) => name.startsWith('long.json.'));
          leastWritten = Math.min(leastWritten, statSync(bundle.path(part!)).size - at * oneLength);
          seen++;
        }
        yield { ...connection, id: `c${String(at + 1)}` };
      }
    }),
  };
  writeToFile(jsonPieces(long), target, bundle.path(recording));
  expect(seen).toBe(count / 1000);
  // At most a piece of 64 KiB and one thing are held back; with its indentation a thing is longer than `oneLength`.
  expect(leastWritten).toBeGreaterThan(-(1 << 16) - 2 * oneLength);
  const read = JSON.parse(readFileSync(target, 'utf8')) as Report;
  expect(read.connections).toHaveLength(count);
  expect({ ...read, connections: [connection] }).toEqual({ ...short, connections: [connection] });
  expect(readdirSync(bundle.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('one that fails half way leaves what stood there before', () => {
  const target = bundle.path('kept.json');
  writeFileSync(target, 'before');
  const failing = new LazyList<number>(function* () {
    for (let at = 0; at < 100_000; at++) yield at;
    throw new Error('no further');
  });
  expect(() => writeToFile(jsonPieces(failing), target, bundle.path(recording))).toThrow('no further');
  expect(readFileSync(target, 'utf8')).toBe('before');
  expect(readdirSync(bundle.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('into a file is the same as to stdout, and keeps who may read it', async () => {
  const { stdout } = await bundle.run(['report', recording, '--json']);
  writeFileSync(bundle.path('there.json'), 'old');
  chmodSync(bundle.path('there.json'), 0o640);
  for (const [name, mode] of [['fresh.json', 0o600], ['there.json', 0o640]] as const) {
    expect(await bundle.run(['report', recording, '--json', '-o', name])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(bundle.path(name), 'utf8')).toBe(stdout);
    expect(statSync(bundle.path(name)).mode & 0o777).toBe(mode);
  }
  // A pipe is written into, not replaced.
  expect(shell('"$1" "$2" report "$3" --json -o /dev/stdout | cat')).toEqual({ status: 0, stdout, stderr: '' });
  await bundle.run(['report', recording, '-o', 'text.txt']);
  expect(readFileSync(bundle.path('text.txt'), 'utf8')).toBe((await bundle.run(['report', recording])).stdout);
});

test('holds the notes of the recording', async () => {
  const notes = new Notes(() => ({ kind: 'file', path: bundle.path(recording) }), () => 0);
  await notes.answer({ change: { type: 'put', note: { id: 'n', atNs: 1e15, row: 'p1', label: 'true', text: 'why?', writtenAt: '2026-01-05T09:00:00.000Z' } } });
  expect((await bundle.report(recording)).notes).toMatchObject([{ id: 'n', row: 'p1', label: 'true', text: 'why?' }]);
});

test('says in one sentence why it could not be written, and leaves nothing behind', async () => {
  const bytes = readFileSync(bundle.path(recording));
  mkdirSync(bundle.path('folder'));
  const run = (output: string): Promise<unknown> => bundle.run(['report', recording, '--json', '-o', output]);
  const failed = (pattern: RegExp): object => ({ code: 1, stdout: '', stderr: expect.stringMatching(pattern) as string });
  expect(await run(recording)).toMatchObject(failed(/^forkscope: .* is the recording itself[^\n]*\n$/));
  expect(await run('folder')).toMatchObject(failed(/^forkscope: .* is a folder[^\n]*\n$/));
  expect(await run('absent/x.json')).toMatchObject(failed(/^forkscope: .*its folder isn't there\.\n$/));
  if (existsSync('/dev/full')) expect(await run('/dev/full')).toMatchObject(failed(/^forkscope: The disk is full[^\n]*\n$/));
  expect(readFileSync(bundle.path(recording))).toEqual(bytes);
  expect(readdirSync(bundle.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('to a reader that goes away, and to a full disk behind stdout, ends with one sentence', () => {
  // The pipe's reader is gone before the report begins.
  expect(shell('mkfifo gone; (: < gone) & exec 3> gone; wait; "$1" "$2" report "$3" --json >&3')).toMatchObject({
    status: 1, stderr: 'forkscope: the report is cut: its reader closed the pipe.\n',
  });
  if (existsSync('/dev/full')) expect(shell('"$1" "$2" report "$3" --json > /dev/full')).toMatchObject({ status: 1, stderr: expect.stringMatching(/^forkscope: The disk is full[^\n]*\n$/) as string });
});

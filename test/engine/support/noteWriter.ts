/**
 * Writes a note into a recording, and is killed at one of its own calls of the file system: `noteWriter KIND PATH TEXT AT`. Before the
 * AT-th call that changes something it kills itself; of a write half has been done then. Where there are fewer it ends with 0.
 */
import fs from 'node:fs';
import { Notes } from '../../../src/engine/notes';

const [kind, path = '', text = '', at = ''] = process.argv.slice(2);
let calls = 0;

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

/** Whether it is the call to die in. */
function isIt(): boolean {
  return ++calls === Number(at);
}

const { writeSync, openSync } = fs;
for (const name of ['fsyncSync', 'renameSync', 'fchmodSync', 'rmSync'] as const) {
  const original = fs[name] as (...given: unknown[]) => unknown;
  Object.assign(fs, { [name]: (...given: unknown[]) => (isIt() ? die() : original(...given)) });
}
Object.assign(fs, {
  openSync: (file: string, flags: string | number, mode?: number) => (flags === 'w' && isIt() ? die() : openSync(file, flags, mode)),
  writeSync(descriptor: number, bytes: Uint8Array, offset: number, length: number) {
    if (!isIt()) return writeSync(descriptor, bytes, offset, length);
    writeSync(descriptor, bytes, offset, Math.ceil(length / 2));
    return die();
  },
});

const notes = new Notes(() => ({ kind: kind === 'folder' ? 'folder' : 'file', path }), () => 0);
void notes
  .answer({ change: { type: 'put', note: { id: text, atNs: 1, row: null, label: null, text, writtenAt: '2026-01-05T09:00:00.000Z' } } })
  .then(({ problem }) => process.exit(problem === null ? 0 : 1));

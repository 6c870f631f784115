/** What is said of a gdb that can't enter a process, whatever the gdb of this machine can do. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gdbTrouble } from '../../../src/launch/gdbTrouble';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'forkscope-gdb-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function gdbThat(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

it('is nothing where gdb called a function in the process', async () => {
  expect(await gdbTrouble(gdbThat('works', 'while [ "$1" != --pid ]; do shift; done; echo "\\$1 = $2"; echo "[Inferior 1 (process $2) detached]"'))).toBeNull();
});

it('is what gdb says last of it', async () => {
  expect(await gdbTrouble(gdbThat('old', 'echo "Using host libthread_db library."; echo "Couldn\'t write extended state status: Bad address." >&2; echo "[Inferior 1 (process 1) detached]"'))).toBe("Couldn't write extended state status: Bad address.");
});

it('is said of one that is silent, and of one that is not there', async () => {
  expect(await gdbTrouble(gdbThat('silent', 'exit 1'))).toMatch(/^Command failed: .*silent/);
  expect(await gdbTrouble(join(folder, 'nowhere'))).toMatch(/nowhere ENOENT/);
});

/** What becomes of the kernel observer and its log where something fails: the program goes on, and so does the log once it can. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRecording } from '../../src/engine/files';
import { Observer } from '../../src/engine/observer';
import { ObserverLog } from '../../src/engine/observerLog';
import { chunkBytes } from '../../src/protocol/files';
import { kinds, recordBytes } from '../../src/protocol/layout';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forkscope-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mounts = process.getuid?.() === 0 && spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs none $d && umount $d && rmdir $d']).status === 0;

it.runIf(mounts)('a disk that was full when the first segment was to be made is written to when it has room again', () => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', folder]);
  try {
    const [full, segment] = [join(folder, 'full'), join(folder, 'kernel-000000.segment')];
    try {
      writeFileSync(full, Buffer.alloc(64 * 1024));
    } catch {
      // As it should be.
    }
    const log = new ObserverLog(folder, 1n);
    log.add(kinds.allGone, () => undefined);
    expect(readdirSync(folder)).toEqual(['full']);
    rmSync(full);
    log.add(kinds.allGone, () => undefined);
    log.close();
    // The owner, how many were lost, and the record.
    expect(statSync(segment).size).toBe(chunkBytes + 3 * recordBytes);
  } finally {
    execFileSync('umount', [folder]);
  }
});

it('a fault of the observer is told once, and it looks no more', async () => {
  const told: unknown[] = [];
  const observer = new Observer(folder, process.hrtime.bigint(), undefined, (error) => told.push(error));
  let looks = 0;
  Object.assign(observer, {
    look: () => {
      looks++;
      throw new RangeError('a number of /proc that fits nowhere');
    },
  });
  while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 200));
  observer.stop(true);
  expect([looks, told.length]).toEqual([1, 1]);
});

it('a long text is cut off between two letters, says so, and is read back', async () => {
  const log = new ObserverLog(folder, 1n);
  const [short, long] = ['ü'.repeat(2048), `a${'ü'.repeat(2_000_000)}`];
  const ids = [short, long, long, `${long}!`].map((text) => log.text(text));
  log.close();
  expect(ids).toEqual([1, 2, 2, 2]);
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ format: 1, startedNs: '0', complete: true }));
  const reader = await openRecording({ kind: 'folder', path: folder });
  try {
    while (reader.read(1000).length > 0 || reader.live) continue;
    const texts = ids.map((id) => reader.names.text(reader.owners[0]!, id));
    expect(texts[0]).toBe(short);
    expect(texts[1]).toBe(`a${'ü'.repeat(2046)}…`);
    expect(statSync(join(folder, 'kernel-000000.segment')).size).toBeLessThan(5 * chunkBytes);
  } finally {
    reader.dispose();
  }
});

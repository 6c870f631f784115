/** A command line may be two million bytes long: its beginning is kept, marked, and the probe and the observer say the same of it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPythons } from '../probes/support/pythons';
import { readReport } from '../probes/support/record';
import { recorded } from './support/program';

test('a long command is cut off where it ends in the recording, and once', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forkscope-long-'));
  try {
    const file = join(folder, 'run.forkscope');
    const words = Array.from({ length: 12 }, (_, at) => String(at).repeat(50_000));
    const child = 'import sys, time; time.sleep(0.4); sys.exit(len(sys.argv))';
    const python = findPythons().at(-1)!.path;
    const [command = '', ...rest] = recorded(file, [python, '-c', `import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))`, python, '-c', child, ...words]);
    expect(spawnSync(command, rest).status).toBe(13);
    const { processes } = await readReport(file);
    expect(processes).toHaveLength(2);
    for (const { images } of processes) {
      expect(images.map((image) => image.command.at(-1)?.at(-1))).toContain('…');
      expect(images.every((image) => image.command.join(' ').length <= 4096)).toBe(true);
    }
    expect(new Set(processes.map(({ images }) => images.length))).toEqual(new Set([1]));
    expect(statSync(file).size).toBeLessThan(200_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

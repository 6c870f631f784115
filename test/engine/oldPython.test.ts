/** A program on a Python that is too old for the probe runs untouched, and its recording says why only the kernel's account is in it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readReport } from '../probes/support/record';
import { recorded } from './support/program';

const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
const old = (existsSync(versions) ? readdirSync(versions) : []).filter((name) => /^(2\.7|3\.[67])\./.test(name) && existsSync(join(versions, name, 'bin', 'python')));
const program = 'import sys, time; time.sleep(0.3); print(sorted(name for name in sys.modules if "forkscope" in name)); sys.exit(4)';

describe.skipIf(old.length === 0)('a Python too old for the probe', () => {
  test.each(old)('%s: the same words and status, and the reason', { timeout: 60_000 }, async (version) => {
    const folder = mkdtempSync(join(tmpdir(), 'forkscope-old-'));
    try {
      const python = execFileSync(join(versions, version, 'bin', 'python'), ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
      const file = join(folder, 'run.forkscope');
      const [command = '', ...words] = recorded(file, [python, '-c', program]);
      const ran = spawnSync(command, words, { encoding: 'utf8' });
      expect([ran.stdout, ran.stderr.replace(/^forkscope: .*\n/gm, ''), ran.status]).toEqual(['[]\n', '', 4]);
      const { processes } = await readReport(file);
      const detail = version.split('.').slice(0, 2).join('.');
      expect(processes).toMatchObject([{ coverage: ['kernel'], exit: { code: 4, signal: null }, unseen: [{ reason: 'old-python', detail, toNs: null }] }]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

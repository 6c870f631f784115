/**
 * The file in which the code of the probe's parts is kept (forkscope_probe/__init__.py) saves time and does nothing else: whatever
 * becomes of it, every program is traced, and it is as it was again afterwards.
 */
import { execFile } from 'node:child_process';
import { chown, cp, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeRunFolder, probe, readLines } from './python/trace';
import { findPythons, type Python } from './support/pythons';

const timeout = 120_000;
const OURS = /forkscope_probe\._\w+$/gm;

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** The parts that were imported the usual way. */
  readonly imported: readonly string[];
  readonly kinds: ReadonlySet<string>;
}

async function run(python: Python, folder: string, environment: Record<string, string> = {}): Promise<Ran> {
  const log = makeRunFolder();
  try {
    const code = 'import socketserver\ndef fails():\n    socketserver.TCPServer(("host", "port"), None)\ntry: fails()\nexcept TypeError:\n    import traceback\n    print(traceback.format_exc())';
    const variables = { ...process.env, PYTHONPATH: folder, FORKSCOPE_RUN: log, ...environment };
    const [stdout, stderr] = await new Promise<[string, string]>((resolve) => {
      execFile('/bin/sh', ['-c', 'umask 0; exec "$@"', 'sh', python.path, '-X', 'importtime', '-c', code], { env: variables }, (_, out, err) => resolve([out, err]));
    });
    const imported = [...stderr.matchAll(OURS)].map((match) => match[0]);
    return { stdout, stderr, imported, kinds: new Set((await readLines(python, log)).map((line) => line.kind)) };
  } finally {
    await rm(log, { recursive: true, force: true });
  }
}

describe.each(findPythons().map((python) => [`${python.version} ${python.path}`, python] as const))('the parts of the probe in CPython %s', (_, python) => {
  test.concurrent('are kept together, and whatever becomes of that file, the program is traced', { timeout }, async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'forkscope-parts-'));
    try {
      let folder = join(scratch, 'probe');
      await cp(probe, folder, { recursive: true, filter: (path) => !path.includes('__pycache__') });
      const cache = (): string => join(folder, 'forkscope_probe', '__pycache__');
      const files = async (): Promise<string[]> => (await readdir(cache())).filter((name) => !name.endsWith('.pyc')).sort().map((name) => join(cache(), name));

      const first = await run(python, folder);
      expect(first.stdout).toMatch(/in fails\n/);
      expect(first.stdout).not.toContain('forkscope');
      expect(first.kinds).toContain('image');
      expect(first.imported.length).toBeGreaterThan(20);
      const names = await files();
      expect(names.map((name) => name.split('.').at(-1))).toEqual(['sockets', 'start', 'threads']);
      for (const name of names) expect((await stat(name)).mode & 0o777, 'for nobody else to write').toBe(0o644);

      const usual = { stdout: first.stdout, kinds: first.kinds };
      expect(await run(python, folder), 'all that a server needs is taken from the files: name a new part in __init__.py').toMatchObject({ ...usual, imported: [] });

      const whole = await Promise.all(names.map((name) => readFile(name)));
      const broken: [how: string, make: (data: Buffer) => Buffer][] = [
        ['empty', () => Buffer.alloc(0)],
        ['cut off', (data) => data.subarray(0, data.length >> 1)],
        ['of another version', (data) => Buffer.concat([Buffer.from('\0\0\r\n'), data.subarray(4)])],
        ['zeros', (data) => Buffer.alloc(data.length)],
        ['no list', (data) => Buffer.concat([data.subarray(0, 4), Buffer.from('N')])],
      ];
      for (const [how, make] of broken) {
        for (const [index, name] of names.entries()) await writeFile(name, make(whole[index]!));
        expect(await run(python, folder), how).toMatchObject({ ...usual, imported: first.imported });
        expect(await run(python, folder), `after one that was ${how}`).toMatchObject({ ...usual, imported: [] });
      }

      const later = new Date(Date.now() + 10_000);
      for (const part of ['_arena', '_threads', '_sockets']) await utimes(join(folder, 'forkscope_probe', `${part}.py`), later, later);
      expect(await run(python, folder), 'older than its sources').toMatchObject({ ...usual, imported: first.imported });

      await rename(folder, join(scratch, 'moved'));
      folder = join(scratch, 'moved');
      expect(await run(python, folder), 'in a folder that was moved').toMatchObject({ ...usual, imported: [] });

      expect(await run(python, folder, { PYTHONPYCACHEPREFIX: '/dev/null/nowhere' }), 'nowhere to write').toMatchObject({ ...usual, imported: first.imported });
      expect(await run(python, folder, { PYTHONDONTWRITEBYTECODE: '1', PYTHONOPTIMIZE: '1' })).toMatchObject(usual);
      expect(await files(), 'one for each level of optimisation').toHaveLength(6);

      if (process.getuid?.() === 0) {
        for (const name of await files()) await chown(name, 12345, 12345);
        expect(await run(python, folder), "somebody else's").toMatchObject({ ...usual, imported: first.imported });
        for (const name of await files()) if (!name.includes('.opt-')) expect((await stat(name)).uid).toBe(0);
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
});

/** The Python probe is a guest: a traced program does, prints and survives what it does, prints and survives untraced. */

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Pool, within } from './support/deadline';
import { findPythons, type Python } from './support/pythons';
import { makeRunFolder, probe, program, readLines, traced, untraced, withoutNumbers, type Options } from './python/trace';

const pythons = findPythons();
const pool = new Pool(2);
const timeout = 180_000;
const folders: string[] = [];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'forkscope-guest-'));
  folders.push(made);
  return made;
}

afterAll(() => folders.forEach((each) => rmSync(each, { recursive: true, force: true })));

test('there is a CPython 3.8 or newer', () => {
  expect(pythons, 'no CPython ≥ 3.8 found on the PATH, in pyenv or in /usr/bin: install python3').not.toEqual([]);
});

describe.each(pythons.map((python) => [python.version, python] as const))('CPython %s', (_, python) => {
  const same = (name: string, ...args: string[]) => async () =>
    pool.run(async () => {
      const expected = await untraced(python, [program(name), ...args]);
      const seen = await traced(python, [program(name), ...args]);
      expect(withoutNumbers(seen)).toEqual(withoutNumbers(expected));
      expect(seen.lines.filter((line) => line.kind === 'fault')).toEqual([]);
    });

  test.concurrent('exceptions look the same, however they are shown', { timeout }, same('errors.py'));
  test.concurrent('descriptors have the same numbers, and all may be closed', { timeout }, same('descriptors.py'));
  test.concurrent('signal handlers may raise and call at any moment', { timeout }, same('signals.py'));
  test.concurrent('what is replaced looks like what it replaces', { timeout }, same('attributes.py'));
  test.concurrent("frames are the program's own, and keep alive what they would", { timeout }, same('frames.py'));
  test.concurrent('a lock answers as a lock, and a signal never leaves it behind', { timeout }, same('locks.py'));
  test.concurrent('the log is deleted', { timeout }, same('starving.py', 'deleted'));
  test.concurrent('the log may not grow', { timeout }, same('starving.py', 'limited'));

  test.concurrent("the program's own sitecustomize runs, fails or is missing as it would", { timeout }, () =>
    pool.run(async () => {
      const code = 'import sys; print(sys.path, sys.modules.get("sitecustomize"))';
      for (const own of ['import sys; print("mine", __file__, sys.path)', 'raise ValueError("mine")', 'import nowhere', undefined]) {
        const path = folder();
        if (own !== undefined) writeFileSync(join(path, 'sitecustomize.py'), own);
        const options: Options = { environment: { PYTHONPATH: path } };
        const expected = await untraced(python, ['-c', code], options);
        const seen = await traced(python, ['-c', code], options);
        expect(withoutNumbers(seen)).toEqual(withoutNumbers(expected));
        expect(seen.lines.map((line) => line.kind)).toContain('image');
      }
    }));

  test.concurrent('it stays away without a lease, with a dead one, and where it is not wanted', { timeout }, () =>
    pool.run(async () => {
      const run = folder();
      const silent = async (args: string[], lease: string | undefined, options: Options = {}): Promise<void> => {
        rmSync(join(run, 'lease'), { force: true });
        if (lease !== undefined) writeFileSync(join(run, 'lease'), lease);
        expect(await traced(python, args, { ...options, run })).toMatchObject({ status: 0, lines: [] });
        expect(readdirSync(run).filter((name) => name !== 'lease')).toEqual([]);
      };
      await silent(['-c', 'pass'], undefined);
      await silent(['-c', 'pass'], 'nonsense\n');
      await silent(['-c', 'pass'], `${process.pid} 1\n`);
      await silent(['-c', 'pass'], '4194304 1\n');
      await silent(['-c', 'pass'], undefined, { pythonOptions: ['-I'] });
    }));

  test.concurrent('subinterpreters do without it', { timeout }, () =>
    pool.run(async () => {
      const code = [
        'try:\n import _interpreters as i\nexcept ImportError:\n import _xxsubinterpreters as i',
        's = i.create()',
        'i.run_string(s, "import socket, threading; a, b = socket.socketpair(); a.send(b\'x\'); print(b.recv(1))")',
        'i.destroy(s)',
      ].join('\n');
      const seen = await traced(python, ['-c', code]);
      expect(withoutNumbers(seen)).toEqual(withoutNumbers(await untraced(python, ['-c', code])));
      expect(seen.lines.filter((line) => line.kind === 'image')).toHaveLength(1);
    }));
});

/** One old and one new interpreter are enough for what takes long. */
const ends = [...new Set([pythons[0], pythons.at(-1)])].filter((python): python is Python => python !== undefined);

describe.each(ends.map((python) => [python.version, python] as const))('CPython %s, at length', (_, python) => {
  test('two thousand forks and two hundred threads', { timeout }, async () => {
    const seen = await traced(python, [program('many.py')]);
    expect(withoutNumbers(seen)).toMatchObject({ stdout: 'done\n', status: 0 });
    const of = (kind: string) => seen.lines.filter((line) => line.kind === kind && !line.begin);
    expect(of('fork')).toHaveLength(2000);
    const children = new Set(of('forked').map((line) => line.process));
    expect(of('fork').filter((line) => !children.has(Number(line.fields.result)))).toEqual([]);
    expect(of('forked')).toHaveLength(2000);
    expect(of('threadBegin')).toHaveLength(5 + 20 + 20 + 200);
    expect([...of('fault'), ...of('lost')]).toEqual([]);
  });

  test('a full disk', { timeout }, async () => {
    const disk = folder();
    mkdirSync(join(disk, 'small'));
    const small = join(disk, 'small');
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', small], { stdio: 'pipe' });
    } catch {
      throw new Error('a small file system can not be mounted here: run as root to test the full disk');
    }
    try {
      const run = makeRunFolder(small);
      const seen = await traced(python, [program('starving.py'), 'full'], { run });
      expect(seen).toMatchObject({ stdout: '0\n0\n0\ndone\n', stderr: '', status: 0 });
      expect(seen.lines.length).toBeGreaterThan(500);
      expect(statSync(join(run, 'python-000000.segment')).blocks * 512).toBeLessThanOrEqual(128 * 1024);
    } finally {
      execFileSync('umount', ['--lazy', small]);
    }
  });

  test('killed at any moment, what it answered is in the log', { timeout }, async () => {
    for (let round = 0; round < 8; round++) {
      const run = makeRunFolder();
      try {
        const answered = await serveUntilKilled(python, run, 20 + 40 * round);
        const lines = await readLines(python, run);
        const bytes = (kind: string): number =>
          lines.filter((line) => line.kind === kind && !line.begin).reduce((sum, line) => sum + Number(line.fields.result), 0);
        // The record of a send whose answer arrived may be the one thing the kill was faster than, once for each child.
        const children = lines.filter((line) => line.kind === 'forked').length;
        expect(bytes('receive')).toBeGreaterThanOrEqual(answered);
        expect(bytes('send')).toBeGreaterThanOrEqual(answered - 4 * children);
      } finally {
        rmSync(run, { recursive: true, force: true });
      }
    }
  });
});

/** Sends requests of 4 bytes, one after the other on each of 5 connections, and kills everything after some answers. */
async function serveUntilKilled(python: Python, run: string, answers: number): Promise<number> {
  const server = spawn(python.path, [program('answering.py')], {
    env: { ...process.env, FORKSCOPE_RUN: run, PYTHONPATH: probe }, detached: true, stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = new Promise((resolve) => server.once('close', resolve));
  const clients: Socket[] = [];
  let answered = 0;
  try {
    const port = await within(30_000, 'the port of answering.py', new Promise<number>((resolve) => {
      server.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())));
    }));
    await within(60_000, `${answers} answers`, new Promise<void>((resolve) => {
      for (let index = 0; index < 5; index++) {
        const client = createConnection(port, '127.0.0.1', () => client.write('abc\n'));
        client.on('error', () => undefined);
        client.on('data', (data: Buffer) => {
          answered += data.length;
          if (answered >= answers) resolve();
          client.write('abc\n');
        });
        clients.push(client);
      }
    }));
  } finally {
    process.kill(-server.pid!, 'SIGKILL');
    await gone;
    // What is still in the sockets was answered too.
    const open = clients.filter((client) => !client.closed);
    await Promise.all(open.map((client) => new Promise((resolve) => client.once('close', resolve))));
  }
  return answered;
}

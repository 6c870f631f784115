/**
 * What goes wrong on a person's side: each time one clear sentence that says what to do, an exit code that a shell
 * understands, and nothing lost that was recorded. The traced program itself never notices.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/protocol/report';
import { packedMagic } from '../../src/protocol/files';
import { programPath } from '../probes/support/programs';
import { readReport } from '../probes/support/record';
import { chosenPythons, inScratch, ownProgram, withoutNotice } from './support/compared';
import { EchoLane } from './support/echoLane';
import { forkscope, Program, recorded, run } from './support/program';
import { Seeded } from './support/seeded';
import { expectSentence } from './support/sentence';
import { findBelow, kill, processesWith, variableOf } from './support/tree';

const python = chosenPythons()[0]!.path;

describe.concurrent('a command that cannot be started', () => {
  const cases: [what: string, make: (folder: string) => Promise<string[]>, status: number, todo: RegExp][] = [
    ['a program that is nowhere on the PATH', () => Promise.resolve(['no-such-program-here']), 127, /check|install/i],
    ['a path that leads nowhere', (folder) => Promise.resolve([join(folder, 'nothing'), 'x']), 127, /check/i],
    ['an interpreter that is not there', (folder) => Promise.resolve([join(folder, 'python3'), programPath('threads.py')]), 127, /check|install/i],
    ['a file that is not executable', (folder) => script(folder, '#!/bin/sh\nexit 3\n', 0o644), 126, /chmod/],
    ['a folder', (folder) => Promise.resolve([folder]), 126, /name|choose|program/i],
    ['a script whose interpreter is not there', (folder) => script(folder, '#!/no/such/interpreter\n', 0o755), 127, /install|check|interpreter/i],
  ];
  it.each(cases)('%s', async (_, make, status, todo) => {
    await inScratch(async (folder) => {
      const file = join(folder, 'run.forkscope');
      const command = await make(folder);
      const seen = await run(recorded(file, command));
      expectSentence(seen.stderr, command[0]!, todo);
      expect(seen).toMatchObject({ stdout: '', status });
      expect(existsSync(file), 'nothing ran, so there is no recording').toBe(false);
    });
  });

  it('no command at all', async () => {
    const seen = await forkscope('record');
    expectSentence(seen.stderr, 'record', /needs a command.*--help/);
    expect(seen).toMatchObject({ stdout: '', status: 2 });
  });

  async function script(folder: string, text: string, mode: number): Promise<string[]> {
    const path = join(folder, 'program');
    await writeFile(path, text, 'latin1');
    await chmod(path, mode);
    return [path];
  }
});

describe.concurrent('a program that ends before it did anything', () => {
  const cases: [what: string, status: number, make: (folder: string) => Promise<string[]>][] = [
    ['a script that is not there', 2, (folder) => Promise.resolve([python, join(folder, 'nothing.py')])],
    ['a script with a syntax error', 1, async (folder) => {
      const path = join(folder, 'broken.py');
      await writeFile(path, 'print("never printed")\ndef broken(:\n    pass\n');
      return [python, path];
    }],
    ['a Python program that ends at once', 0, () => Promise.resolve([python, '-c', 'pass'])],
    ['a program that is not Python', 3, () => Promise.resolve(['sh', '-c', 'exit 3'])],
  ];
  it.each(cases)('%s', async (_, status, make) => {
    await inScratch(async (folder) => {
      const file = join(folder, 'run.forkscope');
      const command = await make(folder);
      const untraced = await run(command);
      const traced = withoutNotice(await run(recorded(file, command)), file);
      expect(traced).toEqual(untraced);
      expect(traced.status).toBe(status);
      const report = await readReport(file);
      expect(report.recording).toMatchObject({ complete: true, exit: { code: status, signal: null } });
      expect(report.processes).toHaveLength(1);
      expect(report.processes[0]).toMatchObject({ birth: 'root', exit: { code: status, signal: null } });
    });
  });
});

describe('a recording that is not what it should be', () => {
  let folder = '';
  let release: () => void = () => undefined;
  let whole: Buffer;
  let report: Report;

  beforeAll(async () => {
    await new Promise<void>((ready, fail) => {
      inScratch(async (scratch) => {
        folder = scratch;
        const file = join(scratch, 'whole.forkscope');
        const seen = await run(recorded(file, [python, ownProgram('forks.py')]));
        expect(seen.status).toBe(0);
        whole = await readFile(file);
        report = await readReport(file);
        ready();
        await new Promise<void>((resolve) => (release = resolve));
      }).catch(fail);
    });
  });
  afterAll(() => release());

  async function made(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(folder, `${name.replaceAll(/\W+/g, '-')}.forkscope`);
    await writeFile(path, bytes);
    return path;
  }

  const unreadable: [what: string, make: () => Promise<string>, todo: RegExp][] = [
    ['missing', () => Promise.resolve(join(folder, 'nowhere.forkscope')), /check/i],
    ['empty', () => made('empty', Buffer.alloc(0)), /record|choose|another/i],
    ['a text file', () => made('text', Buffer.from('This is not a recording, whatever its name says.\n'.repeat(100))), /record|choose|another/i],
    ['cut in its first bytes', () => made('first bytes', whole.subarray(0, 7)), /record|choose|another/i],
    ['cut in its head', () => made('head', whole.subarray(0, packedMagic.length + 2)), /record|choose|another/i],
    ['cut in its first block', () => made('first block', whole.subarray(0, packedMagic.length + 4 + 30)), /record|choose|another/i],
    ['zeros', () => made('zeros', Buffer.alloc(whole.length)), /record|choose|another/i],
    ['of a newer version', () => made('newer', newer()), /update/i],
    ['an empty folder', async () => {
      const path = join(folder, 'empty-folder');
      await mkdir(path, { recursive: true });
      return path;
    }, /record|choose|check|another/i],
  ];
  it.each(unreadable)('%s', async (_, make, todo) => {
    const path = await make();
    const seen = await forkscope('report', path, '--json');
    expectSentence(seen.stderr, path, todo);
    expect(seen).toMatchObject({ stdout: '', status: 1 });
  });

  function newer(): Buffer {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(bytes.readUInt32LE(packedMagic.length) + 1, packedMagic.length);
    return bytes;
  }

  it.each([0.2, 0.5, 0.8, 0.97])('cut after %f of it: what stands before the cut is there', async (part) => {
    const path = await made(`cut ${part}`, whole);
    await truncate(path, Math.floor(whole.length * part));
    const seen = await forkscope('report', path, '--json');
    const cut = JSON.parse(seen.stdout) as Report;
    expectSentence(seen.stderr, path, /cut|rest|before|incomplete/i);
    expect(seen.status).toBe(0);
    expect(cut.recording.complete).toBe(false);
    expect(cut.recording.events).toBeGreaterThan(report.recording.events * part * 0.5);
    expect(cut.recording.events).toBeLessThan(report.recording.events);
    expect(cut.recording.command).toEqual(report.recording.command);
  });

  const random = Seeded.fromEnvironment();
  it.each([1, 2, 3, 4, 5, 6])('with bytes changed at random (%i): the rest is there, or one sentence says why not', async (number) => {
    const dice = random.branch(number);
    const bytes = Buffer.from(whole);
    for (let count = dice.integer(1, 20); count > 0; count--) bytes[dice.integer(0, bytes.length - 1)] = dice.integer(0, 255);
    const path = await made(`changed ${number}`, bytes);
    const seen = await forkscope('report', path, '--json');
    const seed = `seed ${random.seed}`;
    if (bytes.equals(whole)) return;
    expectSentence(seen.stderr, path, /rest|record|choose|another|update/i);
    expect([0, 1], seed).toContain(seen.status);
    if (seen.status === 1) {
      expect(seen.stdout, seed).toBe('');
      return;
    }
    const damaged = JSON.parse(seen.stdout) as Report;
    expect(damaged.recording.droppedBytes, seed).toBeGreaterThan(0);
    expect(damaged.recording.events, seed).toBeLessThanOrEqual(report.recording.events);
  });
});

describe.concurrent('a place that cannot be written', () => {
  /** The program must not have run: it would have left this. */
  const leaves = (folder: string): string[] => [python, '-c', `open(${JSON.stringify(join(folder, 'ran'))}, "w")`];

  it('below a file', async () => {
    await inScratch(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      const seen = await run(recorded(join(folder, 'file', 'run.forkscope'), leaves(folder)));
      expectSentence(seen.stderr, join(folder, 'file'), /choose|permissions/i);
      expect(seen).toMatchObject({ stdout: '', status: 1 });
      expect(existsSync(join(folder, 'ran')), 'it was said before the program was started').toBe(false);
    });
  });

  it('a target that is a folder', async () => {
    await inScratch(async (folder) => {
      const seen = await run(recorded(folder, leaves(folder)));
      expectSentence(seen.stderr, folder, /name a file|choose|another/i);
      expect(seen).toMatchObject({ stdout: '', status: 2 });
      expect(existsSync(join(folder, 'ran'))).toBe(false);
    });
  });

  it('a disk that is read-only', async () => {
    await inScratch(async (folder) => {
      const disk = join(folder, 'disk');
      const seen = await run(onDisk(disk, 'size=64m,ro', recorded(join(disk, 'run.forkscope'), leaves(folder))));
      expectSentence(seen.stderr, disk, /choose|permissions/i);
      expect(seen).toMatchObject({ stdout: '', status: 1 });
      expect(existsSync(join(folder, 'ran'))).toBe(false);
    });
  });

  it('a disk that is full from the start', async () => {
    await inScratch(async (folder) => {
      const disk = join(folder, 'disk');
      const seen = await run(onDisk(disk, 'size=1m', recorded(join(disk, 'run.forkscope'), leaves(folder))));
      expectSentence(seen.stderr, disk, /free/i);
      expect(seen).toMatchObject({ stdout: '', status: 1 });
      expect(existsSync(join(folder, 'ran'))).toBe(false);
    });
  });

  it('a disk that fills while the program runs: it runs on, and what was recorded before is there', async () => {
    await inScratch(async (folder) => {
      const disk = join(folder, 'disk');
      const file = join(disk, 'run.forkscope');
      const command = [python, ownProgram('fills_disk.py'), disk];
      const untraced = await run(onDisk(disk, 'size=24m', command));
      expect(untraced).toMatchObject({ status: 0, stdout: 'the disk: No space left on device\nechoed: 640000\n' });
      // Looked at afterwards from another disk, without the filler.
      const saved = join(folder, 'saved');
      const traced = await run(onDisk(disk, 'size=24m', recorded(file, command), `rm ${disk}/filler; cp -r ${disk} ${saved}`));
      expect(traced).toMatchObject({ status: 0, stdout: untraced.stdout });
      const sentence = expectSentence(traced.stderr, disk, /free|full/i);
      const recording = new RegExp(`${disk}(/[^\\s:]+)`).exec(sentence)?.[1];
      expect(recording, `the sentence says where the recording is: ${sentence}`).toBeDefined();
      const report = await readReport(join(saved, recording!));
      const names = report.processes.flatMap((process) => process.threads.map((thread) => thread.name));
      expect(names, 'what was recorded before is there').toContain('before');
      expect(report.recording.complete, 'its disk ended first').toBe(false);
    });
  });
});

describe.concurrent('a recording that is lost while its program runs', () => {
  it('its folder is deleted: the program serves its clients to the end', async () => {
    await inScratch(async (folder) => {
      const file = join(folder, 'run.forkscope');
      const program = new Program(recorded(file, [python, programPath('threading_echo.py'), '--connections', '3']));
      try {
        const port = await program.port();
        await converse(port, 50);
        const server = findBelow(program.pid, 'threading_echo.py');
        const runFolder = variableOf(server ?? 0, 'FORKSCOPE_RUN');
        expect(runFolder).toBeDefined();
        expect((await stat(runFolder!)).mode & 0o777).toBe(0o700);
        await rm(runFolder!, { recursive: true });
        // More than a segment holds, so that the writer must want a new one.
        await converse(port, 40_000);
        await converse(port, 50);
        const seen = await program.ended();
        expect(seen).toMatchObject({ status: 0, stdout: `listening on 127.0.0.1:${port}\nserved 3 connections\n` });
        expectSentence(seen.stderr, runFolder!, /deleted/i);
      } finally {
        program.stop();
      }
    });
  });

  it('its recorder is killed: the program serves its clients on, and the folder can be read', async () => {
    await inScratch(async (folder) => {
      const file = join(folder, 'run.forkscope');
      const program = new Program(recorded(file, [python, programPath('threading_echo.py'), '--connections', '2']));
      let runFolder: string | undefined;
      try {
        const port = await program.port();
        const first = await converse(port, 50);
        const server = findBelow(program.pid, 'threading_echo.py')!;
        runFolder = variableOf(server, 'FORKSCOPE_RUN');
        kill(program.pid);
        const second = await converse(port, 50);
        // It holds the pipe of its output open until it ends by itself.
        const seen = await program.ended();
        expect(seen.stdout).toBe(`listening on 127.0.0.1:${port}\nserved 2 connections\n`);
        expect(seen.stderr).toBe('');
        const report = await readReport(runFolder!);
        expect(report.recording).toMatchObject({ complete: false, exit: null });
        const known = report.connections.filter((connection) => connection.role === 'server');
        const of = (address: string): number | undefined => known.find((connection) => connection.peer === address)?.bytesOut;
        expect(of(first)).toBe(50 * 64);
        expect(of(second), 'the probe of a program that already runs goes on').toBe(50 * 64);
      } finally {
        if (runFolder !== undefined) processesWith('FORKSCOPE_RUN', runFolder).forEach((pid) => kill(pid));
        program.stop();
      }
    });
  });

  /** Some requests of 64 bytes on one connection, all of them answered. Returns the client's address. */
  async function converse(port: number, requests: number): Promise<string> {
    const lane = await EchoLane.open(port);
    expect(lane, 'the server takes connections').toBeDefined();
    for (let count = 0; count < requests; count++) expect(await lane!.ask(64), `answer ${count}`).toBe(true);
    await lane!.leave();
    return lane!.address;
  }
});

/**
 * The command with a small disk of its own mounted at `path`, in a mount namespace that vanishes with it. Needs root, or a
 * system that lets users make namespaces; elsewhere mount's own words say so.
 */
function onDisk(path: string, options: string, command: readonly string[], after = 'true'): string[] {
  const script = `mkdir -p ${path} && mount -t tmpfs -o ${options} tmpfs ${path} || exit 99; "$@"; status=$?; ${after}; exit $status`;
  return ['unshare', ...(process.getuid?.() === 0 ? ['-m'] : ['-rm']), 'bash', '-c', script, 'bash', ...command];
}

/**
 * The traced program never notices: whatever it does with its processes, threads and descriptors, its output and its exit
 * status are byte for byte those of the untraced one, and what it can see of its surroundings hardly differs.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chosenPythons, compare, inScratch, ownProgram, withoutNotice, type Compared } from './support/compared';
import { recorded, run } from './support/program';

/** The same bytes and the same end. Returns the comparison for what is asked beyond that. */
async function expectSame(...how: Parameters<typeof compare>): Promise<Compared> {
  const compared = await compare(...how);
  expect(compared.traced).toEqual(compared.untraced);
  return compared;
}

const [usual, ...others] = chosenPythons();

for (const python of [usual!, ...others]) {
  const isUsual = python === usual;
  const command = (name: string, ...words: string[]): string[] => [python.path, ownProgram(name), ...words];

  /** What does not depend on the version is looked at once. */
  const once = (name: string, test: () => Promise<void>): void => {
    if (isUsual) it(name, { timeout: 120_000 }, test);
  };

  describe.concurrent(`a guest in Python ${python.version}`, () => {
    once('lets 2,000 children live and die', async () => {
      const { untraced, report } = await expectSame(command('forks.py'));
      expect(untraced.stdout).toMatch(/^2000 children/);
      expect(report.recording).toMatchObject({ lostEvents: 0, complete: true });
      expect(report.processes.filter((process) => process.birth === 'fork')).toHaveLength(2000);
    });

    it('lets 200 threads be there at once', async () => {
      const { untraced, report } = await expectSame(command('threads.py'));
      expect(untraced.stdout).toBe('201 threads\n200 counted, 1 left\n');
      expect(report.processes[0]?.threads.filter((thread) => thread.name?.startsWith('worker-'))).toHaveLength(200);
    });

    it('survives a program that closes all descriptors, and records on', async () => {
      const { untraced, report } = await expectSame(command('closes.py'));
      expect(untraced.status).toBe(0);
      const server = report.connections.find((connection) => connection.role === 'server');
      expect(server).toMatchObject({ bytesIn: 60_000, bytesOut: 60_000 });
      const exits = report.processes.slice(1).map((process) => process.exit?.code);
      expect(exits.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 30 }, (_, code) => code));
    });

    it('leaves every exit code and signal of its children as they were, and knows them', async () => {
      const { untraced, report } = await expectSame(command('children_end.py'));
      expect(untraced.stdout).toContain('254, 255]');
      const children = report.processes.slice(1).map((process) => process.exit);
      expect(children.slice(0, 256)).toEqual(Array.from({ length: 256 }, (_, code) => ({ code, signal: null })));
      expect(children.slice(256).every((exit) => exit !== null && exit.signal !== null)).toBe(true);
    });

    const ends: [way: string, value: string, status: number][] = [
      ...(isUsual ? [0, 1, 2, 127, 128, 130, 255] : [3]).map((code): [string, string, number] => ['code', String(code), code]),
      ['code', '-1', 255],
      ['code', '300', 44],
      ['text', 'a last word', 1],
      ['immediately', '23', 23],
      ['error', 'what went wrong', 1],
      ['exec', '31', 31],
      ...(isUsual ? (['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGPIPE'] as const) : (['SIGKILL'] as const)).map((name): [string, string, number] => [
        'signal', name, 128 + constants.signals[name],
      ]),
    ];
    it.each(ends)('ends as it would: %s %s', async (way, value, status) => {
      const { untraced, report } = await expectSame(command('ends.py', way, value));
      expect(untraced.status).toBe(status);
      expect(report.recording.exit).toEqual(way === 'signal' ? { code: null, signal: value } : { code: status, signal: null });
    });

    const passedOn = isUsual ? (['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR1', 'SIGUSR2'] as const) : (['SIGTERM'] as const);
    it.each(passedOn)('gets %s passed on', async (signal) => {
      const { untraced } = await expectSame(command('handles_signals.py'), {}, async (program) => {
        await program.said(/^ready\n/);
        program.signal(signal);
        await program.said(new RegExp(`^got ${signal}\n`, 'm'));
        if (signal !== 'SIGTERM') program.signal('SIGTERM');
      });
      expect(untraced.status).toBe(7);
    });

    once('gets its input unchanged, and its outputs stay apart', async () => {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) % 256));
      const code = 'import sys; data = sys.stdin.buffer.read(); sys.stdout.buffer.write(data); sys.stderr.write(str(len(data)))';
      const { untraced } = await expectSame([python.path, '-c', `${code}; sys.stderr.write("\\n")`], { input: bytes });
      expect(Buffer.from(untraced.stdout, 'latin1').equals(bytes)).toBe(true);
    });

    once('meets a reader who leaves early as it would', async () => {
      const code = 'import sys\nfor number in range(100000): print(number)';
      await inScratch(async (folder) => {
        const file = join(folder, 'run.forkscope');
        const pipe = (words: readonly string[]): string[] => ['bash', '-c', '"$@" | head -1; exit "${PIPESTATUS[0]}"', 'bash', ...words];
        const untraced = await run(pipe([python.path, '-c', code]));
        const traced = await run(pipe(recorded(file, [python.path, '-c', code])));
        expect(untraced.stderr).toContain('BrokenPipeError');
        expect(withoutNotice(traced, file)).toEqual(untraced);
      });
    });

    it('sees almost nothing of its host', async () => {
      const { untraced, traced } = await compare(command('visible.py'), { env: { PYTHONPATH: undefined } });
      expect(traced.stderr).toBe(untraced.stderr);
      const before = JSON.parse(untraced.stdout) as Visible;
      const after = JSON.parse(traced.stdout) as Visible;
      expect(after.same).toEqual(before.same);
      const added = (of: (visible: Visible) => readonly string[]): string[] => of(after).filter((name) => !of(before).includes(name)).sort();
      const taken = (of: (visible: Visible) => readonly string[]): string[] => of(before).filter((name) => !of(after).includes(name));
      expect(taken((visible) => visible.modules)).toEqual([]);
      const foreign = added((visible) => visible.modules).filter((name) => !/^forkscope_probe(\.|$)/.test(name));
      expect(foreign.filter((name) => !['mmap', 'struct', '_struct'].includes(name)), 'beside what the log is written with').toEqual([]);
      expect(after.atexit - before.atexit, 'functions to call at exit').toBeLessThanOrEqual(1);
      expect(taken((visible) => Object.keys(visible.environment))).toEqual([]);
      expect(added((visible) => Object.keys(visible.environment))).toEqual(['FORKSCOPE_RUN', 'NODE_OPTIONS', 'PYTHONPATH']);
      expect(taken((visible) => visible.finders)).toEqual([]);
      expect(added((visible) => visible.finders).length, 'import hooks').toBeLessThanOrEqual(1);
    });

    it("runs the user's own sitecustomize, on a path of their own", async () => {
      await inScratch(async (folder) => {
        await writeFile(join(folder, 'sitecustomize.py'), 'import sys\nprint("my own", __name__, __file__)\nsys.mine = 1\n');
        await writeFile(join(folder, 'beside.py'), 'word = "beside it"\n');
        const code = 'import sys, sitecustomize, beside; print(sys.mine, sitecustomize.__file__, beside.word, sys.path)';
        const { untraced } = await expectSame([python.path, '-c', code], { env: { PYTHONPATH: folder } });
        expect(untraced.stdout).toContain('my own sitecustomize');
      });
    });

    it("shows the user's own sitecustomize failing as it would", async () => {
      await inScratch(async (folder) => {
        await writeFile(join(folder, 'sitecustomize.py'), 'def broken():\n    raise RuntimeError("mine is broken")\nbroken()\n');
        const surroundings = { env: { PYTHONPATH: folder } };
        const { untraced } = await expectSame([python.path, '-c', 'print("goes on")'], surroundings);
        expect(untraced.stderr).toContain('mine is broken');
        expect(untraced.stdout).toBe('goes on\n');
      });
    });

    it('lets a missing sitecustomize be missing', async () => {
      const code = 'try:\n import sitecustomize\n print(sitecustomize.__file__)\nexcept ImportError as error:\n print(error, error.name)';
      await expectSame([python.path, '-c', code], { env: { PYTHONPATH: undefined } });
    });

    it('runs children untraced that no probe gets into', async () => {
      const { untraced, report } = await expectSame(command('unprobed.py'));
      expect(untraced.stdout).toMatch(/the end\n$/);
      const probed = report.processes.filter((process) => process.coverage.includes('python'));
      expect(probed, 'itself and the one child with -s').toHaveLength(2);
    });

    once('writes no compiled files beside the probe or the program', async () => {
      await inScratch(async (folder) => {
        await mkdir(join(folder, 'package'));
        await writeFile(join(folder, 'package', '__init__.py'), 'print(__cached__ is not None)\n');
        const look = 'import os, package; print(sorted(os.listdir(os.path.dirname(package.__file__))))';
        await expectSame([python.path, '-c', look], { env: { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' } });
      });
    });

    once('keeps the descriptors that its caller left open for it', async () => {
      await inScratch(async (folder) => {
        const file = join(folder, 'run.forkscope');
        const code = 'import os; print(os.read(3, 100), os.write(4, b"to the caller"))';
        const open = (words: readonly string[]): string[] => ['bash', '-c', 'exec 3<<<"from the caller" 4>left; "$@"', 'bash', ...words];
        const untraced = await run(open([python.path, '-c', code]), { cwd: folder });
        expect(untraced.stdout).toBe("b'from the caller\\n' 13\n");
        expect(withoutNotice(await run(open(recorded(file, [python.path, '-c', code])), { cwd: folder }), file)).toEqual(untraced);
      });
    });

    it('stays at the terminal', async () => {
      const talk = [['wait', 'name?'], ['type', 'Ada\n'], ['wait', 'on stderr\r\n'], ['type', 'and more\n'], ['key', 'end']];
      const { untraced } = await atTerminals(command('converses.py'), talk);
      expect(untraced.screen).toContain('terminals: True True True');
      expect(untraced.screen).toContain('foreground: True');
      expect(untraced.screen).toContain('\x1b[32mhello Ada\x1b[0m');
    });

    it('loses no interrupt that comes while it is at work itself, and is in no traceback', async () => {
      const { untraced } = await expectSame(command('interrupts.py'));
      expect(untraced.stdout).toBe('400 interrupts, 0 lost; frames shown: []\n');
    });

    it.each(isUsual ? ['traceback', 'default', 'code', 'child', 'caught'] : ['traceback'])('is interrupted at the keyboard as it would be: %s', async (way) => {
      const { untraced } = await atTerminals(command('is_interrupted.py', way), [['wait', 'ready\r\n'], ['key', 'interrupt']]);
      expect(untraced.status).toBe({ traceback: 130, default: 130, code: 9 }[way] ?? 0);
    });
  });

  interface Shown {
    readonly screen: string;
    readonly status: number;
    readonly undone: readonly unknown[];
  }

  /** The same at two terminals, untraced and traced; the traced one's last line, which says where the recording is, is taken off. */
  async function atTerminals(words: readonly string[], script: readonly string[][]): Promise<{ untraced: Shown }> {
    return inScratch(async (folder) => {
      const file = join(folder, 'run.forkscope');
      const person = async (what: readonly string[]): Promise<Shown> => {
        const seen = await run(['python3', ownProgram('../support/at_terminal.py'), JSON.stringify(script), ...what]);
        expect(seen.stderr).toBe('');
        return JSON.parse(seen.stdout) as Shown;
      };
      const untraced = await person(words);
      const traced = await person(recorded(file, words));
      expect(untraced.undone).toEqual([]);
      expect(traced.screen.slice(0, untraced.screen.length)).toBe(untraced.screen);
      const notice = traced.screen.slice(untraced.screen.length);
      expect(notice, 'one line more, which says where the recording is').toMatch(/^(\r\n)?[^\r\n]+\r\n$/);
      expect(notice).toContain(file);
      expect(traced.status).toBe(untraced.status);
      return { untraced };
    });
  }
}

interface Visible {
  readonly same: Record<string, unknown>;
  readonly atexit: number;
  readonly modules: string[];
  readonly environment: Record<string, string>;
  readonly finders: string[];
}

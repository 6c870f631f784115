/** The parts around the supervisor: environment, interpreters, programs, run folders, and which signals are handed on. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tracedEnvironment, userEnvironment } from '../../../src/launch/environment';
import { findInterpreter } from '../../../src/launch/interpreters';
import { findProgram } from '../../../src/launch/program';
import { createRunFolder, deleteRunFolder, removeLease, requireWritable } from '../../../src/launch/runFolder';
import { isHandedOn, type TerminalPlace } from '../../../src/launch/signals';
import { spawnPlan } from '../../../src/launch/spawnPlan';
import { findPythons } from '../../probes/support/pythons';
import { manifestOf } from '../recording/arenaWriter';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'forkscope-launch-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function script(name: string, text: string, mode = 0o755): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe('the environment', () => {
  it('is the user’s with the token and the probe in front', () => {
    expect(tracedEnvironment({ A: '1', PYTHONPATH: '/x:/y', GONE: undefined }, '/run', '/probe')).toEqual({ A: '1', PYTHONPATH: '/probe:/x:/y', FORKSCOPE_RUN: '/run' });
    expect(tracedEnvironment({ PYTHONPATH: '' }, '/run', '/probe')).toEqual({ PYTHONPATH: '/probe', FORKSCOPE_RUN: '/run' });
    const nested = tracedEnvironment(tracedEnvironment({}, '/outer', '/probe'), '/inner', '/probe');
    expect(nested).toEqual({ PYTHONPATH: '/probe', FORKSCOPE_RUN: '/inner' });
  });

  it('names Node’s file beside the user’s options, once', () => {
    const traced = tracedEnvironment({ NODE_OPTIONS: '--max-old-space-size=64' }, '/run', '/probe', '/p/preload.cjs');
    expect(traced.NODE_OPTIONS).toBe('--max-old-space-size=64 --require /p/preload.cjs');
    expect(tracedEnvironment(traced, '/run', '/probe', '/p/preload.cjs')).toEqual(traced);
    expect(tracedEnvironment({}, '/run', '/probe')).not.toHaveProperty('NODE_OPTIONS');
  });

  it('loses what only the launcher needed', () => {
    expect(userEnvironment({ A: '1', ELECTRON_RUN_AS_NODE: '1', B: '2', FORKSCOPE_STRIP: 'ELECTRON_RUN_AS_NODE,B' })).toEqual({ A: '1' });
  });
});

describe('interpreters', () => {
  const real = findPythons().at(-1)!.path;
  const none = { candidates: [], folders: [], environment: { PATH: '/nowhere' } };

  it('are taken in order, and only where they answer', async () => {
    const broken = script('broken', '#!/bin/sh\nexit 1\n');
    expect(await findInterpreter({ ...none, candidates: [join(root, 'absent'), broken, real] })).toMatchObject({ path: real });
    mkdirSync(join(root, '.venv/bin'), { recursive: true });
    symlinkSync(real, join(root, '.venv/bin/python'));
    expect(await findInterpreter({ ...none, folders: [root] })).toMatchObject({ path: join(root, '.venv/bin/python'), version: expect.stringMatching(/^3\.\d+\.\d+$/) as string });
    symlinkSync(real, join(root, 'python'));
    expect(await findInterpreter({ ...none, environment: { PATH: root } })).toMatchObject({ path: join(root, 'python') });
  });

  it('that are missing, too old or wrong are named with what to do', async () => {
    const failure = async (search: Parameters<typeof findInterpreter>[0]): Promise<string> => {
      const error: unknown = await findInterpreter(search).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'interpreter-missing' });
      return (error as Error).message;
    };
    expect(await failure(none)).toMatch(/^No Python was found: install/);
    const old = script('python3', '#!/bin/sh\necho 3.7.9\n');
    expect(await failure({ ...none, environment: { PATH: root } })).toBe(`${old} is Python 3.7.9, and Forkscope needs 3.8 or newer: choose a newer interpreter.`);
    expect(await failure({ ...none, explicit: true, candidates: ['/no/python', real] })).toBe('/no/python is not a Python that starts: choose another interpreter.');
    const two = script('python2', '#!/bin/sh\n[ "$1" = -I ] && exit 2\necho 2.7.18\n');
    expect(await failure({ ...none, candidates: [two] })).toContain('Python 2.7.18');
  });
});

describe('an interpreter that is a script', () => {
  const real = spawnSync(findPythons().at(-1)!.path, ['-I', '-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim();
  const found = async (path: string, directory?: string): Promise<string> => (await findInterpreter({ candidates: [path], explicit: true, folders: [], environment: { PATH: '/usr/bin:/bin' }, directory })).path;

  it('is left for the Python that it starts', async () => {
    expect(await found(script('shims/python3', `#!/bin/sh\nexec ${real} "$@"\n`))).toBe(real);
  });

  it('is asked where the program will run', async () => {
    const project = join(root, 'project');
    mkdirSync(project);
    writeFileSync(join(project, '.python-version'), 'mine');
    const shim = script('shims/python3', `#!/bin/sh\n[ -e .python-version ] || exit 1\nexec ${real} "$@"\n`);
    expect(await found(shim, project)).toBe(real);
    await expect(found(shim, root)).rejects.toMatchObject({ code: 'interpreter-missing' });
  });

  it('is kept where the Python behind it does not start without it', async () => {
    const bare = script('bare', `#!/bin/sh\n[ -n "$LIBRARIES" ] || exit 127\nexec ${real} "$@"\n`);
    const wrapper = script('wrapper', `#!/bin/sh\nexport LIBRARIES=1\n[ "$3" = 'import sys; print(sys.executable)' ] && echo ${bare} && exit\nexec ${bare} "$@"\n`);
    expect(await found(wrapper)).toBe(wrapper);
    const silent = script('silent', `#!/bin/sh\n[ "$3" = 'import sys; print(sys.executable)' ] && exit 1\nexec ${real} "$@"\n`);
    expect(await found(silent)).toBe(silent);
  });
});

describe('programs', () => {
  it('are found as a shell finds them', () => {
    const path = script('bin/tool', '#!/bin/sh\n');
    expect(findProgram('tool', '/', `/nowhere:${join(root, 'bin')}`)).toBe(path);
    expect(findProgram('./bin/tool', root, '')).toBe(path);
    expect(findProgram('tool', root, 'bin')).toBe(path);
    expect(() => findProgram('tool', '/', '/nowhere')).toThrow(/no folder of PATH/);
    expect(() => findProgram('./bin', root, '')).toThrow(/is a folder/);
    script('bin/data', 'text', 0o644);
    expect(() => findProgram('data', '/', join(root, 'bin'))).toThrow(/not executable/);
    script('bin/bang', '#!/no/such/thing -x\n');
    expect(() => findProgram('bang', '/', join(root, 'bin'))).toThrow(/\/no\/such\/thing, which its first line names, is missing/);
  });

  it('are started directly, or by a shell that puts the limit of open files back', () => {
    expect(spawnPlan('/bin/x', ['x', '-a'], null)).toEqual({ program: '/bin/x', args: ['-a'] });
    const { program, args } = spawnPlan('/bin/sh', ['sh', '-c', 'ulimit -S -n; echo "$1"', 'name', "it's $HOME"], 77);
    expect(spawnSync(program, args, { encoding: 'utf8' }).stdout).toBe("77\nit's $HOME\n");
  });
});

describe('the run folder', () => {
  const self = { pid: 5, start: '99' };

  it('is private, and deleted without touching anything else', () => {
    const folder = join(root, 'deep/run');
    createRunFolder(folder, manifestOf(), self, '/target');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'run.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'lease'), 'utf8')).toBe('5 99\n');
    removeLease(folder);
    expect(existsSync(join(folder, 'lease'))).toBe(false);
    writeFileSync(join(folder, 'mine.txt'), '');
    deleteRunFolder(folder);
    expect(existsSync(join(folder, 'mine.txt'))).toBe(true);
    rmSync(join(folder, 'mine.txt'));
    deleteRunFolder(folder);
    expect(existsSync(folder)).toBe(false);
  });

  it('that can’t be made is an error with a sentence', () => {
    writeFileSync(join(root, 'file'), '');
    const attempts = [
      () => createRunFolder(join(root, 'file/run'), manifestOf(), self, ''),
      () => requireWritable('/proc/nothing/x.forkscope'),
      () => requireWritable(join(root, 'file/x.forkscope')),
      () => requireWritable(join(root, 'file/deeper/x.forkscope')),
    ];
    for (const attempt of attempts) {
      expect(attempt).toThrow(expect.objectContaining({ code: 'recording-folder-unwritable', message: expect.stringMatching(/can't be written.*: choose another folder/) as string }) as Error);
    }
  });
});

describe('signals', () => {
  const foreground: TerminalPlace = { group: 10, session: 5, terminal: 34816, foreground: 10 };
  const none: TerminalPlace = { group: 10, session: 10, terminal: 0, foreground: -1 };

  it('of the terminal are not handed on to a program that has them already', () => {
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGWINCH'] as const) {
      expect(isHandedOn(signal, 10, foreground, foreground, foreground)).toBe(false);
      expect(isHandedOn(signal, 10, foreground, { ...foreground, foreground: 99 }, foreground)).toBe(true);
      expect(isHandedOn(signal, 10, foreground, foreground, { ...foreground, group: 11 })).toBe(true);
      expect(isHandedOn(signal, 10, none, none, none)).toBe(true);
    }
    expect(isHandedOn('SIGTERM', 10, foreground, foreground, foreground)).toBe(true);
    expect(isHandedOn('SIGTERM', 10, foreground, foreground, null)).toBe(false);
  });

  it('of a terminal that is gone are handed on by the session’s leader alone', () => {
    const gone = { ...foreground, terminal: 0, foreground: -1 };
    expect(isHandedOn('SIGHUP', 10, foreground, gone, gone)).toBe(false);
    expect(isHandedOn('SIGHUP', 5, { ...foreground, session: 5 }, gone, gone)).toBe(true);
    expect(isHandedOn('SIGHUP', 10, foreground, foreground, foreground)).toBe(true);
    expect(isHandedOn('SIGHUP', 10, none, none, none)).toBe(true);
  });
});

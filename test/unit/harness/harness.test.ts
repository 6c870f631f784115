/** The harness's own promises, those that need no editor. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withLock } from '../../harness/cache';
import { readCommandLine } from '../../harness/commandLine';
import { HostOutput, SUITE_BEGINS, SUITE_ENDS } from '../../harness/hostOutput';
import { withoutNpm } from '../../harness/npmCommand';
import { parseVersion } from '../../harness/npmVscode';
import { RUN_MARKER, sleep, startTime, stopTree } from '../../harness/processes';

describe('the command line of a desktop VS Code', () => {
  it('is read as test tools write it', () => {
    const args = readCommandLine([
      '/ws', '--no-sandbox', '--disable-workspace-trust', '--user-data-dir=/u', '--extensions-dir', '/e',
      '--extensionDevelopmentPath=/a', '--extensionDevelopmentPath=file:///b%20c', '--extensionTestsPath=/t/index.js', '--skip-welcome',
    ]);
    expect(args).toMatchObject({
      folder: '/ws', userDataFolder: '/u', extensionsFolder: '/e', developmentExtensions: ['/a', '/b c'], testsPath: '/t/index.js',
      workspaceTrust: false,
    });
  });

  it('lets a caller turn workspace trust on again', () => {
    expect(readCommandLine(['--disable-workspace-trust', '--enable-workspace-trust']).workspaceTrust).toBe(true);
  });
});

describe('a version', () => {
  it('is read as people write it', () => {
    expect(['', 'newest', '1.139.1', 'oldest', '1.100'].map(parseVersion)).toEqual(['1.139', '1.139', '1.139', '1.100', '1.100']);
  });

  it('that is not there is refused with the choices', () => {
    expect(() => parseVersion('1.50')).toThrow('1.139, 1.100');
  });
});

describe('the environment of an npm that is started', () => {
  it('keeps the way to the registry and drops the surrounding run', () => {
    const kept = withoutNpm({ PATH: '/bin', npm_config_registry: 'r', npm_config_omit: 'dev', npm_package_name: 'x', INIT_CWD: '/', NODE_OPTIONS: '-r x' });
    expect(kept).toEqual({ PATH: '/bin', npm_config_registry: 'r' });
  });
});

describe('what the workbench says', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is shown between the marks of the suite, and all of it when the suite did not end', () => {
    const printed: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((text: string) => printed.push(text));
    const output = new HostOutput(false);
    output.take('info', ['starting']);
    output.take('info', [SUITE_BEGINS]);
    output.take('info', ['✔ %s', 'works']);
    expect(printed).toEqual(['✔ works']);
    expect(output.unfinished()).toBe(true);
    output.close(true);
    expect(printed).toEqual(['✔ works', 'starting']);
  });

  it('stays hidden after the end of a suite', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const output = new HostOutput(false);
    output.take('info', [SUITE_BEGINS]);
    output.take('info', [SUITE_ENDS]);
    output.take('info', ['reconnecting']);
    output.close(true);
    expect(log).not.toHaveBeenCalled();
  });
});

describe('the lock of the cache', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'forkscope-lock-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lets one in at a time', async () => {
    let inside = 0;
    const work = async (): Promise<void> => {
      expect(++inside).toBe(1);
      await sleep(20);
      inside--;
    };
    const lock = join(folder, 'lock');
    await Promise.all([1, 2, 3].map(() => withLock(lock, () => undefined, work)));
    expect(existsSync(lock)).toBe(false);
  });

  it('is taken from an owner that died', async () => {
    const lock = join(folder, 'lock');
    mkdirSync(lock);
    writeFileSync(join(lock, 'owner'), `${process.pid} 1`); // This pid, but an older process.
    expect(await withLock(lock, () => undefined, () => Promise.resolve('in'))).toBe('in');
  });
});

describe.runIf(process.platform === 'linux')('the process tree', () => {
  it('ends with its orphans, and with those that do not listen', async () => {
    const marker = `test-${process.pid}`;
    // A child in a session of its own, adopted by init, deaf to SIGTERM.
    const script = "setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.2; done' & exec sleep 60";
    const root = spawn('sh', ['-c', script], { env: { ...process.env, [RUN_MARKER]: marker }, stdio: ['ignore', 'pipe', 'ignore'] });
    const orphan = await new Promise<number>((resolve) => root.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk))));
    await stopTree(root, marker, 300);
    await sleep(50);
    expect([startTime(orphan), root.pid === undefined ? undefined : startTime(root.pid)]).toEqual([undefined, undefined]);
  });
});

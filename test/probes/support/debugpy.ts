/** The interpreters that have debugpy: Debian's, installed where it is missing as npm test does with Chromium, and whichever else has one. */
import { spawnSync } from 'node:child_process';
import { debianPython, ensureDebugpy } from '../../harness/debugpy';
import { DebugAdapter } from './dap';
import { findPythons, type Python } from './pythons';

export interface Debugpy {
  readonly python: Python;
  /** debugpy's version. */
  readonly version: string;
  /** Where it stands when it is not installed; to be put on PYTHONPATH. */
  readonly path: string | undefined;
}

/**
 * Each interpreter with its debugpy. FORKSCOPE_TEST_DEBUGPY names a folder with another one (of git, or an extension's bundled/libs),
 * which is taken for interpreters from 3.9 on that have none.
 * @throws where there is none and none can be installed; the message names the package.
 */
export function findDebugpys(): Debugpy[] {
  ensureDebugpy();
  const folder = process.env.FORKSCOPE_TEST_DEBUGPY;
  const found = findPythons().flatMap((python): Debugpy[] => {
    const installed = versionOf(python.path, undefined);
    if (installed !== undefined) return [{ python, version: installed, path: undefined }];
    const other = folder === undefined || python.minor < 9 ? undefined : versionOf(python.path, folder);
    return other === undefined ? [] : [{ python, version: other, path: folder }];
  });
  if (found.length === 0) throw new Error(`${debianPython} can't import debugpy, although python3-debugpy is installed.`);
  return found;
}

/** debugpy's adapter for one of them, in an environment without a run. */
export function startAdapter({ python, path }: Debugpy, more: NodeJS.ProcessEnv = {}): DebugAdapter {
  const environment: NodeJS.ProcessEnv = { ...process.env, ...more };
  if (path !== undefined) environment.PYTHONPATH = [environment.PYTHONPATH, path].filter((part) => part !== undefined).join(':');
  return new DebugAdapter([python.path, '-m', 'debugpy.adapter'], environment);
}

function versionOf(python: string, path: string | undefined): string | undefined {
  const code = 'import debugpy; print(debugpy.__version__)';
  const environment = path === undefined ? process.env : { ...process.env, PYTHONPATH: path };
  const done = spawnSync(python, ['-c', code], { encoding: 'utf8', env: environment, timeout: 60_000 });
  return done.status === 0 ? done.stdout.trim() : undefined;
}

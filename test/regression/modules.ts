/** The modules of CPython's regression tests that touch what the probe wraps. */
import { spawnSync } from 'node:child_process';
import type { Python } from '../probes/support/pythons';

/** The longest first, so that the last one to finish is a short one. */
const all = [
  'test_multiprocessing_spawn', 'test_multiprocessing_forkserver', 'test_multiprocessing_fork', 'test_concurrent_futures',
  'test_asyncio', 'test_subprocess', 'test_ssl', 'test_socket', 'test_threading', 'test_signal', 'test_os', 'test_selectors',
  'test_queue', 'test_socketserver', 'test_httpservers', 'test_thread', 'test_fork1', 'test_select', 'test_poll', 'test_epoll',
];
/** Subinterpreters: by the minor versions that have the module. */
const interpreters: Readonly<Record<string, { from: number; until: number }>> = {
  test__xxsubinterpreters: { from: 8, until: 12 },
  test_interpreters: { from: 10, until: 99 },
  test__interpreters: { from: 13, until: 99 },
};

export function modulesOf(python: Python): string[] {
  const more = Object.entries(interpreters).filter(([, { from, until }]) => python.minor >= from && python.minor <= until);
  return [...all, ...more.map(([name]) => name)];
}

/** Whether the interpreter has the module: not every build installs every one (3.11.7 forgot those that had become packages). */
export function hasModule(python: Python, module: string): boolean {
  const code = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("test." + sys.argv[1]) is None)';
  return spawnSync(python.path, ['-c', code, module], { stdio: 'ignore' }).status === 0;
}

/** Distributions leave the tests out. */
export function hasTests(python: Python): boolean {
  return spawnSync(python.path, ['-c', 'import test.libregrtest, test.test_queue'], { stdio: 'ignore' }).status === 0;
}

/** The modules of CPython's regression tests that touch what the probe wraps. */
import { spawnSync } from 'node:child_process';
import type { Python } from '../probes/support/pythons';

/** The longest first, so that the last one to finish is a short one. */
const long = [
  'test_multiprocessing_spawn', 'test_multiprocessing_forkserver', 'test_multiprocessing_fork', 'test_concurrent_futures',
  'test_asyncio', 'test_subprocess', 'test_io', 'test_unittest', 'test_ssl', 'test_socket', 'test_threading', 'test_signal',
];
/** What serves, forks, waits and transfers: the calls that are wrapped. */
const wrapped = [
  'test_os', 'test_posix', 'test_selectors', 'test_queue', 'test_socketserver', 'test_httpservers', 'test_thread', 'test_fork1',
  'test_select', 'test_poll', 'test_epoll', 'test_eintr', 'test_fcntl', 'test_pty', 'test_openpty', 'test_popen', 'test_wait3',
  'test_wait4', 'test_tempfile', 'test_threading_local', 'test_threadsignals', 'test_sched', 'test_logging', 'test_xmlrpc',
  'test_ftplib', 'test_smtplib', 'test_imaplib', 'test_poplib', 'test_telnetlib', 'test_asyncore', 'test_asynchat', 'test_wsgiref',
  'test_urllib2_localnet', 'test_multiprocessing_main_handling',
];
/** What looks at the interpreter: its frames, its objects, what it imports, how it starts and how it ends. */
const looking = [
  'test_inspect', 'test_pydoc', 'test_pickle', 'test_copy', 'test_weakref', 'test_gc', 'test_sys', 'test_site', 'test_import',
  'test_atexit', 'test_faulthandler', 'test_tracemalloc', 'test_traceback', 'test_trace', 'test_sys_settrace', 'test_sys_setprofile',
  'test_bdb', 'test_monitoring', 'test_frame', 'test_audit', 'test_context', 'test_coroutines', 'test_asyncgen', 'test_cmd_line',
  'test_cmd_line_script', 'test_runpy', 'test_builtin',
];
/** Subinterpreters: by the minor versions that have the module. */
const interpreters: Readonly<Record<string, { from: number; until: number }>> = {
  test__xxsubinterpreters: { from: 8, until: 12 },
  test_interpreters: { from: 10, until: 99 },
  test__interpreters: { from: 13, until: 99 },
};

export function modulesOf(python: Python): string[] {
  const more = Object.entries(interpreters).filter(([, { from, until }]) => python.minor >= from && python.minor <= until);
  return [...long, ...wrapped, ...looking, ...more.map(([name]) => name)];
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

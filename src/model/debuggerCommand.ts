/**
 * debugpy runs a program by commands of its own, in which the program comes last; people know it by its own name.
 *
 *     python -X frozen_modules=off …/debugpy --connect 127.0.0.1:5678 --configure-qt none  server.py --port 80
 *     python …/pydevd.py --port 5678 --client 127.0.0.1 … --file                             worker.py 3        a child that runs a script
 *     python -c "import sys; …; import pydevd; …; pydevd.settrace(…); CODE"                                     one that runs code
 */
import { baseName } from '../base/baseName';

/** debugpy's options without a value (server/cli.py); every other one takes the next word. */
const plain = new Set(['--wait-for-client', '--log-to-stderr', '--disable-sys-remote-exec', '--version', '--help']);

/** @param at of the word that the interpreter runs, a file or a module. @returns the command as it is without the debugger; null where none runs it. */
export function debuggedCommand(argv: readonly string[], at: number): readonly string[] | null {
  const file = baseName(argv[at] ?? '');
  const [python = ''] = argv;
  if (file === 'pydevd.py') {
    const named = argv.indexOf('--file', at);
    if (named < 0 || named + 1 >= argv.length) return null;
    return [python, ...(argv.slice(at, named).includes('--module') ? ['-m'] : []), ...argv.slice(named + 1)];
  }
  if (file !== 'debugpy') return null;
  let next = at + 1;
  while (argv[next]?.startsWith('--') === true) next += plain.has(argv[next]!) ? 1 : 2;
  // Its own words are never none: it has to be told whom to wait for.
  return next === at + 1 || next >= argv.length ? null : [python, ...argv.slice(next)];
}

const settrace = 'pydevd.settrace(';
const endOfCall = '); ';

/** What is the program's own of the code behind -c. */
export function withoutDebugger(code: string): string {
  const start = code.indexOf(settrace);
  const end = start < 0 ? -1 : code.indexOf(endOfCall, start);
  return end < 0 ? code : code.slice(end + endOfCall.length);
}

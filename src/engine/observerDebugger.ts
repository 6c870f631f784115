/**
 * What a debugger adds to a run and is none of its program: helpers of its own, which inherit the run's token or are children of a process of it,
 * and the words that let one in, which nobody else is to read in a recording.
 */

import { isResourceTracker } from '../model/commandName';

/** What js-debug starts beside each process that it debugs: it ends it when the editor is gone. */
const watchdog = 'js-debug/src/watchdog.js';
/** And before that: whether a port is free, and word to the editor that somebody is here. They are given as code. */
const js = [/^require\("net"\)\.createServer\(\)\.on\("listening",.*\.listen\(\+process\.env\.PORT\)$/, /\bcreateConnection\(process\.env\.NODE_INSPECTOR_IPC\)/] as const;
const debugpyParts = ['debugpy/adapter', 'debugpy/launcher'];
const debugpyModules = new Set(['debugpy.adapter', 'debugpy.launcher']);
/** Options of Python's own that take the next word. */
const withValue = new Set(['-X', '-W', '--check-hash-based-pycs']);

/** Whether a command is a helper of a debugger's. @param command its arguments joined by NUL. */
export function isDebuggersOwn(command: string): boolean {
  // Nearly every command is none: that is told without taking it apart.
  if (!command.includes('debugpy') && !command.includes(watchdog) && !command.includes('\0-e\0')) return false;
  const words = command.split('\0');
  if (words[1]?.endsWith(watchdog) === true) return true;
  if (words[1] === '-e') return js.some((code) => code.test(words[2] ?? ''));
  let at = 1;
  while (words[at]?.startsWith('-') === true && words[at] !== '-m' && words[at] !== '-c') at += withValue.has(words[at]!) ? 2 : 1;
  const word = words[at] ?? '';
  if (word === '-m') return debugpyModules.has(words[at + 1] ?? '');
  const path = word.replace(/\/+(?:__main__\.py)?$/, '').replace(/\/__main__\.py$/, '');
  return debugpyParts.some((part) => path === part || path.endsWith(`/${part}`));
}

/**
 * Whether a debugger has let itself into multiprocessing's resource tracker. The recorder leaves that alone, so nobody tells whose its threads are;
 * it has one of its own.
 */
export function isDebuggedTracker(command: string): boolean {
  return command.includes('pydevd') && isResourceTracker(command.split('\0'));
}

/**
 * Whether a command is how an editor looks for the interpreter of a program that it is about to debug: js-debug does so with the program's
 * own variables. Asked of a process whose parent is none of the run's.
 * @param command as above.
 */
export function isSearchForInterpreter(command: string): boolean {
  return /^(?:[^\0]*sh\0)?(?:[^\0]*\/)?which\0[^\0]+$/.test(command);
}

const tokenOption = /^--(?:\w+-)?access-token(=|$)/;
/** In the code that pydevd puts before a child's own. */
const quotedToken = /(access_token=|access-token': )(['"]).*?\2/g;
const leftOut = '…';

/**
 * A debugged process's command without the words that let a debugger in: whoever has them can run code in it. The Python probe does the same
 * (_text.py), so that both say the same of a command.
 * @param command as above.
 */
export function withoutAccessTokens(command: string): string {
  if (!/access[-_]token/.test(command) || !/debugpy|pydevd/.test(command)) return command;
  const words = command.split('\0');
  return words
    .map((word, at) => {
      if (at > 0 && tokenOption.exec(words[at - 1]!)?.[1] === '') return leftOut;
      const option = tokenOption.exec(word);
      if (option?.[1] === '=') return option[0] + leftOut;
      return word.replace(quotedToken, `$1$2${leftOut}$2`);
    })
    .join('\0');
}

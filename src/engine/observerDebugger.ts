/**
 * What a debugger adds to a run and is none of its program: helpers of its own, which inherit the run's token or are children of a process of it,
 * and the words that let one in, which nobody else is to read in a recording.
 */

/** What js-debug starts beside each process that it debugs: it ends it when the editor is gone. */
const watchdog = 'js-debug/src/watchdog.js';
const debugpyParts = ['debugpy/adapter', 'debugpy/launcher'];
const debugpyModules = new Set(['debugpy.adapter', 'debugpy.launcher']);
/** Options of Python's own that take the next word. */
const withValue = new Set(['-X', '-W', '--check-hash-based-pycs']);

/** Whether a command is a helper of a debugger's. @param command its arguments joined by NUL. */
export function isDebuggersOwn(command: string): boolean {
  // Nearly every command is none: that is told without taking it apart.
  if (!command.includes('debugpy') && !command.includes(watchdog)) return false;
  const words = command.split('\0');
  if (words[1]?.endsWith(watchdog) === true) return true;
  let at = 1;
  while (words[at]?.startsWith('-') === true && words[at] !== '-m' && words[at] !== '-c') at += withValue.has(words[at]!) ? 2 : 1;
  const word = words[at] ?? '';
  if (word === '-m') return debugpyModules.has(words[at + 1] ?? '');
  const path = word.replace(/\/+(?:__main__\.py)?$/, '').replace(/\/__main__\.py$/, '');
  return debugpyParts.some((part) => path === part || path.endsWith(`/${part}`));
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

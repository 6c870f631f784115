/** A process's short name, from its command line: the script of an interpreter, else the program. */

import { baseName } from '../base/baseName';
import { debuggedCommand, withoutDebugger } from './debuggerCommand';

const interpreter = /^(python|pypy)[0-9.]*(\.exe)?$/;

/** Interpreter options of one letter that take a value. */
const valued = 'WX';

/** The processes that multiprocessing starts with a line of its own. */
const helper = /^from multiprocessing\.(\w+) import /;
const helperNames: Readonly<Record<string, string>> = {
  forkserver: 'multiprocessing forkserver',
  resource_tracker: 'multiprocessing resource tracker',
};

/** True of a Python's path or name. */
export function isInterpreter(path: string): boolean {
  return interpreter.test(baseName(path));
}

/** The name in what follows a Python interpreter; null where nothing names a program (an interactive one). */
function scriptName(argv: readonly string[]): string | null {
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === '-') return null;
    if (!word.startsWith('-')) return nameUnderDebugger(argv, at) ?? baseName(word);
    if (word === '--check-hash-based-pycs') at++;
    if (word.startsWith('--')) continue;
    for (let letter = 1; letter < word.length; letter++) {
      const option = word[letter]!;
      if (option === 'c') return helperNames[helper.exec(withoutDebugger(word.slice(letter + 1) || (argv[at + 1] ?? '')))?.[1] ?? ''] ?? 'python -c';
      if (option === 'm') return word.slice(letter + 1) || (nameUnderDebugger(argv, at + 1) ?? argv[at + 1] ?? null);
      if (!valued.includes(option)) continue;
      if (letter === word.length - 1) at++;
      break;
    }
  }
  return null;
}

/** Of a program that a debugger runs its own name. */
function nameUnderDebugger(argv: readonly string[], at: number): string | null {
  const own = debuggedCommand(argv, at);
  return own === null ? null : scriptName(own);
}

/** `server.py`, `http.server` for `-m http.server`, `python -c`, or the program's base name; '' for an empty command. */
export function commandName(argv: readonly string[]): string {
  const program = baseName(argv[0] ?? '');
  if (!interpreter.test(program)) return program;
  return scriptName(argv) ?? program;
}

/** The letters of the options that a Python was started with, before its script, -c or -m. */
export function startOptions(argv: readonly string[]): string {
  let letters = '';
  for (let at = 1; at < argv.length && /^-[^-]/.test(argv[at]!); at++) {
    for (const letter of argv[at]!.slice(1)) {
      if (letter === 'c' || letter === 'm') return letters;
      if (valued.includes(letter)) {
        if (argv[at]!.endsWith(letter)) at++;
        break;
      }
      letters += letter;
    }
  }
  return letters;
}

/** True of the helper that multiprocessing starts for itself. */
export function isResourceTracker(argv: readonly string[]): boolean {
  return argv.some((word) => helper.exec(withoutDebugger(word))?.[1] === 'resource_tracker');
}

/**
 * Which Python runs a file: what the user chose in the editor, else the workspace's own environment, else PATH. A
 * candidate counts only when it answers: a deleted environment and a shim without a version behind it are common.
 *
 * A version manager's shim is a script that starts the Python it chooses: traced, its shells would stand in the tree before
 * the program. So a script is asked for the Python behind it. A command that somebody typed is never looked at here.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { ForkscopeError } from '../base/errors';
import { findProgram, isScript } from './program';

/** The oldest Python that the probe runs in. */
const oldestPython = { major: 3, minor: 8 } as const;

export interface Interpreter {
  /** As found, links not followed: a virtual environment is known by the path it is started by. Of a script, what it starts. */
  readonly path: string;
  /** As in 3.11.7. */
  readonly version: string;
}

export interface InterpreterSearch {
  /** Absolute paths (or names on PATH), the best first: what the Python extensions and settings say. */
  readonly candidates: readonly string[];
  /** True: the first candidate was named by the user, so that nothing else may take its place. */
  readonly explicit?: boolean;
  /** Folders that may hold `.venv` or `venv`. */
  readonly folders: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the program will run: a shim may choose by the folder it is started in. */
  readonly directory?: string;
}

const answerMs = 10_000;
const versionQuestion = 'import sys; print("%d.%d.%d" % sys.version_info[:3])';
const pathQuestion = 'import sys; print(sys.executable)';

/** @throws ForkscopeError interpreter-missing, with a sentence that says what to do. */
export async function findInterpreter(search: InterpreterSearch): Promise<Interpreter> {
  const { candidates, explicit = false, environment } = search;
  const ask: Ask = (path, args) => answerOf(path, args, environment, search.directory);
  const tooOld: Interpreter[] = [];
  for (const candidate of explicit ? candidates.slice(0, 1) : [...candidates, ...environmentsIn(search.folders), 'python3', 'python']) {
    const path = locate(candidate, environment.PATH);
    const version = path === null ? null : await versionOf(path, ask);
    if (path === null || version === null) continue;
    if (isSupported(version)) return { path: isScript(path) ? await behindScript(path, version, ask) : path, version };
    tooOld.push({ path, version });
  }
  throw missing(explicit ? (candidates[0] ?? '') : null, tooOld[0]);
}

function* environmentsIn(folders: readonly string[]): Iterable<string> {
  for (const folder of folders) {
    for (const name of ['.venv', 'venv']) {
      const path = join(folder, name, 'bin', 'python');
      if (existsSync(path)) yield path;
    }
  }
}

function locate(candidate: string, path: string | undefined): string | null {
  try {
    return findProgram(candidate, '/', path);
  } catch {
    return null;
  }
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestPython.major || (major === oldestPython.major && minor >= oldestPython.minor);
}

/** What a program prints, or null where it fails. */
type Ask = (path: string, args: string[]) => Promise<string | null>;

function answerOf(path: string, args: string[], environment: InterpreterSearch['environment'], directory: string | undefined): Promise<string | null> {
  return new Promise((resolve) => {
    const cwd = directory !== undefined && existsSync(directory) ? directory : undefined;
    const options = { timeout: answerMs, encoding: 'utf8', env: environment, cwd } as const;
    execFile(path, args, options, (error, output) => resolve(error === null ? output.trim() : null));
  });
}

/** Null where it does not answer like a Python. Isolated (-I), so that nothing of the user's runs. */
async function versionOf(path: string, ask: Ask): Promise<string | null> {
  const isVersion = (answer: string | null): string | null => (answer !== null && /^\d+\.\d+\.\d+$/.test(answer) ? answer : null);
  // Python 2 knows no -I.
  return isVersion(await ask(path, ['-I', '-c', versionQuestion])) ?? isVersion(await ask(path, ['-c', versionQuestion]));
}

/** The Python that a script starts; the script itself where that one doesn't do by itself what it does through the script. */
async function behindScript(script: string, version: string, ask: Ask): Promise<string> {
  const path = await ask(script, ['-I', '-c', pathQuestion]);
  if (path === null || !isAbsolute(path) || !existsSync(path)) return script;
  return (await versionOf(path, ask)) === version ? path : script;
}

function missing(named: string | null, tooOld: Interpreter | undefined): ForkscopeError {
  if (tooOld !== undefined) {
    const { path, version } = tooOld;
    return new ForkscopeError(
      'interpreter-missing',
      `${path} is Python ${version}, and Forkscope needs 3.8 or newer: choose a newer interpreter.`,
      [path, version],
    );
  }
  if (named !== null) {
    return new ForkscopeError('interpreter-missing', `${named} is not a Python that starts: choose another interpreter.`, [named]);
  }
  return new ForkscopeError('interpreter-missing', 'No Python was found: install Python 3.8 or newer, or choose an interpreter for this workspace.');
}

/**
 * Finds the program that a command names, as a shell does, so that what is missing is said in one sentence before
 * anything is started.
 */
import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { ForkscopeError } from '../base/errors';

/**
 * @param name as typed: with a slash it is a path, else it is looked for in `path`.
 * @returns the absolute path.
 * @throws ForkscopeError program-missing (a shell would exit with 127), program-not-executable (126).
 */
export function findProgram(name: string, directory: string, path: string | undefined): string {
  const isPath = name.includes('/');
  const candidates = isPath
    ? [isAbsolute(name) ? name : resolve(directory, name)]
    : (path ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter).map((folder) => join(resolve(directory, folder), name));
  let refused: string | null = null;
  for (const candidate of candidates) {
    const kind = kindOf(candidate);
    if (kind === 'program') return withInterpreter(candidate, name);
    if (kind !== 'missing') refused ??= `${candidate} ${kind === 'folder' ? 'is a folder: name the program in it' : 'is not executable: make it so with chmod +x, or start it with its interpreter'}`;
  }
  if (refused !== null && (isPath || !refused.includes(' is a folder: '))) {
    throw new ForkscopeError('program-not-executable', `${refused}.`, [name]);
  }
  const where = isPath ? 'there is no such file' : 'it is in no folder of PATH';
  throw new ForkscopeError('program-missing', `${name} can't be started: ${where}. Check its name.`, [name]);
}

/** A script whose first line names a missing interpreter would fail with a sentence that blames the script. */
function withInterpreter(path: string, name: string): string {
  const line = /^#!\s*(\S+)/.exec(firstBytes(path))?.[1];
  if (line?.startsWith('/') === true && !existsSync(line)) {
    throw new ForkscopeError('program-missing', `${name} can't be started: ${line}, which its first line names, is missing.`, [name, line]);
  }
  return path;
}

/** Whether the system runs it by the program that its first line names. */
export function isScript(path: string): boolean {
  return firstBytes(path).startsWith('#!');
}

function firstBytes(path: string): string {
  const bytes = Buffer.alloc(256);
  try {
    const descriptor = openSync(path, 'r');
    try {
      return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, bytes.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return ''; // Executable, but not readable.
  }
}

function kindOf(path: string): 'program' | 'file' | 'folder' | 'missing' {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return 'folder';
    accessSync(path, constants.X_OK);
    // Root may "execute" anything by access(2); the kernel wants at least one x bit.
    return (stat.mode & 0o111) === 0 ? 'file' : 'program';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'file' : 'missing';
  }
}

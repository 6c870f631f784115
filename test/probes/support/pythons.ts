/** Finds every CPython ≥ 3.8 of the machine, so that a fact is checked on each of them. */

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Python {
  /** The real executable: neither a link nor a version manager's shim. */
  readonly path: string;
  /** As in 3.11.7. */
  readonly version: string;
  readonly minor: number;
}

const oldestMinor = 8;
const probe = [
  'import os, platform, sys',
  'print(platform.python_implementation(), "%d.%d.%d" % sys.version_info[:3], os.path.realpath(sys.executable))',
].join('\n');

export function findPythons(): Python[] {
  const found = new Map<string, Python>();
  for (const candidate of candidates()) {
    const python = ask(candidate);
    if (python !== undefined) {
      found.set(`${python.version} ${python.path}`, python);
    }
  }
  return [...found.values()].sort((a, b) => a.minor - b.minor || a.path.localeCompare(b.path));
}

function* candidates(): Iterable<string> {
  const pyenv = process.env.PYENV_ROOT ?? join(homedir(), '.pyenv');
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '' && folder !== join(pyenv, 'shims')),
    ...list(join(pyenv, 'versions')).map((version) => join(pyenv, 'versions', version, 'bin')),
    '/usr/bin',
    '/usr/local/bin',
  ];
  for (const folder of new Set(folders)) {
    for (const name of list(folder)) {
      if (/^python3(\.\d+)?$/.test(name)) {
        yield join(folder, name);
      }
    }
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function ask(candidate: string): Python | undefined {
  let answer: string;
  try {
    answer = execFileSync(candidate, ['-I', '-c', probe], { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined; // Not an interpreter that starts.
  }
  const [, implementation, version, path] = /^(\S+) (\S+) (.+)$/m.exec(answer) ?? [];
  const minor = Number(/^3\.(\d+)\./.exec(version ?? '')?.[1]);
  if (implementation !== 'CPython' || version === undefined || path === undefined || !(minor >= oldestMinor)) {
    return undefined;
  }
  return { path, version, minor };
}

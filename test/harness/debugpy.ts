/** Debian's debugpy: installed where it is missing, as npm test does with Chromium. */
import { spawnSync } from 'node:child_process';
import { installPackages, mayInstall } from './apt';

/** The interpreter that Debian's python3-debugpy belongs to. */
export const debianPython = '/usr/bin/python3';

/** @throws where it is missing and can't be installed; the message names the package. */
export function ensureDebugpy(): void {
  if (hasDebugpy()) return;
  if (!mayInstall()) throw new Error(`${debianPython} lacks debugpy: install python3-debugpy.`);
  installPackages(['python3-debugpy']);
  if (!hasDebugpy()) throw new Error(`${debianPython} can't import debugpy, although python3-debugpy is installed.`);
}

function hasDebugpy(): boolean {
  return spawnSync(debianPython, ['-c', 'import debugpy'], { timeout: 60_000 }).status === 0;
}

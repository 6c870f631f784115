/**
 * Which program a process runs, and whether a probe could come into it: what tells a reader afterwards why none did.
 *
 * Python finds the probe by two variables, the run's token and PYTHONPATH. A program may start another one without them.
 */
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { environments } from '../protocol/events';

const deleted = ' (deleted)';
/** Whether a folder holds the probe, by path: the same few are asked for again and again. */
const probeFolders = new Map<string, boolean>();

/** The path behind /proc/PID/exe; '' where it is not ours to read, or gone. */
export function executableOf(pid: number): string {
  try {
    const path = readlinkSync(`/proc/${String(pid)}/exe`);
    return path.endsWith(deleted) ? path.slice(0, -deleted.length) : path;
  } catch {
    return '';
  }
}

/** @param token as it stands in a member's environment, with its NUL. @returns one of `environments`. */
export function environmentOf(pid: number, token: Buffer): number {
  let environment: string;
  try {
    environment = readFileSync(`/proc/${String(pid)}/environ`, 'utf8');
  } catch {
    return environments.unknown;
  }
  // Of a process that is just being made, or gone.
  if (environment === '') return environments.unknown;
  const all = `\0${environment}`;
  if (!all.includes(`\0${token.toString('utf8')}`)) return environments.noToken;
  const path = /\0PYTHONPATH=([^\0]*)/.exec(all)?.[1] ?? '';
  return path.split(delimiter).some(holdsProbe) ? environments.whole : environments.noPath;
}

function holdsProbe(folder: string): boolean {
  if (folder === '') return false;
  const known = probeFolders.get(folder);
  if (known !== undefined) return known;
  const found = existsSync(join(folder, 'forkscope_probe', '_start.py'));
  probeFolders.set(folder, found);
  return found;
}

/**
 * The environment of a traced program: the user's own, one token, and what lets a probe in. The Python probe's folder stands in front of
 * PYTHONPATH, where Python finds our sitecustomize (which runs the user's own, if there is one, after itself); Node's is a file that
 * NODE_OPTIONS names.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tokenVariable } from '../protocol/files';

/**
 * Names, separated by commas, of variables that only the launcher itself needed (ELECTRON_RUN_AS_NODE where an editor's own
 * runtime runs the command line): they are taken out again before the program starts, and so is this marker.
 */
export const stripVariable = 'FORKSCOPE_STRIP';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param environment the user's.
 * @param runFolder absolute; the token.
 * @param probeFolder absolute; see `pythonProbeFolder`.
 * @param preload absolute; see `nodePreload`.
 */
export function tracedEnvironment(environment: Environment, runFolder: string, probeFolder: string, preload: string | null = null): Record<string, string> {
  const traced = userEnvironment(environment);
  traced[tokenVariable] = runFolder;
  traced.PYTHONPATH = pythonPathWith(probeFolder, traced.PYTHONPATH);
  if (preload !== null) traced.NODE_OPTIONS = nodeOptionsWith(preload, traced.NODE_OPTIONS);
  return traced;
}

/** The user's PYTHONPATH with the probe's folder in front, once. */
export function pythonPathWith(probeFolder: string, path: string | undefined): string {
  const rest = path === undefined || path === '' ? [] : path.split(delimiter).filter((part) => part !== probeFolder);
  return [probeFolder, ...rest].join(delimiter);
}

/** The user's NODE_OPTIONS with the probe loaded after all that they load themselves, once. */
export function nodeOptionsWith(preload: string, options: string | undefined): string {
  const ours = `--require ${nodeOptionsWord(preload)}`;
  if (options === undefined || options.trim() === '') return ours;
  return ` ${options} `.includes(` ${ours} `) ? options : `${options} ${ours}`;
}

/** A word as Node reads it there: only a blank ends it, double quotes hold it together, and within them a backslash takes the next letter as it is. */
function nodeOptionsWord(word: string): string {
  return /[ "]/.test(word) ? `"${word.replace(/["\\]/g, '\\$&')}"` : word;
}

/** The environment without what only the launcher needed. */
export function userEnvironment(environment: Environment): Record<string, string> {
  const strip = new Set((environment[stripVariable] ?? '').split(',').filter((name) => name !== ''));
  strip.add(stripVariable);
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !strip.has(name)) own[name] = value;
  }
  return own;
}

/**
 * Where the Python probe stands.
 * @param bundleFolder the folder of the running bundle: dist.
 */
export function pythonProbeFolder(bundleFolder: string): string {
  return join(bundleFolder, 'probes', 'python');
}

/** The file that Node loads before a program; null where this installation has none. */
export function nodePreload(bundleFolder: string): string | null {
  const file = join(bundleFolder, 'probes', 'node', 'preload.cjs');
  return existsSync(file) ? file : null;
}

/** True where the probe is there: an installation without it would record only what the kernel shows. */
export function hasPythonProbe(bundleFolder: string): boolean {
  return existsSync(join(pythonProbeFolder(bundleFolder), 'sitecustomize.py'));
}

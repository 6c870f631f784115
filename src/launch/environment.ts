/**
 * The environment of a traced program: the user's own, one token, and the probe's folder in front of PYTHONPATH, where
 * Python finds our sitecustomize (which runs the user's own, if there is one, after itself).
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
 */
export function tracedEnvironment(environment: Environment, runFolder: string, probeFolder: string): Record<string, string> {
  const traced = userEnvironment(environment);
  traced[tokenVariable] = runFolder;
  const path = traced.PYTHONPATH;
  const rest = path === undefined || path === '' ? [] : path.split(delimiter).filter((part) => part !== probeFolder);
  traced.PYTHONPATH = [probeFolder, ...rest].join(delimiter);
  return traced;
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

/** True where the probe is there: an installation without it would record only what the kernel shows. */
export function hasPythonProbe(bundleFolder: string): boolean {
  return existsSync(join(pythonProbeFolder(bundleFolder), 'sitecustomize.py'));
}

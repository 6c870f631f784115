/**
 * What a debugger's launch configuration gives its program, with a run's token and the probes in it: only `env` changes, and only in a copy.
 *
 *     the type's own resolver ─► withOverlay ─► debug adapter ─► program = its surroundings, replaced name by name by `env`
 *
 * A debug adapter does not join, it replaces: a name that we set hides what the program would have had by that name. So ours stands beside what it
 * would have been, and where that comes from differs:
 *
 *                            debugpy, python                           node, pwa-node
 *     PYTHONPATH             env, else envFile, else the surroundings  env, else envFile, else the surroundings
 *     NODE_OPTIONS           env, else envFile, else the surroundings  env, else envFile: js-debug itself adds its surroundings' to it,
 *                                                                      and what stands there twice is loaded twice
 *
 * js-debug prefers `env` to envFile; the Python extension has put envFile into `env` before we are asked. A PYTHONPATH that only the terminal's shell
 * sets (.bashrc) is not known here and is lost. LD_PRELOAD stays as it is: there is no native probe.
 */
import { tokenVariable } from '../protocol/files';
import { parseEnvFile } from './envFile';
import { nodeOptionsWith, pythonPathWith, type Environment } from './environment';

/** What is put over a debugged program. */
export interface Overlay {
  /** The run's folder, absolute: the token. */
  readonly folder: string;
  /** See `pythonProbeFolder`. */
  readonly pythonProbe: string;
  /** See `nodePreload`. */
  readonly nodePreload: string | null;
}

export interface Surroundings {
  /** What the program has where `env` says nothing: the editor's own environment, with what its settings give a terminal where it runs in one. */
  readonly environment: Environment;
  /** The text of the file that `envFileOf` names; null where there is none or it can't be read. */
  readonly envFile: string | null;
}

/** A launch configuration, its variables substituted. */
export type LaunchConfiguration = Readonly<Record<string, unknown>>;

type Family = 'python' | 'node';
type Variables = Readonly<Record<string, unknown>>;

const families: ReadonlyMap<string, Family> = new Map([
  ['debugpy', 'python'],
  ['python', 'python'],
  ['node', 'node'],
  ['pwa-node', 'node'],
]);

/**
 * Whether a configuration starts a program of a kind that is traced: not one that attaches, nor what a debugger makes itself for the children of
 * a session, which have the token already.
 * @param type the type after its resolvers.
 */
export function canOverlay(type: string, config: LaunchConfiguration): boolean {
  if (!families.has(type) || config.request !== 'launch') return false;
  if (isGiven(config.__pendingTargetId) || isGiven(config.subProcessId)) return false;
  return !isGiven(config.env) || isVariables(config.env);
}

/** The path of the configuration's file of variables; null where it names none. */
export function envFileOf(config: LaunchConfiguration): string | null {
  const { envFile } = config;
  return typeof envFile === 'string' && envFile !== '' ? envFile : null;
}

/**
 * The configuration that starts the same program traced.
 * @param overlay null: off.
 * @returns the very same object where nothing is to be changed; else a copy with another `env`.
 */
export function withOverlay<T extends LaunchConfiguration>(type: string, config: T, overlay: Overlay | null, around: Surroundings): T {
  const family = families.get(type);
  if (overlay === null || family === undefined || !canOverlay(type, config)) return config;
  const env: Variables = isVariables(config.env) ? config.env : {};
  const file = around.envFile === null ? new Map<string, string>() : parseEnvFile(around.envFile);
  const user = (name: string, surroundings: string | undefined): string | undefined => {
    const own = env[name];
    if (own === null) return undefined; // Taken away on purpose.
    return own === undefined ? (file.get(name) ?? surroundings) : textOf(own);
  };
  const ours: Record<string, string> = {
    [tokenVariable]: overlay.folder,
    PYTHONPATH: pythonPathWith(overlay.pythonProbe, user('PYTHONPATH', around.environment.PYTHONPATH)),
  };
  if (overlay.nodePreload !== null) {
    ours.NODE_OPTIONS = nodeOptionsWith(overlay.nodePreload, user('NODE_OPTIONS', family === 'node' ? undefined : around.environment.NODE_OPTIONS));
  }
  if (Object.entries(ours).every(([name, value]) => env[name] === value)) return config;
  return { ...config, env: { ...env, ...ours } };
}

/** Adapters take numbers and truth values for text. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isVariables(value: unknown): value is Variables {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

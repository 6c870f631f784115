/**
 * What is not seen of a process, and why: a reader must not take what nobody looked at for what did not happen.
 *
 *     its probe says so          gaps that it wrote (gevent, uvloop, a subinterpreter …), or it turned itself off
 *     no probe has spoken        the command line and the file that the observer saw it run tell why, if anything does
 */
import { environments, gaps } from '../protocol/events';
import type { Gap, GapReason } from '../protocol/report';
import { baseName } from '../base/baseName';
import { isInterpreter, isResourceTracker, startOptions } from './commandName';
import type { Model } from './model';
import type { Process } from './process';

/** The oldest Python that the probe runs in. */
const oldest = [3, 8] as const;

const told: Readonly<Record<number, GapReason>> = {
  [gaps.gevent]: 'gevent',
  [gaps.eventlet]: 'eventlet',
  [gaps.uvloop]: 'uvloop',
  [gaps.subinterpreter]: 'subinterpreter',
  [gaps.freeThreaded]: 'free-threaded',
  [gaps.library]: 'library',
};

/** Options of Python's that keep the probe out, by their letter: -I does what the other two do. */
const closed: readonly (readonly [string, GapReason])[] = [['I', 'isolated'], ['S', 'no-site'], ['E', 'no-environment']];

/** Times are the model's. toNs: null where it lasts, or lasted to the process's end. */
export interface TimedGap extends Gap {
  readonly fromNs: number;
  readonly toNs: number | null;
}

/** True where a probe speaks from the program that the process runs now, or ran last. */
export function isCovered(process: Process): boolean {
  return process.reported && process.image?.announced !== true;
}

/** From when on none of its calls is seen: another program took its place, or its recorder turned itself off. Infinity where none is unseen. */
export function unseenFromNs(process: Process): number {
  if (!process.reported) return -Infinity;
  const replacedNs = process.image?.announced === true ? process.image.atNs : Infinity;
  return Math.min(replacedNs, process.faults[0]?.atNs ?? Infinity);
}

/** Everything that was not seen of it, in the order of time. */
export function gapsOf(model: Model, process: Process): TimedGap[] {
  const list: TimedGap[] = process.gaps.map(({ what, detail, fromNs, toNs }) => ({ reason: told[what] ?? 'no-probe', detail: model.text(detail), fromNs, toNs }));
  for (const { atNs } of process.faults) list.push({ reason: 'recorder-off', detail: null, fromNs: atNs, toNs: null });
  if (!isCovered(process)) list.push({ ...whyNoProbe(model, process), fromNs: process.image?.atNs ?? process.startNs, toNs: null });
  return list.sort((a, b) => a.fromNs - b.fromNs);
}

function whyNoProbe(model: Model, process: Process): Gap {
  const argv = model.command(process);
  const executable = model.text(process.program?.executable ?? null);
  // Who started it may have named a script: only the file itself says that it is no Python.
  if (executable !== null && !isInterpreter(executable)) return { reason: 'other-program', detail: baseName(executable) };
  const name = baseName(executable ?? argv[0] ?? '');
  if (!isInterpreter(name)) return { reason: 'no-probe', detail: null };
  if (name.startsWith('pypy')) return { reason: 'other-python', detail: name };
  const version = versionIn(name);
  if (version !== null && isTooOld(version)) return { reason: 'old-python', detail: version };
  if (isResourceTracker(argv)) return { reason: 'resource-tracker', detail: null };
  const letters = startOptions(argv);
  const option = closed.find(([letter]) => letters.includes(letter));
  if (option !== undefined) return { reason: option[1], detail: null };
  const environment = process.program?.environment;
  if (environment === environments.noToken || environment === environments.noPath) return { reason: 'environment', detail: null };
  return { reason: 'no-probe', detail: null };
}

/** Of `python3.7` 3.7; null where the name does not tell both numbers. */
function versionIn(name: string): string | null {
  return /^python(\d+\.\d+)/.exec(name)?.[1] ?? null;
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}

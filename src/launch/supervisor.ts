/**
 * Runs a program under the tracer and is not noticed: its standard streams, signals, limits and exit status are those of
 * the untraced program. When the program and everything it left behind has ended, the run is packed into one file.
 *
 *     check ─► folder ─► start ─► root ends ─► the others end ─► manifest ─► pack ─► delete folder ─► one line on stderr
 *                                               └ INT or TERM: stop recording, leave them running
 *
 * Nothing is ever written to stdout. A fault of ours after the start is said on stderr and never changes the exit status.
 */
import { spawn } from 'node:child_process';
import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ForkscopeError, messageOf } from '../base/errors';
import { packedFormat, type Manifest } from '../protocol/files';
import { tracedEnvironment, userEnvironment, type Environment } from './environment';
import { untilGone } from './leftBehind';
import { ownIdentity, type ProcessIdentity } from './processTree';
import { stdioWith } from './inherited';
import { findProgram } from './program';
import { claimsRefused, createRunFolder, removeLease, requireWritable, writeRunManifest } from './runFolder';
import { handedOn, isHandedOn, terminalPlace } from './signals';
import { spawnPlan } from './spawnPlan';

/** The kernel observer, as far as the supervisor drives it. */
export interface Observation {
  rootStarted(pid: number, command: readonly string[]): void;
  /** @param status a wait status as waitpid gives it. */
  rootEnded(pid: number, status: number): void;
  /** The run's processes that it has seen and that live. */
  alive(): ProcessIdentity[];
  /** Looks a last time and closes its files. @param allGone whether no process of the run is left. */
  stop(allGone: boolean): void;
}

/** What keeps the run's folder below a size. */
export interface DiskBounding {
  /** Resolves once it changes nothing any more. */
  stop(): Promise<void>;
}

export interface SupervisorOptions {
  readonly command: readonly string[];
  readonly directory: string;
  readonly environment: Environment;
  /** Descriptors from 3 on that the caller left open for the program. */
  readonly inherited: readonly number[];
  /** The run folder, absolute: made here; where it exists it must be empty. */
  readonly folder: string;
  /** The packed file to write, absolute. */
  readonly target: string;
  readonly probeFolder: string;
  /** The Node probe's module, or null: see `nodePreload`. */
  readonly preload: string | null;
  /** Forkscope's version. */
  readonly version: string;
  observe(folder: string, startedNs: bigint): Observation;
  /** @param manifest the run's: what is dropped is told in it, and it is written then. */
  bound(folder: string, manifest: Manifest): DiskBounding;
  pack(folder: string, target: string, manifest: Manifest): Promise<unknown>;
  /** One line on stderr. */
  say(line: string): void;
}

/** Signals that come so soon after the root's end were meant for the root. */
const sameMomentMs = 300;
const stopGraceMs = 1000;

interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * Resolves with the exit status to end with: the program's, 128 + n for signal n.
 * @throws ForkscopeError before the program has started: program-missing, program-not-executable,
 * recording-folder-unwritable, disk-full.
 */
export async function supervise(options: SupervisorOptions): Promise<number> {
  const { command, directory, folder, target } = options;
  const user = userEnvironment(options.environment);
  const program = findProgram(command[0]!, directory, user.PATH);
  requireWritable(target);
  requireEmpty(folder);
  const self = ownIdentity();
  const startedNs = process.hrtime.bigint();
  const manifest: Manifest = {
    format: packedFormat,
    forkscope: options.version,
    command: [...command],
    directory,
    startedAt: new Date().toISOString(),
    startedNs: String(startedNs),
    supervisor: self,
    root: null,
    exit: null,
    complete: false,
    droppedBytes: 0,
  };
  createRunFolder(folder, manifest, self, target);
  const relay = new SignalRelay();
  const observation = quietly(options, () => options.observe(folder, startedNs));
  const bounding = quietly(options, () => options.bound(folder, manifest));
  try {
    const end = await runProgram(options, program, relay, (pid) => {
      manifest.root = { pid };
      quietly(options, () => writeRunManifest(folder, manifest));
      quietly(options, () => observation?.rootStarted(pid, command));
    });
    const status = end.code ?? 128 + signalNumber(end.signal);
    quietly(options, () => observation?.rootEnded(manifest.root?.pid ?? 0, end.signal === null ? (status & 0xff) << 8 : signalNumber(end.signal)));
    manifest.exit = { code: end.code, signal: end.signal };
    const allGone = await waitForOthers(options, relay, observation);
    quietly(options, () => observation?.stop(allGone));
    await bounding?.stop();
    await save(options, manifest);
    return status;
  } catch (error) {
    observation?.stop(false);
    await bounding?.stop();
    deleteRunFolder(folder);
    throw error;
  } finally {
    relay.dispose();
  }
}

function runProgram(options: SupervisorOptions, program: string, relay: SignalRelay, started: (pid: number) => void): Promise<End> {
  const { command, directory, environment, folder, probeFolder, preload } = options;
  const plan = spawnPlan(program, command);
  const child = spawn(plan.program, [...plan.args], {
    stdio: stdioWith(options.inherited),
    cwd: directory,
    env: tracedEnvironment(userEnvironment(environment), folder, probeFolder, preload),
    argv0: plan.program === program ? command[0] : plan.program,
  });
  const { pid } = child;
  if (pid !== undefined) {
    relay.follow(pid);
    started(pid);
  }
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(startError(error, command[0]!)));
    child.once('exit', (code, signal) => {
      relay.rootEnded();
      resolve({ code, signal });
    });
  });
}

function startError(error: Error, name: string): ForkscopeError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') {
    return new ForkscopeError('program-missing', `${name} can't be started: the interpreter in its first line is missing.`, [name]);
  }
  return new ForkscopeError('program-not-executable', `${name} can't be started: ${messageOf(error)}.`, [name]);
}

/** Waits until nothing of the run is left (true), or until a signal says that the recording is to end. */
async function waitForOthers(options: SupervisorOptions, relay: SignalRelay, observation: Observation | undefined): Promise<boolean> {
  const left = await untilGone(options.folder, () => observation?.alive() ?? [], relay);
  if (left.length === 0) return true;
  const pids = left.map(({ pid }) => pid).join(', ');
  options.say(`recording stopped; still running without it: ${left.length === 1 ? 'process' : 'processes'} ${pids}`);
  return false;
}

async function save(options: SupervisorOptions, manifest: Manifest): Promise<void> {
  const { folder, target } = options;
  manifest.complete = !claimsRefused(folder);
  try {
    removeLease(folder);
    quietly(options, () => writeRunManifest(folder, manifest), 'silent');
    await options.pack(folder, target, manifest);
  } catch (error) {
    if (error instanceof ForkscopeError && error.code === 'recording-missing') {
      options.say(`no recording was saved: its folder ${folder} was deleted while the program ran`);
    } else {
      options.say(`the recording stays in ${folder}: ${messageOf(error)}`);
    }
    return;
  }
  deleteRunFolder(folder);
  options.say(`recording saved to ${target}`);
}

/** The program goes on whatever happens to us. */
function quietly<T>(options: SupervisorOptions, work: () => T, mode?: 'silent'): T | undefined {
  try {
    return work();
  } catch (error) {
    if (mode !== 'silent') options.say(messageOf(error));
    return undefined;
  }
}

const ownFiles = /^(run\.json|notes\.json|lease|target|.+\.new|.+\.arena|.+\.table|.+\.segment|\d+\.status)$/;

/** Deletes only what a run puts there, never a folder that holds something else. */
export function deleteRunFolder(folder: string): void {
  try {
    for (const name of readdirSync(folder)) if (ownFiles.test(name)) rmSync(join(folder, name), { force: true });
    rmdirSync(folder);
  } catch {
    // Deleted already, or something of somebody else's is in it.
  }
}

function requireEmpty(folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return; // It is made, or refused, when it is written.
  }
  if (names.length === 0) return;
  throw new ForkscopeError('recording-folder-unwritable', `${folder} is not empty: choose a new folder for the run.`, [folder]);
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : constants.signals[signal];
}

/** Hands signals on to the root while it lives; afterwards they end the recording. */
class SignalRelay {
  readonly stopped: Promise<void>;
  private readonly atStart = terminalPlace('self');
  private readonly listeners: [NodeJS.Signals, () => void][] = [];
  private root: number | null = null;
  private endedAt = Infinity;
  private over = false;
  private stop: () => void = () => undefined;

  constructor() {
    this.stopped = new Promise((resolve) => {
      this.stop = () => {
        this.over = true;
        resolve();
      };
    });
    for (const signal of handedOn) {
      const listener = (): void => this.receive(signal);
      process.on(signal, listener);
      this.listeners.push([signal, listener]);
    }
  }

  isStopped(): boolean {
    return this.over;
  }

  follow(pid: number): void {
    this.root = pid;
  }

  rootEnded(): void {
    this.root = null;
    this.endedAt = performance.now();
  }

  dispose(): void {
    for (const [signal, listener] of this.listeners) process.off(signal, listener);
  }

  private receive(signal: NodeJS.Signals): void {
    if (this.root !== null) {
      if (!isHandedOn(signal, process.pid, this.atStart, terminalPlace('self'), terminalPlace(this.root))) return;
      try {
        process.kill(this.root, signal);
      } catch {
        // It has just ended.
      }
    } else if (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'].includes(signal)) {
      if (performance.now() - this.endedAt >= sameMomentMs) this.stop();
      // A whole group is told to end: what is left of the run gets a moment to do so.
      else if (signal === 'SIGTERM' || signal === 'SIGHUP') setTimeout(this.stop, stopGraceMs).unref();
    }
  }
}

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
import { constants } from 'node:os';
import { ForkscopeError, messageOf } from '../base/errors';
import { tracedEnvironment, userEnvironment, type Environment } from './environment';
import { stdioWith } from './inherited';
import { findProgram } from './program';
import { RunKeeping, type KeepingOptions, type Watching } from './runKeeping';
import { handedOn, isHandedOn, terminalPlace } from './signals';
import { spawnPlan } from './spawnPlan';

/** The kernel observer, as far as the supervisor drives it. */
export interface Observation extends Watching {
  rootStarted(pid: number, command: readonly string[]): void;
  /** @param status a wait status as waitpid gives it. */
  rootEnded(pid: number, status: number): void;
}

export interface SupervisorOptions extends KeepingOptions<Observation> {
  readonly command: readonly string[];
  readonly environment: Environment;
  /** Descriptors from 3 on that the caller left open for the program. */
  readonly inherited: readonly number[];
  readonly probeFolder: string;
  /** The Node probe's module, or null: see `nodePreload`. */
  readonly preload: string | null;
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
  const { command, directory } = options;
  const user = userEnvironment(options.environment);
  const program = findProgram(command[0]!, directory, user.PATH);
  const run = new RunKeeping(options, command);
  const relay = new SignalRelay();
  run.watch();
  try {
    const end = await runProgram(options, program, relay, (pid) => {
      run.tell({ root: { pid } });
      run.quietly(() => run.observation?.rootStarted(pid, command));
    });
    const status = end.code ?? 128 + signalNumber(end.signal);
    const waitStatus = end.signal === null ? (status & 0xff) << 8 : signalNumber(end.signal);
    run.quietly(() => run.observation?.rootEnded(run.manifest.root?.pid ?? 0, waitStatus));
    run.manifest.exit = { code: end.code, signal: end.signal };
    await run.save(await run.untilGone(relay));
    return status;
  } catch (error) {
    await run.discard();
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

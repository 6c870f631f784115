/**
 * A program as its caller sees it: every byte it prints, and its exit status as a shell says it. The same for an untraced
 * program and for one under `forkscope record`, so that the two can be compared.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { within } from '../../probes/support/deadline';

export const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface Seen {
  readonly stdout: string;
  readonly stderr: string;
  /** 128 + n for signal n. */
  readonly status: number;
}

export interface Surroundings {
  readonly cwd?: string;
  /** Over the test's own environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What it reads; closed at once where nothing is given. */
  readonly input?: Buffer | string;
}

/** Long: other tests use the same two cores. */
const endDeadline = 60_000;
const wordDeadline = 15_000;

export class Program {
  readonly #child: ChildProcess;
  readonly #what: string;
  readonly #ended: Promise<Seen>;
  readonly #heard = new Set<() => void>();
  #stdout = '';
  #stderr = '';
  #over = false;

  constructor(command: readonly string[], surroundings: Surroundings = {}) {
    const [file = '', ...words] = command;
    this.#what = command.slice(-3).join(' ');
    const env = { ...process.env, ...surroundings.env };
    // A process group of its own, so that whatever hangs can be ended whole.
    const child = spawn(file, words, { cwd: surroundings.cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    child.stdin.on('error', () => undefined); // It may end before it has read everything.
    child.stdin.end(surroundings.input ?? '');
    // latin1: every byte counts, and every byte is shown.
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      this.#stdout += text;
      this.#heard.forEach((tell) => tell());
    });
    child.stderr.setEncoding('latin1').on('data', (text: string) => (this.#stderr += text));
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        this.#over = true;
        resolve({
          stdout: this.#stdout,
          stderr: this.#stderr,
          status: signal === null ? (code ?? -1) : 128 + constants.signals[signal],
        });
      });
    });
    this.#ended.catch(() => undefined); // Reported by whoever waits for the end.
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#what} was not started`);
    return this.#child.pid;
  }

  /** Resolves with the first group of `pattern` as soon as the output so far matches. */
  async said(pattern: RegExp): Promise<string> {
    const match = new Promise<string>((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(this.#stdout);
        if (found === null) return;
        this.#heard.delete(look);
        resolve(found[1] ?? found[0]);
      };
      this.#heard.add(look);
      look();
      this.#ended.then((seen) => reject(new Error(`it ended with ${seen.status}`)), reject);
    });
    return this.#explained(within(wordDeadline, String(pattern), match));
  }

  /** The port of a sample server's first line. */
  async port(): Promise<number> {
    return Number(await this.said(/^listening on 127\.0\.0\.1:(\d+)\n/m));
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  ended(deadline = endDeadline): Promise<Seen> {
    return this.#explained(within(deadline, 'its end', this.#ended));
  }

  /** Ends it with its whole group, where it has not ended by itself. */
  stop(): void {
    if (this.#child.pid === undefined || this.#over) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // Nothing is left.
    }
  }

  async #explained<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      this.stop();
      throw new Error(`${this.#what}: ${String(error)}\nstdout: ${this.#stdout}\nstderr: ${this.#stderr}`, { cause: error });
    }
  }
}

/** Runs a program to its end. */
export async function run(command: readonly string[], surroundings: Surroundings = {}): Promise<Seen> {
  const program = new Program(command, surroundings);
  try {
    return await program.ended();
  } finally {
    program.stop();
  }
}

/** The command that records another one into `file`. */
export function recorded(file: string, command: readonly string[]): string[] {
  return [process.execPath, cli, 'record', '-o', file, '--', ...command];
}

/** Runs forkscope itself. */
export function forkscope(...words: readonly string[]): Promise<Seen> {
  return run([process.execPath, cli, ...words]);
}

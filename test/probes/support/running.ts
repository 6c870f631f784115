/** A program under test: its output as it comes, the port it listens on, its end. Ended by force at the deadline. */

import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { within } from './deadline';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** As a shell says it: 128 + n for signal n. */
  readonly status: number;
}

const portLine = /^listening on 127\.0\.0\.1:(\d+)$/m;
const endDeadline = 15_000;

export class Running {
  readonly #child: ChildProcess;
  readonly #what: string;
  readonly #ended: Promise<Ran>;
  readonly #heard = new Set<() => void>();
  #stdout = '';
  #stderr = '';
  #over = false;

  constructor(command: readonly string[], cwd: string) {
    const [file = '', ...args] = command;
    this.#what = args.slice(-3).join(' ');
    // A process group of its own, so that whatever hangs can be ended whole.
    const child = spawn(file, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#heard.forEach((tell) => tell());
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        this.#over = true;
        const status = signal === null ? (code ?? -1) : 128 + constants.signals[signal];
        resolve({ stdout: this.#stdout, stderr: this.#stderr, status });
      });
    });
    this.#ended.catch(() => undefined); // Reported by whoever waits for the end.
  }

  /** The port of the server's first line. */
  async port(): Promise<number> {
    const line = new Promise<number>((resolve, reject) => {
      const look = (): void => {
        const port = portLine.exec(this.#stdout)?.[1];
        if (port !== undefined) {
          this.#heard.delete(look);
          resolve(Number(port));
        }
      };
      this.#heard.add(look);
      look();
      this.#ended.then(
        (ran) => reject(new Error(`${this.#what} ended with ${ran.status} before it listened:\n${ran.stderr}`)),
        reject,
      );
    });
    return this.#orStop(within(10_000, `the port line of ${this.#what}`, line));
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  ended(): Promise<Ran> {
    return this.#orStop(within(endDeadline, `the end of ${this.#what}`, this.#ended));
  }

  /** Ends it, with all its children, where it has not ended by itself. */
  stop(): void {
    if (this.#child.pid !== undefined && !this.#over) {
      try {
        process.kill(-this.#child.pid, 'SIGKILL');
      } catch {
        // Nothing is left.
      }
    }
  }

  async #orStop<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      this.stop();
      throw new Error(`${String(error)}\nstdout: ${this.#stdout}\nstderr: ${this.#stderr}`, { cause: error });
    }
  }
}

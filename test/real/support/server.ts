/** A real server or worker under test: its words on both streams, its end by a signal to the one process that was started. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { within } from '../../probes/support/deadline';

/** Long: these import half a library each, and other tests use the same two cores. */
const deadline = 60_000;

export class Server {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  readonly #heard = new Set<() => void>();
  #said = '';
  #over = false;

  constructor(
    private readonly command: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>> = {},
  ) {
    const [file = '', ...words] = command;
    const child = spawn(file, words, { cwd, env: { ...process.env, ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('latin1').on('data', (text: string) => {
        this.#said += text;
        this.#heard.forEach((tell) => tell());
      });
    }
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        this.#over = true;
        this.#heard.forEach((tell) => tell());
        resolve(signal === null ? (code ?? -1) : 128 + constants.signals[signal]);
      });
    });
    this.#ended.catch(() => undefined); // Reported by whoever waits for the end.
  }

  get words(): string {
    return this.#said;
  }

  /** Resolves with the first group of the pattern's `count`th match. */
  async said(pattern: RegExp, count = 1): Promise<string> {
    const all = new RegExp(pattern.source, 'gm');
    const found = new Promise<string>((resolve, reject) => {
      const look = (): void => {
        const match = [...this.#said.matchAll(all)][count - 1];
        if (match !== undefined) resolve(match[1] ?? match[0]);
        else if (this.#over) reject(new Error('it has ended'));
        else return;
        this.#heard.delete(look);
      };
      this.#heard.add(look);
      look();
    });
    return this.#explained(within(deadline, String(pattern), found));
  }

  /** Sends SIGTERM; its status as a shell says it. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    this.#child.kill(signal);
    return this.ended();
  }

  ended(): Promise<number> {
    return this.#explained(within(deadline, 'its end', this.#ended));
  }

  /** By force, with its group, where it has not ended. */
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
      throw new Error(`${this.command.slice(-6).join(' ')}: ${String(error)}\n${this.#said}`, { cause: error });
    }
  }
}

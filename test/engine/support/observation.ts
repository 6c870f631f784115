/** A program under the kernel observer alone: started, watched, and what was seen of it so far. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Observer } from '../../../src/engine/observer';
import type { DescriptorBudget } from '../../../src/engine/observerFiles';
import type { EventName } from '../../../src/protocol/events';
import { tokenVariable } from '../../../src/protocol/files';
import { readObserved, type Observed } from './observed';

export interface ObservationOptions {
  /** Another user to run the program as. */
  readonly user?: number;
  readonly budget?: DescriptorBudget;
}

export class Observation {
  readonly folder = mkdtempSync(join(tmpdir(), 'forkscope-observed-'));
  readonly child: ChildProcess;
  readonly observer: Observer;
  private out = '';
  private readonly lines: string[] = [];
  private isStopped = false;

  constructor(command: readonly string[], options: ObservationOptions = {}) {
    this.observer = new Observer(this.folder, process.hrtime.bigint(), options.budget);
    this.child = spawn(command[0]!, command.slice(1), {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, [tokenVariable]: this.folder },
      ...(options.user === undefined ? {} : { uid: options.user, gid: options.user }),
    });
    this.observer.rootStarted(this.pid, command);
    this.child.stdout!.on('data', (bytes: Buffer) => {
      this.out += bytes.toString();
      for (let at = this.out.indexOf('\n'); at >= 0; at = this.out.indexOf('\n')) {
        this.lines.push(this.out.slice(0, at));
        this.out = this.out.slice(at + 1);
      }
    });
    this.child.once('exit', (code, signal) => this.observer.rootEnded(this.pid, signal === null ? (code ?? 0) << 8 : 9));
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The program's next line. */
  async line(): Promise<string> {
    await this.until('the program says something', () => this.lines.length > 0);
    return this.lines.shift()!;
  }

  tell(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  async ended(): Promise<void> {
    await this.until('the program ends', () => this.child.exitCode !== null || this.child.signalCode !== null);
  }

  seen(...kinds: EventName[]): Observed[] {
    return readObserved(this.folder).filter(({ kind }) => kinds.includes(kind));
  }

  /** Waits until the observer has seen this. */
  async until<T>(what: string, find: () => T, withinMs = 30_000): Promise<T> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const found = find();
      if (found !== undefined && found !== null && found !== false) return found;
      if (Date.now() > deadline) throw new Error(`${what}: not within ${String(withinMs)} ms; seen: ${JSON.stringify(readObserved(this.folder).slice(-40))}`);
      await new Promise((next) => setTimeout(next, 20));
    }
  }

  stop(): void {
    if (!this.isStopped) this.observer.stop(false);
    this.isStopped = true;
  }

  [Symbol.dispose](): void {
    this.stop();
    this.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

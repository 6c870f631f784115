/** A run that is debugged, without a debugger: the attendant, what an editor would tell it, and a launcher that starts the program as debugpy's does. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { withOverlay } from '../../../src/launch/debugEnvironment';
import type { AttendantLine } from '../../../src/protocol/marks';
import { findPythons } from '../../probes/support/pythons';
import { eventually, type CliBundle, type Ended } from '../cliBundle';

export const python = findPythons().at(-1)!.path;

/** Like debugpy's: only the program has the configuration's environment, and the launcher collects it. */
const launcher = `
import json, os, subprocess, sys
child = subprocess.Popen(sys.argv[2:], env=dict(os.environ, **json.loads(sys.argv[1])))
print("pid", child.pid, flush=True)
print("code", child.wait() & 0xff, flush=True)
`;

export class Launched {
  readonly child: ChildProcess;
  output = '';

  constructor(command: readonly string[], environment: Readonly<Record<string, string>>) {
    this.child = spawn(python, ['-c', launcher, JSON.stringify(environment), ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child.stdout!.on('data', (text: Buffer) => (this.output += text.toString()));
  }

  async said(pattern: RegExp): Promise<string> {
    await eventually(`${pattern.source} from ${this.child.spawnargs.slice(-2).join(' ')}`, () => pattern.test(this.output), 60_000);
    return pattern.exec(this.output)![1]!;
  }

  async pid(): Promise<number> {
    return Number(await this.said(/^pid (\d+)$/m));
  }

  async code(): Promise<number> {
    return Number(await this.said(/^code (\d+)$/m));
  }

  /** Sends bytes to the server, waits for them to come back, and leaves. */
  async echo(bytes: number): Promise<void> {
    const port = Number(await this.said(/listening on [^\n]*:(\d+)/));
    await new Promise<void>((resolve, reject) => {
      const socket = createConnection({ port, host: '127.0.0.1' }, () => socket.write(Buffer.alloc(bytes)));
      let back = 0;
      socket.on('data', (data) => {
        back += data.length;
        if (back >= bytes) socket.end();
      });
      socket.on('close', () => resolve()).on('error', reject);
    });
  }
}

export class Attended {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly folder: string;
  readonly file: string;
  private heard = '';

  /** @param file relative to the bundle's folder. */
  constructor(
    private readonly bundle: CliBundle,
    file: string,
  ) {
    this.file = bundle.path(file);
    this.folder = `${this.file}.run`;
    const { child, ended } = bundle.start(['attend', '--folder', this.folder, '-o', this.file], { detached: true });
    this.child = child;
    this.ended = ended;
    child.stdin!.on('error', () => undefined);
    child.stdout!.on('data', (text: Buffer) => (this.heard += text.toString()));
  }

  async ready(): Promise<this> {
    await eventually('the attendant is ready', () => this.heard === 'ready\n', 60_000);
    return this;
  }

  say(...lines: readonly AttendantLine[]): void {
    for (const line of lines) this.child.stdin!.write(`${JSON.stringify(line)}\n`);
  }

  /** What a debugger would start. */
  launch(...command: readonly string[]): Launched {
    const overlay = { folder: this.folder, pythonProbe: this.bundle.path('dist/probes/python'), nodePreload: null };
    const config = { type: 'debugpy', request: 'launch', env: { OWN: '1' } };
    const { env } = withOverlay('debugpy', config, overlay, { environment: {}, envFile: null });
    return new Launched(command, env);
  }
}

/** The present, as the editor takes it. */
export function now(): string {
  return String(process.hrtime.bigint());
}

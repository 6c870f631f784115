/** The command line, bundled from the sources as the build does, in a folder of its own: tests don't depend on dist. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { statFields } from '../../src/base/procStat';
import type { Report } from '../../src/protocol/report';

const root = resolve(import.meta.dirname, '../..');

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export class CliBundle {
  readonly folder = mkdtempSync(join(tmpdir(), 'forkscope-cli-'));
  readonly cli = join(this.folder, 'dist', 'cli.js');

  constructor() {
    const outfile = this.cli;
    buildSync({ entryPoints: [join(root, 'src/cli.ts')], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' });
    cpSync(join(root, 'src/probes/python'), join(this.folder, 'dist/probes/python'), { recursive: true });
    cpSync(join(root, 'package.json'), join(this.folder, 'package.json'));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  start(args: readonly string[], options: SpawnOptions = {}): { child: ChildProcess; ended: Promise<Ended> } {
    const child = spawn(process.execPath, [this.cli, ...args], { cwd: this.folder, stdio: 'pipe', ...options });
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
    const ended = new Promise<Ended>((done) => child.once('close', (code, signal) => done({ code, signal, stdout, stderr })));
    return { child, ended };
  }

  run(args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
    const { child, ended } = this.start(args, options);
    child.stdin?.end();
    return ended;
  }

  async report(file: string): Promise<Report> {
    const { code, stdout, stderr } = await this.run(['report', file, '--json']);
    if (code !== 0) throw new Error(`report of ${file} failed: ${stderr}`);
    return JSON.parse(stdout) as Report;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits for a condition; fails with what was awaited. */
export async function eventually(what: string, holds: () => boolean, withinMs = 20_000): Promise<void> {
  const until = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`${what}: not within ${String(withinMs)} ms`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** True where that pid is there and not a zombie. */
export function isRunning(pid: number): boolean {
  try {
    const [state] = statFields(readFileSync(`/proc/${String(pid)}/stat`, 'latin1'));
    return state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}

/**
 * The attendant of a run that is debugged, as the editor has it: a process of its own that keeps the run's folder, observes it and packs it
 * at its end, and to which the editor tells what the debugger says. It outlives the window; that its input ends tells it so.
 *
 * Nothing of it may hinder debugging: where it does not come up in time, or goes away, there is no recording, and that is all.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Disposable } from '../../base/disposable';
import { messageOf } from '../../base/errors';
import { isAlive, readStat, type ProcessIdentity } from '../../launch/processTree';
import { attendantReady, type AttendantLine } from '../../protocol/marks';
import { tokenVariable } from '../../protocol/files';
import type { TerminalCommand } from '../terminalTask';

/** A program is not kept waiting for longer than this. */
const readyMs = 3000;

export class Attendant implements Disposable {
  private constructor(
    private readonly child: ChildProcess,
    private readonly identity: ProcessIdentity,
  ) {}

  /**
   * Resolves once the run's folder stands and the program may start. Rejects with what hinders it, after 3 s at the latest.
   * @param warn gets what it says on its standard error.
   */
  static async start(command: TerminalCommand, directory: string, warn: (line: string) => void): Promise<Attendant> {
    // Where the editor itself was started in a traced terminal: the attendant is no part of that run.
    const env = { ...process.env, ...command.env, [tokenVariable]: undefined };
    const child = spawn(command.program, [...command.args], { cwd: directory, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', (error) => warn(messageOf(error)));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-1000);
      for (const line of text.split('\n')) if (line !== '') warn(line);
    });
    try {
      await isReady(child, () => said.trim());
      const stat = readStat(child.pid!);
      if (stat === null) throw new Error(said.trim());
      child.unref();
      return new Attendant(child, stat);
    } catch (error) {
      // One that comes up later must not begin to record what runs untraced by then.
      child.stdin.end(`${JSON.stringify({ kind: 'cancel' } satisfies AttendantLine)}\n`);
      throw error;
    }
  }

  tell(line: AttendantLine): void {
    if (this.child.stdin?.writable === true) this.child.stdin.write(`${JSON.stringify(line)}\n`);
  }

  isAlive(): boolean {
    return isAlive(this.identity);
  }

  /** The editor has nothing more to tell. */
  dispose(): void {
    this.child.stdin?.end();
  }
}

function isReady(child: ChildProcess, why: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const timer = setTimeout(() => reject(new Error(`no answer within ${readyMs / 1000} s`)), readyMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    child.once('error', fail);
    child.once('exit', (code, signal) => fail(new Error(why() || `ended with ${signal ?? code ?? '?'}`)));
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (heard.split('\n')[0] !== attendantReady || !heard.includes('\n')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

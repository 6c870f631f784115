/**
 * From "trace this" to a run that is drawn, and from "stop" to nothing left behind.
 *
 * The program's supervisor is our own command line in a terminal; it shares nothing with us but the run's folder. So a
 * window that is reloaded finds its runs again (`adopt`), and a supervisor that dies leaves a recording that opens.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../base/errors';
import { releasePlace, type RunPlace } from '../launch/runPlace';
import { manifestFile } from '../protocol/files';
import { recordingsToKeep } from './configuration';
import { packLeftover, startCommand, stopRun } from './launching';
import { manageTrust, report, UserProblem, sentenceFor } from './problems';
import type { Recordings } from './recordings';
import type { LaunchSpec, Run } from './run';
import type { Runs } from './runs';
import { runInTerminal, type TerminalRun } from './terminalTask';

/** A program that ends faster than this with an error, and has served nobody, has most likely not begun; a slow machine included. */
const atOnceMs = 3000;
/** How long the supervisor may take to pack the recording after its program has ended. */
const packingMs = 20_000;

/** A run that an earlier window has started and that still grows. */
export interface LiveRun {
  readonly launch: LaunchSpec;
  readonly place: RunPlace;
  /** Whether somebody is there who will pack it. */
  isSupervised(): boolean;
}

export interface TracerContext {
  readonly extensionUri: vscode.Uri;
  readonly runs: Runs;
  readonly recordings: () => Recordings;
  readonly log: vscode.LogOutputChannel;
  /** Shows a run that begins. */
  reveal(run: Run): Promise<void>;
}

export class Tracer {
  private readonly terminals = new WeakMap<Run, TerminalRun>();

  constructor(private readonly context: TracerContext) {}

  /** Starts a program under the tracer. Rejects with what hinders it; resolves when its terminal runs. */
  async start(spec: LaunchSpec): Promise<Run> {
    requireTrust();
    const { runs, log } = this.context;
    const recordings = this.context.recordings();
    await recordings.prepare();
    const place = recordings.claim(spec.title);
    const run = runs.add(spec, { kind: 'folder', path: place.folder }, place.file, 'starting');
    try {
      await this.context.reveal(run);
      const began = Date.now();
      const terminal = await runInTerminal(spec, startCommand(this.context.extensionUri, place, spec.command));
      log.info(`Tracing ${spec.command.join(' ')} in ${spec.directory}; recording: ${place.file}`);
      this.terminals.set(run, terminal);
      void this.follow(run, terminal, began);
      return run;
    } catch (error) {
      runs.close(run);
      releasePlace(place);
      throw error;
    }
  }

  /** Ends the run's whole process tree and waits until its recording is packed. */
  async stop(run: Run): Promise<void> {
    const folder = run.folder;
    if (!run.isLive || folder === null) return;
    run.setStatus('stopping');
    const title = vscode.l10n.t('Stopping {0}…', run.title);
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, async () => {
      try {
        await stopRun(folder);
      } catch (error) {
        report(error, this.context.log);
      }
      if (await ends(run, packingMs)) return;
      this.context.log.warn(`${run.title}: its supervisor did not end within ${packingMs / 1000} s and is ended by force.`);
      this.terminals.get(run)?.terminate();
      await ends(run, 2000);
      run.setStatus('ended');
    });
  }

  /** Stops where it still runs, then starts the same program again. */
  async restart(run: Run): Promise<Run> {
    const { launch } = run;
    if (launch === null) throw new UserProblem(vscode.l10n.t("A recording that was opened can't be started again; trace its program instead."));
    await this.stop(run);
    return this.start(launch);
  }

  /**
   * Follows runs that grow without us: an earlier window's, a task's, a terminal's, a debugger's. Those that are followed already are left out.
   * @param listed is told of each one at once, before it is read.
   */
  async adopt(found: readonly LiveRun[], listed?: (run: Run) => void): Promise<Run[]> {
    const { runs, log } = this.context;
    const adopted: Run[] = [];
    for (const live of found) {
      const { folder, file } = live.place;
      if (runs.find(folder) !== undefined) continue;
      log.info(`Following ${folder} again`);
      const run = runs.add(live.launch, { kind: 'folder', path: folder }, file, 'running');
      adopted.push(run);
      listed?.(run);
      const listener = run.onUpdate(({ info }) => {
        if (info.state !== 'ended') return;
        listener.dispose();
        void this.finishAdopted(run, live);
      });
      await run.read(run.source).catch((error: unknown) => log.warn(`${run.title}: ${messageOf(error)}`));
    }
    return adopted;
  }

  /** Its terminal is another window's, so that only its files say when it is over. */
  private async finishAdopted(run: Run, live: LiveRun): Promise<void> {
    await appears(run.file, () => !live.isSupervised());
    await this.settle(run);
    run.setStatus('ended');
  }

  private async follow(run: Run, terminal: TerminalRun, began: number): Promise<void> {
    let code: number | undefined;
    let over = false;
    const ended = terminal.ended.then((value) => {
      code = value;
      over = true;
    });
    if (run.folder !== null && (await appears(join(run.folder, manifestFile), () => over))) {
      await run.read(run.source).catch((error: unknown) => this.context.log.warn(`${run.title}: ${messageOf(error)}`));
      if (run.status === 'starting') run.setStatus('running');
    }
    await ended;
    await this.finish(run, code, Date.now() - began);
  }

  private async finish(run: Run, code: number | undefined, lastedMs: number): Promise<void> {
    const { log, runs } = this.context;
    log.info(`${run.title} ended with ${code ?? 'an unknown code'}`);
    // A terminal that was closed takes only the supervisor with it; nothing may stay behind.
    if (run.folder !== null) await stopRun(run.folder).catch((error: unknown) => log.warn(messageOf(error)));
    const { folder, file } = run;
    await this.settle(run);
    // Where the supervisor never began.
    if (folder !== null) releasePlace({ folder, file });
    run.setStatus('ended');
    const unasked = code !== undefined && !run.wasStopped && (run.exit?.signal ?? null) === null;
    if (unasked && code !== 0 && didNothing(run, lastedMs)) this.sayEndedAtOnce(run, code);
    const removed = await this.context.recordings().prune(recordingsToKeep(), runs.paths());
    if (removed > 0) log.info(`${removed} old recordings were removed`);
  }

  /** After a run's end: from now on its recording is the packed file. */
  private async settle(run: Run): Promise<void> {
    try {
      if (!existsSync(run.file)) await packLeftover(run);
      else if (run.isRead) run.packed({ kind: 'file', path: run.file });
      else await run.read({ kind: 'file', path: run.file });
    } catch (error) {
      this.context.log.warn(`${run.file}: ${messageOf(error)}`);
    }
  }

  private sayEndedAtOnce(run: Run, code: number): void {
    const why = run.problem === null ? '' : ` ${sentenceFor(run.problem, run.rows.size > 0)}`;
    const message = vscode.l10n.t('{0} ended at once with exit code {1}; its terminal says why.', run.title, code) + why;
    const show = vscode.l10n.t('Show Terminal');
    void vscode.window.showErrorMessage(message, show).then((answer) => {
      if (answer === show) void vscode.commands.executeCommand('workbench.action.terminal.focus');
    });
  }
}

/** Whether the program ended before it did anything that one could look at. Its own time counts, not the terminal's. */
function didNothing(run: Run, lastedMs: number): boolean {
  const recorded = run.rows.info === null ? lastedMs : run.rows.info.nowNs / 1e6;
  const served = [...run.rows.all()].some((row) => row.kind === 'listener' || row.kind === 'connection');
  return recorded < atOnceMs && !served;
}

/** Viewing is harmless, running a folder's code is not: without trust nothing is started. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserProblem(
    vscode.l10n.t('This workspace is not trusted, so Forkscope runs no program from it; recordings can be opened all the same.'),
    [manageTrust()],
  );
}

/** Waits until `path` exists; false where `over` came first. */
async function appears(path: string, over: () => boolean): Promise<boolean> {
  while (!existsSync(path)) {
    if (over()) return existsSync(path);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** True when the run has ended within the time. */
function ends(run: Run, withinMs: number): Promise<boolean> {
  if (!run.isLive) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      listener.dispose();
      resolve(false);
    }, withinMs);
    const listener = run.onStatus((status) => {
      if (status !== 'ended') return;
      clearTimeout(timer);
      listener.dispose();
      resolve(true);
    });
  });
}

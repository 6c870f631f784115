/**
 * Which debug session belongs to which run, and the run in the window: it is listed when its first session begins, and lasts until the
 * attendant has packed it.
 *
 * A session is known by the run's folder in its configuration's environment (the token), a child session by its parent. Sessions without
 * one are nobody's: nothing is heard of them.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { messageOf } from '../../base/errors';
import { runProcesses, stopTree } from '../../launch/processTree';
import type { RunPlace } from '../../launch/runPlace';
import { tokenVariable } from '../../protocol/files';
import { stopGraceMs } from '../configuration';
import type { LaunchSpec, Run } from '../run';
import type { Runs } from '../runs';
import type { Tracer } from '../tracer';
import { fields, whole } from './adapterMessages';
import type { Attendant } from './attendant';
import { DebugRun, type SessionEntry } from './debugRun';
import { nativeThread } from './threads';
import { tracedThreads } from './tracedRows';

/** A run that a debugger is about to start. */
export interface DebugStart {
  readonly place: RunPlace;
  readonly spec: LaunchSpec;
  readonly attendant: Attendant;
  readonly folder: vscode.WorkspaceFolder | undefined;
  /** The configuration without ours in it: what starts the same again. */
  readonly configuration: vscode.DebugConfiguration;
}

/** A run that is, or was, debugged. */
export interface DebuggedRun extends DebugStart {
  readonly debug: DebugRun;
  /** Null until its first session has begun. */
  run: Run | null;
  /** The sessions' own objects, by their ids. */
  readonly sessions: Map<string, vscode.DebugSession>;
  /** It is ended from our side: nobody is asked about what is left. */
  ending: boolean;
}

export interface DebugRunsContext {
  readonly runs: Runs;
  readonly tracer: Tracer;
  readonly log: vscode.LogOutputChannel;
  reveal(run: Run): Promise<void>;
}

/** What was a child of the program has a moment to end with it. */
const leftoverMs = 1500;

export class DebugRuns implements Disposable {
  private readonly store = new DisposableStore();
  private readonly byFolder = new Map<string, DebuggedRun>();
  private readonly bySession = new Map<string, DebuggedRun>();
  private readonly changes = this.store.add(new vscode.EventEmitter<DebuggedRun>());
  /** Sessions came or went, or one of them knows more. */
  readonly onDidChange = this.changes.event;

  constructor(private readonly context: DebugRunsContext) {
    this.store.add(vscode.debug.onDidTerminateDebugSession((session) => this.guarded(() => this.ended(session))));
    this.store.add(context.runs.onUpdate(({ run }) => this.guarded(() => this.ofRun(run)?.debug.look())));
    this.store.add(context.runs.onList(() => {
      for (const [folder, { run, debug }] of this.byFolder) {
        if (run !== null && debug.isOver && !context.runs.all.includes(run)) this.byFolder.delete(folder);
      }
    }));
  }

  /** A program is about to be started with the run's folder in its environment. */
  expect(start: DebugStart): void {
    const { attendant } = start;
    const debug: DebugRun = new DebugRun({
      tell: (line) => attendant.tell(line),
      now: () => String(process.hrtime.bigint()),
      nativeThread: (type, name) => (pid, _, called) => nativeThread(type, name, pid, called, debugged.run === null ? [] : tracedThreads(debugged.run, pid)),
      onEnd: (stoppedByHand) => {
        if (stoppedByHand && !debugged.ending) setTimeout(() => void this.askForLeftovers(debugged), leftoverMs);
      },
      after: (ms, work) => void setTimeout(() => this.guarded(work), ms),
    });
    const debugged: DebuggedRun = { ...start, debug, run: null, sessions: new Map(), ending: false };
    this.byFolder.set(start.place.folder, debugged);
  }

  /** The run that a session belongs to. */
  of(session: vscode.DebugSession): DebuggedRun | undefined {
    const parent = session.parentSession === undefined ? undefined : this.of(session.parentSession);
    if (parent !== undefined) return parent;
    const token = fields(session.configuration.env)[tokenVariable];
    return typeof token === 'string' ? this.byFolder.get(token) : undefined;
  }

  ofRun(run: Run): DebuggedRun | undefined {
    for (const each of this.byFolder.values()) if (each.run === run) return each;
    return undefined;
  }

  /** Those in the window. */
  get listed(): Run[] {
    return [...this.byFolder.values()].flatMap(({ run }) => run ?? []);
  }

  /** An adapter of one of our sessions begins. */
  begin(debugged: DebuggedRun, session: vscode.DebugSession): SessionEntry {
    const before = this.bySession.get(session.id);
    // Its configuration was resolved again: it begins anew in a run of its own.
    if (before !== undefined && before !== debugged) before.debug.finish();
    this.bySession.set(session.id, debugged);
    debugged.sessions.set(session.id, session);
    const { type, name, parentSession, configuration } = session;
    const entry = debugged.debug.begin({ id: session.id, parent: parentSession?.id ?? null, type, name, process: whole(configuration.subProcessId) ?? whole(configuration.processId), noDebug: configuration.noDebug === true });
    if (debugged.run === null) this.list(debugged);
    this.changes.fire(debugged);
    return entry;
  }

  /** Something was heard of it. */
  changed(debugged: DebuggedRun): void {
    this.changes.fire(debugged);
  }

  /** Ends the debugger of a run that is debugged, and says whether there was one. What is left is the caller's. */
  async stop(run: Run): Promise<boolean> {
    const debugged = this.ofRun(run);
    const root = debugged === undefined ? undefined : liveRoot(debugged);
    if (debugged === undefined || root === undefined) return false;
    debugged.ending = true;
    await vscode.debug.stopDebugging(root);
    return true;
  }

  /** Debugs the same program again; false where it was no debugger's. */
  async restart(run: Run): Promise<boolean> {
    const debugged = this.ofRun(run);
    if (debugged === undefined) return false;
    const { folder, configuration } = debugged;
    if (await this.stop(run)) await this.context.tracer.stop(run);
    await vscode.debug.startDebugging(folder, { ...configuration, forkscope: true });
    return true;
  }

  guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      // Somebody debugs: what goes wrong here is for the log alone.
      this.context.log.error(error instanceof Error ? error : messageOf(error));
    }
  }

  dispose(): void {
    for (const { attendant } of this.byFolder.values()) attendant.dispose();
    this.store.dispose();
  }

  private list(debugged: DebuggedRun): void {
    const { place, spec, attendant } = debugged;
    const { tracer, log, reveal } = this.context;
    const adopting = tracer.adopt([{ launch: spec, place, isSupervised: () => attendant.isAlive() }], (run) => {
      debugged.run = run;
      this.changes.fire(debugged);
      void reveal(run).catch((error: unknown) => log.warn(messageOf(error)));
    });
    void adopting.catch((error: unknown) => log.warn(messageOf(error)));
  }

  private ended(session: vscode.DebugSession): void {
    const debugged = this.bySession.get(session.id);
    const entry = debugged?.debug.session(session.id);
    if (debugged === undefined || entry === undefined) return;
    debugged.debug.end(entry);
    this.changes.fire(debugged);
  }

  /** debugpy ends the program's process group; a child that left it, or that nobody debugged, lives on. */
  private async askForLeftovers({ place, spec }: DebuggedRun): Promise<void> {
    const left = runProcesses(place.folder);
    if (left.length === 0) return;
    const end = left.length === 1 ? vscode.l10n.t('End It') : vscode.l10n.t('End Them');
    const question =
      left.length === 1
        ? vscode.l10n.t('The debugger has ended, and process {0} of {1} still runs.', String(left[0]!.pid), spec.title)
        : vscode.l10n.t('The debugger has ended, and {0} processes of {1} still run.', left.length, spec.title);
    const answer = await vscode.window.showWarningMessage(question, end, vscode.l10n.t('Leave Running'));
    if (answer === end) await stopTree(place.folder, { graceMs: stopGraceMs() });
  }
}

/** The session that stands for the whole run, while it lives. */
export function liveRoot({ debug, sessions }: DebuggedRun): vscode.DebugSession | undefined {
  const root = debug.rootSession;
  return root?.live === true ? sessions.get(root.facts.id) : undefined;
}

/**
 * Which processes of a run that is debugged have a debug session, and which the debugger did not follow: its settings say so, or their
 * interpreter was started in a way that it does not know. Those run past every breakpoint, which looks as if breakpoints were broken.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { gdbTrouble } from '../../launch/gdbTrouble';
import type { ProcessRow, Row } from '../../protocol/rows';
import { UserProblem } from '../problems';
import type { Run } from '../run';
import type { DebugState } from '../treeItems';
import { liveRoot, type DebugRuns } from './debugRuns';

/** A session of its own takes a child a second or two. */
const patienceNs = 3e9;
const lookMs = 1000;

export class Followed implements Disposable {
  private readonly store = new DisposableStore();
  private readonly shown = new WeakMap<Run, Map<string, DebugState>>();

  constructor(
    private readonly debugRuns: DebugRuns,
    private readonly changed: (run: Run, row: string) => void,
  ) {
    // That a second has passed without a session is nobody's news.
    const timer = setInterval(() => debugRuns.guarded(() => this.look()), lookMs);
    this.store.add({ dispose: () => clearInterval(timer) });
  }

  /** Of a row that is no process: whether it lives in a run that is debugged. */
  stateOf(run: Run, row: Row): DebugState {
    const debugged = this.debugRuns.ofRun(run);
    const root = debugged?.debug.rootSession;
    if (debugged === undefined || root?.live !== true || root.facts.noDebug || row.endNs !== null) return null;
    if (row.kind !== 'process') return row.kind === 'listener' ? null : 'debugged';
    if (debugged.debug.ofProcess(row.pid) !== undefined) return 'debugged';
    const nowNs = run.rows.info?.nowNs ?? 0;
    return row.covered && nowNs - row.startNs >= patienceNs && !isHelper(row) ? 'unfollowed' : null;
  }

  /** Processes that the debugger did not follow. */
  unfollowed(run: Run): string[] {
    return [...run.rows.all()].filter((row) => row.kind === 'process' && this.stateOf(run, row) === 'unfollowed').map(({ id }) => id);
  }

  dispose(): void {
    this.store.dispose();
  }

  private look(): void {
    for (const run of this.debugRuns.listed) {
      const shown = this.shown.get(run) ?? new Map<string, DebugState>();
      this.shown.set(run, shown);
      for (const row of run.rows.all()) {
        if (row.kind !== 'process') continue;
        const state = this.stateOf(run, row);
        if (state === (shown.get(row.id) ?? null)) continue;
        shown.set(row.id, state);
        this.changed(run, row.id);
      }
    }
  }
}

/** Starts a debug session for a process that has none, as a child of the run's; where gdb can't enter processes the process is left alone, and it is said why. */
export async function attachDebugger(debugRuns: DebugRuns, run: Run, row: ProcessRow): Promise<void> {
  const debugged = debugRuns.ofRun(run);
  const root = debugged === undefined ? undefined : liveRoot(debugged);
  if (debugged === undefined || root === undefined) throw new UserProblem(vscode.l10n.t('{0} is not being debugged any more.', run.title));
  if (root.type !== 'debugpy' && root.type !== 'python') throw new UserProblem(vscode.l10n.t('Only a Python process can be attached to from here.'));
  const attach = vscode.l10n.t('Attach');
  const detail = vscode.l10n.t('debugpy puts itself into the running process {0}: that needs gdb, and the right to trace processes of yours (kernel.yama.ptrace_scope 0, or root).', String(row.pid));
  if ((await vscode.window.showInformationMessage(detail, attach)) !== attach) return;
  const trouble = process.platform === 'linux' ? await gdbTrouble() : null;
  if (trouble !== null) throw new UserProblem(vscode.l10n.t('Process {0} was left alone, because gdb can’t enter a running process on this machine: {1}', String(row.pid), trouble));
  const name = vscode.l10n.t('Process {0}', String(row.pid));
  await vscode.debug.startDebugging(debugged.folder, { type: root.type, request: 'attach', name, processId: row.pid }, { parentSession: root });
}

/** multiprocessing's own: nobody debugs it. */
function isHelper({ command }: ProcessRow): boolean {
  return command.some((word) => word.includes('multiprocessing.resource_tracker') || word.includes('multiprocessing.forkserver'));
}

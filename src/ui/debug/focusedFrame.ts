/**
 * The frame that the debugger shows selects the lane of its thread, in the panel, the sidebar and the editor alike.
 *
 * Who the thread is says its name, where that is unique in its process. Else it is asked itself, in the frame that is shown: only there, since
 * every question runs code in the program.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { whole } from './adapterMessages';
import type { Run } from '../run';
import type { DebuggedRun, DebugRuns } from './debugRuns';
import { askForNative, nativeFromAnswer } from './threads';
import { processRow, threadRow, threadRows } from './tracedRows';

type StackItem = vscode.DebugThread | vscode.DebugStackFrame;

/** Of how many looks for a lane that is not there yet: a thread's first records may be on their way. */
const mostLooks = 40;
const againMs = 250;

export class FocusedFrame implements Disposable {
  private readonly store = new DisposableStore();
  /** Counts what was focused: an answer that comes later than the next one is not used. */
  private turn = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly debugRuns: DebugRuns,
    private readonly select: (run: Run, row: string) => void,
  ) {
    this.store.add(vscode.debug.onDidChangeActiveStackItem((item) => this.focused(item)));
    this.store.add({ dispose: () => clearTimeout(this.timer) });
  }

  dispose(): void {
    this.store.dispose();
  }

  private focused(item: StackItem | undefined): void {
    const turn = ++this.turn;
    clearTimeout(this.timer);
    // A thread alone is what runs, or what the editor falls back to: nobody chose it.
    if (!(item instanceof vscode.DebugStackFrame)) return;
    const debugged = this.debugRuns.of(item.session);
    if (debugged === undefined) return;
    void this.ask(debugged, item).then(() => this.show(turn, debugged, item, mostLooks));
  }

  private async ask(debugged: DebuggedRun, { session, threadId, frameId }: vscode.DebugStackFrame): Promise<void> {
    const entry = debugged.debug.session(session.id);
    const expression = askForNative(session.type);
    if (entry === undefined || expression === null || whole(threadId) === null || entry.machine.threadOf(threadId) !== null) return;
    try {
      const { result } = (await session.customRequest('evaluate', { expression, frameId, context: 'repl' })) as { result?: unknown };
      const native = nativeFromAnswer(result);
      if (native !== null) debugged.debug.learn(entry, threadId, native);
    } catch {
      // It runs on already, or its Python is older than the question.
    }
  }

  private show(turn: number, debugged: DebuggedRun, item: vscode.DebugStackFrame, looks: number): void {
    if (turn !== this.turn) return;
    const { run } = debugged;
    const row = run === null ? null : rowOf(run, debugged, item);
    if (run !== null && row !== null) this.select(run, row);
    else if (looks > 0) this.timer = setTimeout(() => this.debugRuns.guarded(() => this.show(turn, debugged, item, looks - 1)), againMs);
  }
}

/** The lane of a debugger's thread; null where there is none, or it isn't known which. */
export function rowOf(run: Run, { debug }: DebuggedRun, { session, threadId }: StackItem): string | null {
  const entry = debug.session(session.id);
  const pid = entry?.machine.process ?? null;
  if (entry === undefined || pid === null) return null;
  const native = entry.machine.threadOf(threadId);
  if (native !== null) {
    const known = threadRow(run, pid, native);
    if (known !== undefined) return known.id;
  }
  // A process of which only its main thread is recorded, as of Node, may have none of its own there.
  const process = native === pid ? processRow(run, pid) : undefined;
  return process === undefined ? null : (threadRows(run, process).find(({ main }) => main)?.id ?? process.id);
}

/**
 * Breakpoints that we set for a person: gone at their first hit, or when their run is over. VS Code keeps breakpoints in the workspace, so after a reload, when
 * nobody remembers what they were for, they are taken away by their conditions.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { isOwnCondition } from './breakConditions';
import type { DebuggedRun, DebugRuns } from './debugRuns';

interface Own {
  readonly breakpoint: vscode.SourceBreakpoint;
  readonly debugged: DebuggedRun;
  /** Stops with these marks' times were there before it. */
  readonly before: ReadonlySet<string>;
}

export class OwnBreakpoints implements Disposable {
  private readonly store = new DisposableStore();
  private readonly own = new Set<Own>();

  constructor(debugRuns: DebugRuns) {
    this.removeForgotten(vscode.debug.breakpoints);
    this.store.add(vscode.debug.onDidChangeBreakpoints(({ added, removed }) => {
      this.removeForgotten(added);
      for (const each of this.own) if (removed.includes(each.breakpoint)) this.own.delete(each);
    }));
    this.store.add(debugRuns.onDidChange((debugged) => debugRuns.guarded(() => this.look(debugged))));
  }

  /** How many there are. */
  get count(): number {
    return this.own.size;
  }

  /** The breakpoint that stands at a line already, whoever set it. */
  static at(uri: vscode.Uri, line: number): vscode.SourceBreakpoint | undefined {
    return vscode.debug.breakpoints.find(
      (each): each is vscode.SourceBreakpoint => each instanceof vscode.SourceBreakpoint && each.enabled && each.location.uri.toString() === uri.toString() && each.location.range.start.line === line - 1,
    );
  }

  /** @param line from 1. */
  add(debugged: DebuggedRun, uri: vscode.Uri, line: number, condition: string): void {
    const breakpoint = new vscode.SourceBreakpoint(new vscode.Location(uri, new vscode.Position(line - 1, 0)), true, condition);
    this.own.add({ breakpoint, debugged, before: new Set(stopsAt(debugged, uri, line)) });
    vscode.debug.addBreakpoints([breakpoint]);
  }

  dispose(): void {
    vscode.debug.removeBreakpoints([...this.own].map(({ breakpoint }) => breakpoint));
    this.store.dispose();
  }

  private look(debugged: DebuggedRun): void {
    for (const each of this.own) {
      if (each.debugged !== debugged) continue;
      const { uri, range } = each.breakpoint.location;
      if (!debugged.debug.isOver && stopsAt(debugged, uri, range.start.line + 1).every((at) => each.before.has(at))) continue;
      this.own.delete(each);
      vscode.debug.removeBreakpoints([each.breakpoint]);
    }
  }

  private removeForgotten(list: readonly vscode.Breakpoint[]): void {
    const known = new Set([...this.own].map(({ breakpoint }) => breakpoint));
    const forgotten = list.filter((each) => each instanceof vscode.SourceBreakpoint && isOwnCondition(each.condition) && !known.has(each));
    if (forgotten.length > 0) vscode.debug.removeBreakpoints(forgotten);
  }
}

/** When the run's threads were stopped by a breakpoint at this line, of stops that last. */
function stopsAt({ debug }: DebuggedRun, { fsPath }: vscode.Uri, line: number): string[] {
  return debug.sessions.flatMap(({ machine }) => machine.stops.filter((stop) => stop.reason === 'breakpoint' && stop.file === fsPath && stop.line === line).map(({ at }) => at));
}

/** Wiring of what traces while somebody debugs. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { Recordings } from '../recordings';
import type { Run } from '../run';
import { OverlayProvider } from './configurationProvider';
import { DebugRuns, type DebugRunsContext } from './debugRuns';
import { FocusedFrame } from './focusedFrame';
import { TraceQuestion } from './traceQuestion';
import { SessionTrackers } from './tracker';

export interface DebuggingContext extends DebugRunsContext {
  readonly extensionUri: vscode.Uri;
  readonly recordings: () => Recordings;
  readonly state: vscode.Memento;
  /** Selects a row wherever its run is shown. */
  select(run: Run, row: string): void;
}

export interface Debugging extends Disposable {
  readonly debugRuns: DebugRuns;
}

export function startDebuggingOverlay(context: DebuggingContext): Debugging {
  const { extensionUri, recordings, state, log } = context;
  const store = new DisposableStore();
  const debugRuns = store.add(new DebugRuns(context));
  store.add(vscode.debug.registerDebugConfigurationProvider('*', new OverlayProvider({ extensionUri, debugRuns, question: new TraceQuestion(state), recordings, log })));
  store.add(vscode.debug.registerDebugAdapterTrackerFactory('*', new SessionTrackers(debugRuns, log)));
  store.add(new FocusedFrame(debugRuns, (run, row) => context.select(run, row)));
  return { debugRuns, dispose: () => store.dispose() };
}

/** Hears what the adapters of our runs say, child sessions' too. VS Code asks before the adapter starts, and waits for the answer. */
import * as vscode from 'vscode';
import type { DebugRuns } from './debugRuns';

export class SessionTrackers implements vscode.DebugAdapterTrackerFactory {
  constructor(
    private readonly debugRuns: DebugRuns,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker | undefined {
    const { debugRuns, log } = this;
    const heard: vscode.DebugAdapterTracker = {};
    debugRuns.guarded(() => {
      const debugged = debugRuns.of(session);
      if (debugged === undefined) return;
      const { debug } = debugged;
      const entry = debugRuns.begin(debugged, session);
      Object.assign(heard, {
        onWillReceiveMessage: (message: unknown) => debugRuns.guarded(() => debug.asked(entry, message)),
        onDidSendMessage: (message: unknown) =>
          debugRuns.guarded(() => {
            debug.said(entry, message);
            debugRuns.changed(debugged);
          }),
        // VS Code tells an adapter's crash here, and the session's end on its own.
        onError: (error: Error) => log.info(`The debug adapter of ${session.name} failed: ${error.message}`),
      } satisfies vscode.DebugAdapterTracker);
    });
    return heard.onDidSendMessage === undefined ? undefined : heard;
  }
}

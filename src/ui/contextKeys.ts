/** Keeps the context keys true, so that a command is offered exactly where it applies. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import { contextKeys, type ContextKey } from './ids';
import type { Runs } from './runs';

export function keepContextKeys(runs: Runs): Disposable {
  const known = new Map<ContextKey, boolean>();
  const set = (key: ContextKey, value: boolean): void => {
    if (known.get(key) === value) return;
    known.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const update = (): void => {
    set(contextKeys.running, runs.live.length > 0);
    set(contextKeys.hasRun, runs.all.length > 0);
    set(contextKeys.canRestart, (runs.current?.launch ?? null) !== null);
  };
  update();
  const store = new DisposableStore();
  store.add(runs.onList(update));
  store.add(runs.onStatus(update));
  return store;
}

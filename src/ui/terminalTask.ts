/**
 * The terminal of a run.
 *
 * A task with a process execution, and not a terminal with a shell path: both give the program a real terminal (keyboard,
 * colours, window size), but a terminal of the second kind closes with its output when the program ends well, and a task's
 * stays to be read, tells the exit code and reuses its tab when the same program is started again.
 */
import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import { DisposableStore } from '../base/disposable';
import { taskType } from './ids';
import type { LaunchSpec } from './run';

/** A program in its terminal. */
export interface TerminalRun {
  /** The exit code as the terminal tells it; undefined where the terminal was closed under it. */
  readonly ended: Promise<number | undefined>;
  /** Closes the terminal's process by force. */
  terminate(): void;
}

export interface TerminalCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Runs of the same program at the same time need tasks of their own: VS Code takes equal definitions for one task. */
const inUse = new Set<string>();

export async function runInTerminal(spec: LaunchSpec, { program, args, env }: TerminalCommand): Promise<TerminalRun> {
  const instance = takeInstance(spec);
  const definition: vscode.TaskDefinition = { type: taskType, command: spec.command, directory: spec.directory, instance: instance.number };
  const execution = new vscode.ProcessExecution(program, [...args], { cwd: spec.directory, env: { ...env } });
  const scope = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(spec.directory)) ?? vscode.TaskScope.Workspace;
  const task = new vscode.Task(definition, scope, spec.title, 'Forkscope', execution);
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Dedicated,
    // Our own command line is of no interest; the program's output is.
    echo: false,
    focus: false,
    showReuseMessage: false,
    clear: false,
  };
  const store = new DisposableStore();
  try {
    // An end may be told before executeTask has returned.
    const early: vscode.TaskProcessEndEvent[] = [];
    const endedEarly = new Set<vscode.TaskExecution>();
    const state: { started?: vscode.TaskExecution } = {};
    let finish: (code: number | undefined) => void = () => undefined;
    const ended = new Promise<number | undefined>((resolve) => (finish = resolve));
    const finishSoon = (): unknown => setTimeout(() => finish(undefined), 500);
    void ended.then(() => {
      store.dispose();
      instance.dispose();
    });
    store.add(
      vscode.tasks.onDidEndTaskProcess((event) => {
        if (state.started === undefined) early.push(event);
        else if (event.execution === state.started) finish(event.exitCode);
      }),
    );
    store.add(
      // Comes after the above, and alone where the process could not even be started.
      vscode.tasks.onDidEndTask((event) => {
        if (state.started === undefined) endedEarly.add(event.execution);
        else if (event.execution === state.started) finishSoon();
      }),
    );
    const started = (state.started = await vscode.tasks.executeTask(task));
    for (const event of early) if (event.execution === started) finish(event.exitCode);
    if (endedEarly.has(started)) finishSoon();
    return { ended, terminate: () => started.terminate() };
  } catch (error) {
    store.dispose();
    instance.dispose();
    throw error;
  }
}

function takeInstance(spec: LaunchSpec): Disposable & { number: number } {
  for (let number = 1; ; number++) {
    const key = JSON.stringify([spec.command, spec.directory, number]);
    if (inUse.has(key)) continue;
    inUse.add(key);
    return { number, dispose: () => inUse.delete(key) };
  }
}

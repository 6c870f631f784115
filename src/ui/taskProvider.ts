/**
 * Tasks of type "forkscope": a program that a team keeps in tasks.json, traced when it is run.
 *
 *     { "type": "forkscope", "program": "server.py", "args": ["--port", "8000"] }     a Python file
 *     { "type": "forkscope", "command": ["gunicorn", "app:application"] }             any other program
 *
 * VS Code runs the task itself, as often as it likes, so its command line names a folder for recordings and no file; the
 * run is found afterwards by the process that the task runs.
 */
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import { taskType } from './ids';
import { chosenInterpreter } from './interpreter';
import { findPython, recordInto } from './launching';
import { report, UserProblem } from './problems';
import type { Recordings } from './recordings';
import { requireTrust } from './tracer';

export interface TaskContext {
  readonly extensionUri: vscode.Uri;
  readonly recordings: () => Recordings;
  readonly log: vscode.LogOutputChannel;
  /** Follows the run whose supervisor has this pid, and shows it. */
  followSupervisor(pid: number): Promise<void>;
}

/** As it stands in tasks.json: a person wrote it, so nothing about it is certain. */
interface Definition extends vscode.TaskDefinition {
  readonly program?: unknown;
  readonly args?: unknown;
  readonly command?: unknown;
  readonly directory?: unknown;
  /** Only in tasks that Forkscope itself has started. */
  readonly instance?: unknown;
}

export class TraceTaskProvider implements vscode.TaskProvider, Disposable {
  private readonly store = new DisposableStore();

  constructor(private readonly context: TaskContext) {
    this.store.add(vscode.tasks.registerTaskProvider(taskType, this));
    this.store.add(
      vscode.tasks.onDidStartTaskProcess(({ execution, processId }) => {
        const { definition } = execution.task;
        if (definition.type !== taskType || (definition as Definition).instance !== undefined) return;
        context.followSupervisor(processId).catch((error: unknown) => report(error, context.log));
      }),
    );
  }

  /** The one that needs no configuration: whatever file is open. */
  async provideTasks(): Promise<vscode.Task[]> {
    if (!vscode.workspace.isTrusted) return [];
    const definition: Definition = { type: taskType, program: '${file}' };
    const scope = vscode.workspace.workspaceFolders?.[0] ?? vscode.TaskScope.Workspace;
    const task = await this.build(definition, scope, vscode.l10n.t('trace the open file')).catch(() => null);
    return task === null ? [] : [task];
  }

  async resolveTask(task: vscode.Task): Promise<vscode.Task | undefined> {
    try {
      requireTrust();
      return await this.build(task.definition, task.scope ?? vscode.TaskScope.Workspace, task.name);
    } catch (error) {
      report(error, this.context.log);
      return undefined;
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private async build(definition: Definition, scope: vscode.WorkspaceFolder | vscode.TaskScope, name: string): Promise<vscode.Task> {
    const root = typeof scope === 'object' ? scope.uri.fsPath : (vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd());
    const directory = typeof definition.directory === 'string' && definition.directory !== '' ? definition.directory : root;
    const command = await this.command(definition, root);
    const recordings = this.context.recordings();
    await recordings.prepare();
    const { program, args, env } = recordInto(this.context.extensionUri, recordings.folder, command);
    const execution = new vscode.ProcessExecution(program, [...args], { cwd: directory.startsWith('$') || isAbsolute(directory) ? directory : join(root, directory), env: { ...env } });
    const task = new vscode.Task(definition, scope, name, 'Forkscope', execution);
    task.presentationOptions = { echo: false };
    return task;
  }

  private async command({ program, args, command }: Definition, root: string): Promise<string[]> {
    const words = textsOf(command);
    if (words !== null && words.length > 0 && program === undefined) return words;
    if (typeof program !== 'string' || program === '' || command !== undefined) {
      throw new UserProblem(vscode.l10n.t('A task of type "forkscope" needs either "program" (a Python file) or "command" (a list of words) in tasks.json.'));
    }
    const python = await findPython(await chosenInterpreter(vscode.Uri.file(root), this.context.log), root);
    return [python, program, ...(textsOf(args) ?? [])];
  }
}

/** Null where it is no list of texts. */
function textsOf(value: unknown): string[] | null {
  return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : null;
}

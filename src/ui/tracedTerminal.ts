/**
 * A terminal in which whatever is typed is traced: the person's own shell under our command line. The shell is the
 * run's root; what it starts hangs below it. Ctrl-C goes where it always goes, to the program in the foreground.
 *
 * VS Code makes a profile's terminal itself, so the run is found afterwards by the process that the terminal runs.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import { tracedTerminalId } from './ids';
import { recordInto } from './launching';
import { report } from './problems';
import type { Recordings } from './recordings';
import { requireTrust } from './tracer';

export interface TracedTerminalContext {
  readonly extensionUri: vscode.Uri;
  readonly recordings: () => Recordings;
  readonly log: vscode.LogOutputChannel;
  /** Follows the run whose supervisor has this pid, and shows it. */
  followSupervisor(pid: number): Promise<void>;
  /** Ends what is left of that run. */
  endSupervised(pid: number): Promise<void>;
}

/** Set in the terminal's options, so that ours are known among the others. */
const marker = 'FORKSCOPE_TERMINAL';

export class TracedTerminals implements vscode.TerminalProfileProvider, Disposable {
  private readonly store = new DisposableStore();

  constructor(private readonly context: TracedTerminalContext) {
    this.store.add(vscode.window.registerTerminalProfileProvider(tracedTerminalId, this));
    this.store.add(vscode.window.onDidOpenTerminal((terminal) => void this.opened(terminal)));
    this.store.add(vscode.window.onDidCloseTerminal((terminal) => void this.closed(terminal)));
  }

  /** Opens one and puts the keyboard into it. */
  async open(): Promise<void> {
    vscode.window.createTerminal(await this.options()).show();
  }

  async provideTerminalProfile(): Promise<vscode.TerminalProfile | undefined> {
    try {
      return new vscode.TerminalProfile(await this.options());
    } catch (error) {
      report(error, this.context.log);
      return undefined;
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private async options(): Promise<vscode.TerminalOptions> {
    requireTrust();
    const recordings = this.context.recordings();
    await recordings.prepare();
    const { program, args, env } = recordInto(this.context.extensionUri, recordings.folder, [vscode.env.shell]);
    return {
      name: vscode.l10n.t('Traced Terminal'),
      iconPath: new vscode.ThemeIcon('record'),
      shellPath: program,
      shellArgs: [...args],
      env: { ...env, [marker]: '1' },
      // Its run would go on without anybody who follows it.
      isTransient: true,
    };
  }

  private async opened(terminal: vscode.Terminal): Promise<void> {
    if (!isOurs(terminal)) return;
    const pid = await terminal.processId;
    if (pid !== undefined) await this.context.followSupervisor(pid).catch((error: unknown) => report(error, this.context.log));
  }

  /** With the terminal goes everything that was started in it. */
  private async closed(terminal: vscode.Terminal): Promise<void> {
    if (!isOurs(terminal)) return;
    const pid = await terminal.processId;
    if (pid !== undefined) await this.context.endSupervised(pid).catch((error: unknown) => report(error, this.context.log));
  }
}

function isOurs({ creationOptions }: vscode.Terminal): boolean {
  return 'env' in creationOptions && creationOptions.env?.[marker] === '1';
}

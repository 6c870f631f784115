/** Once in a workspace, when somebody debugs there: whether that is to be traced. Nothing waits for the answer. */
import * as vscode from 'vscode';
import { settingIds } from '../ids';

const askedKey = 'forkscope.debug.asked';

export class TraceQuestion {
  constructor(private readonly state: vscode.Memento) {}

  async ask(): Promise<void> {
    if (this.state.get<boolean>(askedKey) === true) return;
    await this.state.update(askedKey, true);
    const always = vscode.l10n.t('Always');
    const never = vscode.l10n.t('Never');
    const question = vscode.l10n.t('Forkscope can trace what you debug here: processes, threads, connections and the stops on one timeline. Do that from the next start on?');
    const answer = await vscode.window.showInformationMessage(question, always, vscode.l10n.t('Not Now'), never);
    if (answer !== always && answer !== never) return;
    const target = vscode.workspace.workspaceFolders === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
    await vscode.workspace.getConfiguration().update(settingIds.debugTrace, answer === always ? 'always' : 'never', target);
  }
}

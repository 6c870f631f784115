/**
 * "Trace Command…": one input that is a history, a suggestion and a free line at once. What is typed stands first, so
 * Enter starts exactly what one sees.
 */
import * as vscode from 'vscode';
import { joinCommand } from './splitCommand';

const historyKey = 'forkscope.commandHistory';
const historyLength = 30;

interface CommandItem extends vscode.QuickPickItem {
  readonly text: string;
}

/** The commands that were traced in this workspace, newest first. */
export class CommandHistory {
  constructor(private readonly state: vscode.Memento) {}

  get all(): readonly string[] {
    return this.state.get<string[]>(historyKey, []);
  }

  async add(text: string): Promise<void> {
    await this.state.update(historyKey, [text, ...this.all.filter((other) => other !== text)].slice(0, historyLength));
  }

  async remove(text: string): Promise<void> {
    await this.state.update(historyKey, this.all.filter((other) => other !== text));
  }
}

/** Asks for a command line; undefined where the person left. */
export function pickCommand(history: CommandHistory): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<CommandItem>();
  pick.title = vscode.l10n.t('Trace Command');
  pick.placeholder = vscode.l10n.t('A program and its arguments, for example: python3 server.py --port 9999');
  pick.matchOnDescription = true;
  const forget: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Remove from History') };
  const suggestion = suggestCommand();

  const fill = (): void => {
    const typed = pick.value.trim();
    const items: CommandItem[] = [];
    const past = history.all;
    if (typed !== '' && !past.includes(typed)) items.push({ label: `$(record) ${typed}`, text: typed, alwaysShow: true });
    items.push(...past.map((text) => ({ label: `$(history) ${text}`, text, buttons: [forget] })));
    if (suggestion !== undefined && !past.includes(suggestion)) {
      items.push({ label: `$(lightbulb) ${suggestion}`, text: suggestion, description: vscode.l10n.t('the open file') });
    }
    pick.items = items;
  };
  fill();

  return new Promise((resolve) => {
    pick.onDidChangeValue(fill);
    pick.onDidTriggerItemButton(({ item }) => void history.remove(item.text).then(fill));
    pick.onDidAccept(() => {
      const text = pick.selectedItems[0]?.text ?? pick.value.trim();
      resolve(text === '' ? undefined : text);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function suggestCommand(): string | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== 'python' || document.isUntitled) return undefined;
  return joinCommand([process.platform === 'win32' ? 'python' : 'python3', vscode.workspace.asRelativePath(document.uri, false)]);
}

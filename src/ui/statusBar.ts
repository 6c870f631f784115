/** The status bar says that something is being recorded, for how long, and how many clients are there; a click shows it. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import { clock } from './format';
import { commandIds } from './ids';
import type { Run } from './run';
import type { Runs } from './runs';

export function createStatusBarItem(runs: Runs): Disposable {
  const store = new DisposableStore();
  const item = store.add(vscode.window.createStatusBarItem('forkscope.status', vscode.StatusBarAlignment.Left, 50));
  item.name = 'Forkscope';
  let timer: NodeJS.Timeout | undefined;
  const update = (): void => {
    const [run] = runs.live;
    clearInterval(timer);
    timer = undefined;
    if (run === undefined) {
      item.hide();
      return;
    }
    show(item, run);
    item.show();
    timer = setInterval(() => show(item, run), 1000);
  };
  store.add(runs.onList(update));
  store.add(runs.onStatus(update));
  store.add({ dispose: () => clearInterval(timer) });
  update();
  return store;
}

function show(item: vscode.StatusBarItem, run: Run): void {
  const info = run.rows.info;
  const elapsed = info === null ? 0 : Math.max(info.nowNs, run.isLive ? (Date.now() - Date.parse(info.startedAt)) * 1e6 : 0);
  const connections = info?.connections ?? 0;
  const clients = connections === 1 ? vscode.l10n.t('1 connection') : vscode.l10n.t('{0} connections', connections);
  item.text = `$(record) ${clock(elapsed)} · ${clients}`;
  item.tooltip = vscode.l10n.t('Forkscope is recording {0}. Click to show it.', run.title);
  item.accessibilityInformation = { label: item.tooltip };
  item.command = { command: commandIds.showPanel, title: '', arguments: [run.key] };
}

/**
 * The panel of live runs, and the editor that a saved recording opens in: two frames around the same session.
 *
 * A new run takes over a panel whose own run has ended, so that tracing again and again does not pile up tabs; while two
 * runs live each has its own.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import type { PanelState } from '../protocol/panel';
import { opensPanelOnTrace } from './configuration';
import { panelViewType, recordingEditorType } from './ids';
import { panelHtml, panelOptions } from './panelHtml';
import { PanelSession, type PanelContext } from './panelSession';
import { recordingOf } from './recordings';
import type { Run } from './run';

export interface PanelHostContext extends PanelContext {
  /** Resolves when the runs of an earlier window are known again. */
  readonly adopted: () => Promise<void>;
}

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly session: PanelSession;
  /** A live panel is ours to reuse, a recording's editor belongs to its file. */
  readonly kind: 'live' | 'editor';
}

export class PanelHost implements vscode.WebviewPanelSerializer, vscode.CustomReadonlyEditorProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly panels = new Set<OpenPanel>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly context: PanelHostContext,
  ) {
    this.store.add(vscode.window.registerWebviewPanelSerializer(panelViewType, this));
    this.store.add(vscode.window.registerCustomEditorProvider(recordingEditorType, this, { supportsMultipleEditorsPerDocument: false }));
    this.store.add(context.runs.onUpdate(({ run }) => this.nameAfter(run)));
  }

  /** Brings the run's panel to the front, making it where there is none. */
  async show(run: Run, preserveFocus: boolean): Promise<void> {
    const open = this.find(run);
    if (open !== undefined) {
      open.panel.reveal(undefined, preserveFocus);
      return;
    }
    if (run.launch === null && run.source.kind === 'file') {
      await this.openEditor(vscode.Uri.file(run.source.path));
      return;
    }
    const free = [...this.panels].find(({ kind, session }) => kind === 'live' && session.run?.isLive !== true);
    if (free !== undefined) {
      this.follow(free, run);
      free.panel.reveal(undefined, preserveFocus);
      return;
    }
    const viewColumn = vscode.window.activeTextEditor === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
    const panel = vscode.window.createWebviewPanel(panelViewType, this.titleOf(run), { viewColumn, preserveFocus }, panelOptions(this.extensionUri));
    this.follow(this.adopt(panel, 'live'), run);
  }

  /** Shows a run that begins, where the person wants that; the keyboard stays where it is. */
  async reveal(run: Run): Promise<void> {
    if (opensPanelOnTrace()) await this.show(run, true);
  }

  /** Opens a recording's file in its editor. */
  async openEditor(uri: vscode.Uri): Promise<void> {
    await vscode.commands.executeCommand('vscode.openWith', uri, recordingEditorType);
  }

  /** Selects a row where the run is shown, bringing the panel to the front. */
  async select(run: Run, row: string): Promise<void> {
    await this.show(run, true);
    this.find(run)?.session.select(row, true);
  }

  /** Selects a row in the run's panel, where it has one. */
  async selectIfOpen(run: Run, row: string): Promise<void> {
    if (this.find(run) !== undefined) await this.select(run, row);
  }

  /** Selects a row in the run's panel, where it has one, which stays where it is: behind another editor too. */
  selectWhereShown(run: Run, row: string): void {
    this.find(run)?.session.select(row, true);
  }

  /** Which processes of it have a debugger has changed. */
  debuggersChanged(run: Run): void {
    this.find(run)?.session.tellUnfollowed();
  }

  /** The column of the run's panel, where it has one. */
  columnOf(run: Run): vscode.ViewColumn | undefined {
    return this.find(run)?.panel.viewColumn;
  }

  /** After a restart of the editor: the panel shows the run that it showed, which may still grow. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    panel.webview.options = panelOptions(this.extensionUri);
    const open = this.adopt(panel, 'live');
    const source = isPanelState(state) ? state.source : null;
    if (source === null) return;
    await this.context.adopted();
    this.follow(open, await this.context.runs.open(recordingOf(source)));
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor(document: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = panelOptions(this.extensionUri);
    const open = this.adopt(panel, 'editor');
    this.follow(open, await this.context.runs.open({ kind: 'file', path: document.uri.fsPath }));
  }

  dispose(): void {
    for (const { session } of this.panels) session.dispose();
    this.store.dispose();
  }

  private find(run: Run): OpenPanel | undefined {
    return [...this.panels].find(({ session }) => session.run === run);
  }

  private titleOf(run: Run): string {
    return vscode.l10n.t('Forkscope: {0}', run.title);
  }

  private follow(open: OpenPanel, run: Run): void {
    open.session.follow(run);
    this.nameAfter(run);
  }

  /** A recording's own title is known with its first rows. A custom editor keeps its file's name. */
  private nameAfter(run: Run): void {
    const title = this.titleOf(run);
    for (const { kind, panel, session } of this.panels) {
      if (kind === 'live' && session.run === run && panel.title !== title) panel.title = title;
    }
  }

  private adopt(panel: vscode.WebviewPanel, kind: OpenPanel['kind']): OpenPanel {
    const open: OpenPanel = { panel, kind, session: new PanelSession(panel, this.context) };
    this.panels.add(open);
    if (kind === 'live') {
      const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(this.extensionUri, 'media', `panel-${theme}.svg`);
      panel.iconPath = { light: icon('light'), dark: icon('dark') };
    }
    const listeners = new DisposableStore();
    listeners.add(
      panel.onDidChangeViewState(() => {
        open.session.visibilityChanged();
        if (panel.active && open.session.run !== null) this.context.runs.setCurrent(open.session.run);
      }),
    );
    panel.onDidDispose(() => {
      listeners.dispose();
      this.panels.delete(open);
      open.session.dispose();
    });
    panel.webview.html = panelHtml(panel.webview, this.extensionUri, panel.title);
    return open;
  }
}

function isPanelState(state: unknown): state is PanelState {
  return typeof state === 'object' && state !== null && 'source' in state && (state.source === null || typeof state.source === 'string');
}

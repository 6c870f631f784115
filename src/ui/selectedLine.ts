/**
 * The one selection in the editor: the line at which the selected row stands is marked wherever its file is open, and moves with it.
 * Nothing is opened for it: a click that opens is openSource's.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import type { SourcePosition } from '../protocol/report';
import { fileOf } from './openSource';
import type { Run } from './run';
import type { Runs } from './runs';

export class SelectedLine implements Disposable {
  private readonly store = new DisposableStore();
  private readonly mark = this.store.add(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
      borderColor: new vscode.ThemeColor('editor.rangeHighlightBorder'),
      borderStyle: 'solid',
      borderWidth: '0 0 0 3px',
      overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
      overviewRulerLane: vscode.OverviewRulerLane.Full,
    }),
  );
  private selected: { run: Run; row: string } | null = null;
  private shown: SourcePosition | null = null;

  constructor(private readonly runs: Runs) {
    this.store.add(vscode.window.onDidChangeVisibleTextEditors(() => {
      this.shown = this.site;
      this.draw();
    }));
    this.store.add(runs.onUpdate(({ run, changes }) => {
      // Where no file is in sight nothing is asked of the rows.
      if (run !== this.selected?.run || !vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === 'file')) return;
      const { all, rows } = changes();
      if (all || rows.has(this.selected.row)) this.follow();
    }));
    this.store.add(runs.onList(() => {
      if (this.selected !== null && !runs.all.includes(this.selected.run)) this.select(this.selected.run, null);
    }));
  }

  /** @param row null: nothing is selected. */
  select(run: Run, row: string | null): void {
    this.selected = row === null ? null : { run, row };
    this.follow();
  }

  /** Where the selected row stands. */
  get site(): SourcePosition | null {
    return this.selected === null ? null : (this.selected.run.rows.get(this.selected.row)?.site ?? null);
  }

  dispose(): void {
    this.store.dispose();
  }

  private follow(): void {
    const { site } = this;
    if (site?.file === this.shown?.file && site?.line === this.shown?.line) return;
    this.shown = site;
    this.draw();
  }

  private draw(): void {
    const { shown, selected } = this;
    const directory = selected?.run.rows.info?.directory ?? null;
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const here = shown !== null && document.uri.scheme === 'file' && document.uri.fsPath === fileOf(shown, directory) && shown.line >= 1 && shown.line <= document.lineCount;
      editor.setDecorations(this.mark, here ? [document.lineAt(shown.line - 1).range] : []);
    }
  }
}

/** Rows of the run that stand at this line now, or last did. */
export function rowsAt(run: Run, file: string, line: number): string[] {
  const directory = run.rows.info?.directory ?? null;
  return [...run.rows.all()].filter(({ site }) => site !== null && site.line === line && fileOf(site, directory) === file).map(({ id }) => id);
}

/** Selects what stands at the cursor's line, in the panel and the sidebar; where several do, the person says which. */
export async function selectAtCursor(runs: Runs, show: (run: Run, row: string) => Promise<void>): Promise<boolean> {
  const editor = vscode.window.activeTextEditor;
  const run = runs.current;
  if (editor === undefined || run === null) return false;
  const rows = rowsAt(run, editor.document.uri.fsPath, editor.selection.active.line + 1).flatMap((id) => run.rows.get(id) ?? []);
  const living = rows.filter(({ endNs }) => endNs === null);
  const some = living.length > 0 ? living : rows;
  const [first] = some;
  if (first === undefined) return false;
  const items = some.map((row) => ({ label: row.label, description: row.id, row: row.id }));
  const row = some.length === 1 ? first.id : (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('{0} stand at this line: which one is to be shown?', some.length) }))?.row;
  if (row !== undefined) await show(run, row);
  return true;
}

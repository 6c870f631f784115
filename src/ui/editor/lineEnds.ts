/**
 * Draws at the end of each line who stands there, and a mark in the gutter where somebody stands at this moment.
 *
 * Each different text costs the editor a style rule (200 that changed four times a second took all of the window's page), so
 * only lines in sight and around are told, in words that change seldom, and only when they have changed. A file whose text is not
 * the one that ran has none.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { ShownLine, StandingLines } from './standingLines';
import { lineEnd, lineHover } from './standingWords';

/** So many lines above and below what is in sight are drawn too: who scrolls finds them there. */
const around = 20;
/** With more lines at which somebody stands, times go by the second. */
const exactLines = 15;

export class LineEnds implements Disposable {
  private readonly store = new DisposableStore();
  private readonly ends = this.store.add(
    vscode.window.createTextEditorDecorationType({
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
      // A colour of our own: a stopped thread's line is yellow, on which what editors write beside code can't be read.
      after: { margin: '0 0 0 3em', color: new vscode.ThemeColor('forkscope.lineEndForeground'), fontStyle: 'normal' },
    }),
  );
  private readonly gutter: vscode.TextEditorDecorationType;
  /** What each editor was told last. */
  private told = new WeakMap<vscode.TextEditor, string>();
  private readonly drawn = new Map<vscode.TextEditor, number>();

  constructor(
    extensionUri: vscode.Uri,
    private readonly lines: StandingLines,
  ) {
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'media', `standing-${theme}.svg`);
    this.gutter = this.store.add(
      vscode.window.createTextEditorDecorationType({
        gutterIconSize: 'contain',
        light: { gutterIconPath: icon('light') },
        dark: { gutterIconPath: icon('dark') },
        overviewRulerColor: new vscode.ThemeColor('charts.blue'),
        overviewRulerLane: vscode.OverviewRulerLane.Left,
      }),
    );
    this.store.add(lines.onChange(() => this.draw()));
    this.store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.draw()));
    this.store.add(vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.drawIn(textEditor)));
    this.store.add(vscode.workspace.onDidChangeTextDocument(({ document }) => {
      for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) this.drawIn(editor);
    }));
    this.store.add(vscode.languages.registerHoverProvider({ scheme: 'file' }, { provideHover: (document, position) => this.hover(document, position) }));
  }

  /** How many lines are marked in the editors in sight; for tests. */
  get count(): number {
    let sum = 0;
    for (const [editor, count] of this.drawn) if (vscode.window.visibleTextEditors.includes(editor)) sum += count;
    return sum;
  }

  dispose(): void {
    this.store.dispose();
  }

  private draw(): void {
    const visible = vscode.window.visibleTextEditors;
    for (const editor of this.drawn.keys()) if (!visible.includes(editor)) this.drawn.delete(editor);
    for (const editor of visible) this.drawIn(editor);
  }

  private drawIn(editor: vscode.TextEditor): void {
    const { document } = editor;
    const ends: vscode.DecorationOptions[] = [];
    const gutter: vscode.Range[] = [];
    let said = '';
    const lines = this.linesOf(editor);
    const step = lines.filter(({ standers }) => standers.length > 0).length > exactLines ? 'second' : 'tenth';
    for (const line of lines) {
      const contentText = lineEnd(line, step);
      if (contentText === '') continue;
      const { range } = document.lineAt(line.line - 1);
      ends.push({ range: new vscode.Range(range.end, range.end), renderOptions: { after: { contentText } } });
      if (line.standers.length > 0) gutter.push(range);
      said += `${line.line} ${line.standers.length > 0 ? 'now ' : ''}${contentText}\n`;
    }
    // One that was never told anything has nothing to be taken away.
    if (said === (this.told.get(editor) ?? '')) return;
    this.told.set(editor, said);
    editor.setDecorations(this.ends, ends);
    editor.setDecorations(this.gutter, gutter);
    if (ends.length > 0) this.drawn.set(editor, ends.length);
    else this.drawn.delete(editor);
  }

  private linesOf({ document, visibleRanges }: vscode.TextEditor): ShownLine[] {
    const inSight = ({ line }: ShownLine): boolean => line <= document.lineCount && visibleRanges.some(({ start, end }) => line > start.line - around && line <= end.line + 1 + around);
    return [...(this.lines.of(document)?.values() ?? [])].filter(inSight);
  }

  /** At the line's end, where the words stand; while somebody stands there, on the whole line, which the keyboard reaches too. */
  private hover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const line = this.lines.of(document)?.get(position.line + 1);
    if (line === undefined || lineEnd(line) === '') return undefined;
    const { range } = document.lineAt(position.line);
    if (line.standers.length === 0 && position.isBefore(range.end)) return undefined;
    return new vscode.Hover(lineHover(line), range);
  }
}

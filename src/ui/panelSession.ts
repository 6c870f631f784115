/**
 * The conversation with one webview, be it the live panel or the editor of a saved recording.
 *
 * A hidden webview is thrown away by VS Code and begins anew with `ready`, so nothing is sent while it is hidden and a full
 * snapshot answers each `ready`. The run may change under it (a restart): the next snapshot shows the new one.
 */
import * as vscode from 'vscode';
import { assertNever } from '../base/assertNever';
import { DisposableStore, MutableDisposable, type Disposable } from '../base/disposable';
import { ForkscopeError, messageOf } from '../base/errors';
import type { FromPanel, ToPanel } from '../protocol/panel';
import type { Query } from '../protocol/queries';
import type { RowAction, RowActionName } from '../protocol/rowActions';
import type { Tile } from '../protocol/tile';
import type { PackedPatch } from '../protocol/tilePatch';
import { commandIds, type CommandId } from './ids';
import { openSource } from './openSource';
import { report, sentenceFor } from './problems';
import type { Run } from './run';
import { saveFile } from './saveFile';
import type { Runs } from './runs';

/** The part of a WebviewPanel that a session uses. */
export interface PanelSurface {
  readonly webview: vscode.Webview;
  readonly visible: boolean;
  readonly viewColumn: vscode.ViewColumn | undefined;
}

/** What of a debugger a panel shows, and lets a person do. */
export interface PanelDebugging {
  actions(run: Run, row: string): Promise<RowAction[]>;
  act(run: Run, row: string, action: RowActionName): Promise<void>;
  /** Processes that the debugger did not follow. */
  unfollowed(run: Run): string[];
}

/** What the session needs of the rest of the user interface. */
export interface PanelContext {
  readonly runs: Runs;
  readonly log: vscode.LogOutputChannel;
  /** The person chose a row in the panel; null: nothing is selected any more. */
  onSelect(run: Run, row: string | null): void;
  /** Absent where nobody debugs. */
  readonly debugging?: PanelDebugging;
}

const panelCommands: Record<Extract<FromPanel, { type: 'command' }>['command'], CommandId> = {
  stop: commandIds.stop,
  restart: commandIds.restart,
  saveAs: commandIds.saveRecordingAs,
  trace: commandIds.traceActiveFile,
  openRecording: commandIds.openRecording,
};

/** A panel that got nothing else for so long is told what the present is. */
const presentEveryMs = 500;

let nextPanel = 1;

export class PanelSession implements Disposable {
  /** The engine tells panels apart by it. */
  private readonly number = nextPanel++;
  private readonly store = new DisposableStore();
  private readonly following = this.store.add(new MutableDisposable<DisposableStore>());
  private current: Run | null = null;
  private ready = false;
  private wasVisible: boolean;
  /** What to select once the webview can listen. */
  private wanted: { row: string; reveal: boolean } | null = null;
  private lastProblem: string | null = null;
  private picturedAt = -Infinity;

  constructor(
    private readonly surface: PanelSurface,
    private readonly context: PanelContext,
  ) {
    this.wasVisible = surface.visible;
    this.store.add(surface.webview.onDidReceiveMessage((message: FromPanel) => void this.receive(message)));
  }

  get run(): Run | null {
    return this.current;
  }

  /** Shows `run` from now on. */
  follow(run: Run): void {
    if (run === this.current) return;
    this.current = run;
    this.lastProblem = null;
    const store = new DisposableStore();
    this.following.value = store;
    store.add(this.context.runs.show(run));
    store.add(
      run.onUpdate(({ rows }) => {
        // A panel that has said `empty` so far needs the words and the source with its first rows.
        if ('body' in rows) this.post({ type: 'rowsText', ...rows });
        else if (rows.reset) this.snapshot();
        else this.post({ type: 'rows', update: rows });
        this.tellProblem();
      }),
    );
    store.add(run.onFindings((found) => this.post({ type: 'findings', update: found })));
    store.add(run.onNews(({ panel, news }) => panel === this.number && this.postTile(news)));
    store.add(run.onChanged((nowNs) => {
      // Pictures tell the present too.
      if (performance.now() - this.picturedAt >= presentEveryMs) this.post({ type: 'changed', nowNs });
    }));
    store.add(run.onStatus(() => this.tellProblem()));
    this.snapshot();
  }

  /** The surface was shown or hidden, or got or lost the focus, which changes nothing here. */
  visibilityChanged(): void {
    const { visible } = this.surface;
    if (visible === this.wasVisible) return;
    this.wasVisible = visible;
    if (visible) this.snapshot();
    else this.ready = false;
  }

  select(row: string, reveal: boolean): void {
    if (this.listens) this.post({ type: 'select', row, reveal });
    else this.wanted = { row, reveal };
  }

  /** Which processes have a debugger has changed. */
  tellUnfollowed(): void {
    if (this.current !== null) this.post({ type: 'unfollowed', rows: this.unfollowed });
  }

  private get unfollowed(): string[] {
    return this.current === null ? [] : (this.context.debugging?.unfollowed(this.current) ?? []);
  }

  dispose(): void {
    // What is asked of the engine may be answered yet.
    this.ready = false;
    this.store.dispose();
  }

  private snapshot(): void {
    // Whoever can't hear it now says `ready` later; what is to be selected waits for that.
    if (!this.listens) return;
    const words = vscode.l10n.bundle ?? null;
    const locale = vscode.env.language;
    const update = this.current?.rows.snapshot() ?? null;
    this.post(
      update === null || this.current === null
        ? { type: 'empty', words, locale }
        : { type: 'snapshot', update, source: this.current.file, words, locale },
    );
    if (update !== null && this.current !== null) this.post({ type: 'findings', update: this.current.findings });
    // A fresh page knows of none.
    if (update !== null && this.unfollowed.length > 0) this.tellUnfollowed();
    this.lastProblem = null;
    this.tellProblem();
    if (this.wanted !== null && update !== null) {
      this.post({ type: 'select', ...this.wanted });
      this.wanted = null;
    }
  }

  /** Once each: why nothing (more) can be read, or else what is wrong with what was. */
  private tellProblem(): void {
    if (!this.listens) return;
    const { problem = null, rows } = this.current ?? {};
    const errors = problem !== null ? [problem] : (rows?.info?.problems ?? []);
    // Rows are not asked for while all is well.
    const message = [...new Set(errors.map((error) => sentenceFor(error, rows !== undefined && rows.size > 0)))].join(' ');
    if (message !== '' && message !== this.lastProblem) this.post({ type: 'problem', message, error: errors[0] ?? null });
    this.lastProblem = message;
  }

  private get listens(): boolean {
    return this.ready && this.surface.visible;
  }

  private post(message: ToPanel): void {
    if (this.listens) void this.surface.webview.postMessage(message);
  }

  /** What came from the engine goes on as it is. */
  private postTile(tile: Tile | PackedPatch | null): void {
    if (tile === null) return;
    this.picturedAt = performance.now();
    this.post('head' in tile ? { type: 'patch', ...tile } : { type: 'tile', ...tile });
  }

  /** A query is always answered: what it was asked for decides whether a person hears of a failure. */
  private async answer(run: Run | null, id: number, query: Query): Promise<void> {
    try {
      if (run === null) throw new ForkscopeError('engine-stopped', 'The recording is not open.');
      this.post({ type: 'answer', id, answer: await run.query(query) });
    } catch (error) {
      const { code, message, values } = error instanceof ForkscopeError ? error : new ForkscopeError('internal', messageOf(error));
      this.context.log.debug(`[panel] ${query.name}: ${message}`);
      this.post({ type: 'failed', id, error: { code, message, values } });
    }
  }

  private async tellActions(run: Run | null, id: number, row: string): Promise<void> {
    try {
      this.post({ type: 'answer', id, answer: run === null ? [] : ((await this.context.debugging?.actions(run, row)) ?? []) });
    } catch (error) {
      // The run is over, or its engine is being started anew: the menu has the rest of what it has.
      this.context.log.debug(`[panel] actions of ${row}: ${messageOf(error)}`);
      this.post({ type: 'answer', id, answer: [] });
    }
  }

  private async receive(message: FromPanel): Promise<void> {
    const run = this.current;
    try {
      switch (message.type) {
        case 'ready':
          this.ready = true;
          // A page begins with it off, and says so when it is not.
          if (run !== null) run.withoutStops = false;
          this.snapshot();
          return;
        case 'tile':
          // What nobody sees is not computed.
          if (run !== null && this.surface.visible) this.postTile(await run.follow(this.number, message.request));
          return;
        case 'query':
          await this.answer(run, message.id, message.query);
          return;
        case 'rowActions':
          await this.tellActions(run, message.id, message.row);
          return;
        case 'rowAction':
          if (run !== null) await this.context.debugging?.act(run, message.row, message.action);
          return;
        case 'withoutStops':
          if (run !== null) run.withoutStops = message.on;
          return;
        case 'cancelIndexing':
          await run?.cancelIndexing();
          return;
        case 'saveFile':
          await saveFile(message.name, message.content, run);
          return;
        case 'openSource':
          await openSource(message.site, run?.rows.info?.directory ?? null, this.surface.viewColumn);
          return;
        case 'select':
          if (run !== null) this.context.onSelect(run, message.row);
          return;
        case 'command':
          if (run !== null) this.context.runs.setCurrent(run);
          await vscode.commands.executeCommand(panelCommands[message.command]);
          return;
        case 'log':
          this.context.log[message.level](`[panel] ${message.message}`);
          return;
        default:
          assertNever(message);
      }
    } catch (error) {
      // A tile that fails is asked for again with the next frame: the log knows, the person is not disturbed.
      if (message.type === 'tile') {
        this.context.log.debug(error instanceof ForkscopeError ? error.message : String(error));
      } else {
        report(error, this.context.log);
      }
    }
  }
}

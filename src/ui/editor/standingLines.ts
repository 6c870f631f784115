/**
 * What stands at the lines of the files in sight, asked of the engine at most four times a second while something runs.
 *
 *     editors in sight ─┐
 *     runs              ├─► one question per run ─► merged by file and line ─► onChange
 *     the clock ────────┘
 *
 * Nothing is asked while nothing is to be seen: no file of the program's in sight, no run, or the setting off. A file whose text
 * is not the one that ran is left out: its lines are others.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { messageOf } from '../../base/errors';
import { Emitter } from '../../base/event';
import type { Standing, StandingLine, StandingRow } from '../../protocol/standing';
import { showsThreadsAtLines } from '../configuration';
import { settingIds } from '../ids';
import type { Run } from '../run';
import type { Runs } from '../runs';

const oftenMs = 250;
/** While what is in sight is no file of the program's. */
const seldomMs = 1000;

export interface Stander extends StandingRow {
  readonly run: Run;
  /** How long it has stood there, ns. */
  readonly forNs: number;
}

/** One line as all runs have it. */
export interface ShownLine extends Omit<StandingLine, 'rows'> {
  /** The longest first. */
  readonly standers: Stander[];
}

interface OpenFile {
  readonly path: string;
  readonly text: string;
}

interface Answered {
  readonly run: Run;
  readonly files: readonly OpenFile[];
  readonly standing: Standing;
}

interface ShownFile {
  readonly text: string;
  readonly lines: ReadonlyMap<number, ShownLine>;
}

export class StandingLines implements Disposable {
  private readonly store = new DisposableStore();
  private readonly emitter = this.store.add(new Emitter<undefined>());
  /** When a file was last saved here, ms on the wall's clock. */
  private readonly saved = new Map<string, number>();
  /** The text that a run's file had when it was first in sight. */
  private readonly ran = new WeakMap<Run, Map<string, string>>();
  private shown: ReadonlyMap<string, ShownFile> = new Map();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking = false;
  /** Something happened while it asked. */
  private again = false;
  private askedAt = -Infinity;
  private disposed = false;

  readonly onChange = this.emitter.event;

  constructor(
    private readonly runs: Runs,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const wake = (): void => this.wake();
    this.store.add(vscode.window.onDidChangeVisibleTextEditors(wake));
    this.store.add(runs.onList(wake));
    this.store.add(runs.onStatus(wake));
    this.store.add(runs.onUpdate(({ run }) => run.isLive || this.wake()));
    this.store.add(vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      this.saved.set(uri.fsPath, Date.now());
      this.wake();
    }));
    this.store.add(vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(settingIds.threadsAtLines) && this.wake()));
    this.wake();
  }

  /** By line, from 1; undefined where nothing is known of the text that it has now. */
  of(document: vscode.TextDocument): ReadonlyMap<number, ShownLine> | undefined {
    const file = document.uri.scheme === 'file' ? this.shown.get(document.uri.fsPath) : undefined;
    return file?.text === document.getText() ? file.lines : undefined;
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.store.dispose();
  }

  private wake(): void {
    if (this.asking) this.again = true;
    else this.askIn(0);
  }

  private askIn(ms: number): void {
    if (this.disposed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), Math.max(ms, this.askedAt + oftenMs - performance.now()));
  }

  private async ask(): Promise<void> {
    this.timer = undefined;
    this.askedAt = performance.now();
    const files = filesInSight();
    const runs = showsThreadsAtLines() && files.length > 0 ? this.asked() : [];
    this.asking = true;
    const answers = await Promise.all(runs.map((run) => this.answerOf(run, files)));
    this.asking = false;
    if (this.disposed) return;
    this.show(answers.flatMap((answer) => answer ?? []));
    const live = runs.some(({ isLive }) => isLive);
    const counting = answers.some((answer) => answer?.standing.counted === false);
    if (this.again || counting || (live && this.shown.size > 0)) this.askIn(oftenMs);
    else if (live) this.askIn(seldomMs);
    this.again = false;
  }

  /** All that live, and the one that is looked at. */
  private asked(): Run[] {
    const { live, current } = this.runs;
    return [...new Set([...live, ...(current === null ? [] : [current])])].filter(({ isRead }) => isRead);
  }

  private async answerOf(run: Run, files: readonly OpenFile[]): Promise<Answered | null> {
    const same = files.filter((file) => this.isWhatRan(run, file));
    if (same.length === 0) return null;
    try {
      const ask = { files: same.map(({ path }) => path), directory: run.rows.info?.directory ?? null };
      // The answer is that of the question's name.
      return { run, files: same, standing: (await run.query({ name: 'standing', ask })) as Standing };
    } catch (error) {
      // Closed or broken meanwhile: what is wrong is said where the run is shown.
      this.log.debug(messageOf(error));
      return null;
    }
  }

  /** A file that was saved after the run began and before it was first in sight may be another one: nobody knows. */
  private isWhatRan(run: Run, { path, text }: OpenFile): boolean {
    let texts = this.ran.get(run);
    if (texts === undefined) this.ran.set(run, (texts = new Map<string, string>()));
    const known = texts.get(path);
    if (known !== undefined) return known === text;
    if ((this.saved.get(path) ?? -Infinity) > Date.parse(run.rows.info?.startedAt ?? '')) return false;
    texts.set(path, text);
    return true;
  }

  private show(answers: readonly Answered[]): void {
    const before = this.shown;
    const shown = new Map<string, { text: string; lines: Map<number, ShownLine> }>();
    for (const { run, files, standing } of answers) {
      for (const { file, lines } of standing.files) {
        let known = shown.get(file);
        if (known === undefined) shown.set(file, (known = { text: files.find(({ path }) => path === file)!.text, lines: new Map<number, ShownLine>() }));
        for (const line of lines) known.lines.set(line.line, merged(known.lines.get(line.line), line, run, standing.nowNs));
      }
    }
    this.shown = shown;
    if (before.size > 0 || shown.size > 0) this.emitter.fire(undefined);
  }
}

function merged(before: ShownLine | undefined, line: StandingLine, run: Run, nowNs: number): ShownLine {
  const { rows, ...sums } = line;
  const standers = rows.map((row): Stander => ({ ...row, run, forNs: Math.max(0, nowNs - row.sinceNs) }));
  if (before === undefined) return { ...sums, standers };
  return {
    line: line.line,
    threads: before.threads + line.threads,
    tasks: before.tasks + line.tasks,
    standers: [...before.standers, ...standers].sort((a, b) => b.forNs - a.forNs),
    waits: before.waits + line.waits,
    waitedNs: before.waitedNs + line.waitedNs,
    longestNs: Math.max(before.longestNs, line.longestNs),
    processes: before.processes + line.processes,
    threadsStarted: before.threadsStarted + line.threadsStarted,
  };
}

function filesInSight(): OpenFile[] {
  const files = new Map<string, OpenFile>();
  for (const { document } of vscode.window.visibleTextEditors) {
    const { scheme, fsPath: path } = document.uri;
    if (scheme === 'file' && !document.isDirty) files.set(path, { path, text: document.getText() });
  }
  return [...files.values()];
}

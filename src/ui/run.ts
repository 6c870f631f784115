/**
 * One run as the user interface knows it: a program that is being traced, or a recording that was opened. Both are the
 * same thing at different ages, so the sidebar, the panel and the commands need no second code path.
 */
import { basename } from 'node:path';
import { DisposableStore, MutableDisposable, type Disposable } from '../base/disposable';
import { ForkscopeError, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { EngineError, RecordingSource } from '../protocol/engine';
import { noFindings, type FindingsUpdate } from '../protocol/findings';
import type { Answer, Query, QueryName } from '../protocol/queries';
import type { ExitStatus, Report } from '../protocol/report';
import type { RowsUpdate, RunInfo } from '../protocol/rows';
import type { PackedRows } from '../protocol/rowsText';
import type { Tile, TileRequest } from '../protocol/tile';
import type { PackedPatch } from '../protocol/tilePatch';
import type { EngineHost, OpenRun } from './engineHost';
import { RowStore, type RowChanges } from './rowStore';

/** starting: its terminal opens; stopping: we asked it to end; ended: nothing grows any more. */
export type RunStatus = 'starting' | 'running' | 'stopping' | 'ended';

/** What is needed to start the same program again. */
export interface LaunchSpec {
  readonly title: string;
  readonly command: readonly string[];
  readonly directory: string;
}

export interface RunUpdate {
  readonly info: RunInfo;
  /** As they came from the engine, to be passed on. */
  readonly rows: RowsUpdate | PackedRows;
  /** Takes them apart: to be called by whoever shows rows only (`rowStore.ts`). */
  readonly changes: () => RowChanges;
}

/** Of a question that goes on after its answer. */
export interface PanelNews {
  readonly panel: number;
  readonly news: Tile | PackedPatch;
}

let nextKey = 1;

export class Run implements Disposable {
  /** Names the run within this window. */
  readonly key = `run${nextKey++}`;
  readonly rows = new RowStore();
  private readonly store = new DisposableStore();
  private readonly opened = this.store.add(new MutableDisposable<OpenRun>());
  private readonly updateEmitter = this.store.add(new Emitter<RunUpdate>());
  private readonly changedEmitter = this.store.add(new Emitter<number>());
  private readonly newsEmitter = this.store.add(new Emitter<PanelNews>());
  private readonly findingsEmitter = this.store.add(new Emitter<FindingsUpdate>());
  private readonly statusEmitter = this.store.add(new Emitter<RunStatus>());
  private currentFindings = noFindings;
  private currentStatus: RunStatus;
  private stopped = false;
  private lengthsWithoutStops = false;
  private currentProblem: EngineError | null = null;
  private disposed = false;
  /** Counts the readings: what an earlier one still says is not heard. */
  private turn = 0;
  /** Where the engine reads it from. */
  private currentSource: RecordingSource;

  /** Rows or facts changed. */
  readonly onUpdate = this.updateEmitter.event;
  /** There is new data up to this time. */
  readonly onChanged = this.changedEmitter.event;
  /** What is new for a panel, which did not have to ask. */
  readonly onNews = this.newsEmitter.event;
  /** What the rules found changed. */
  readonly onFindings = this.findingsEmitter.event;
  /** The status or the problem changed. */
  readonly onStatus = this.statusEmitter.event;

  constructor(
    private readonly engine: EngineHost,
    /** What starts it again; null for a recording that was opened. */
    readonly launch: LaunchSpec | null,
    source: RecordingSource,
    /** The packed recording: where it will be, or is. */
    readonly file: string,
    status: RunStatus,
  ) {
    this.currentSource = source;
    this.currentStatus = status;
  }

  get source(): RecordingSource {
    return this.currentSource;
  }

  get status(): RunStatus {
    return this.currentStatus;
  }

  /** Lengths of time are wanted without what a debugger's stops took, as its panel says. */
  get withoutStops(): boolean {
    return this.lengthsWithoutStops;
  }

  set withoutStops(on: boolean) {
    if (on === this.lengthsWithoutStops) return;
    this.lengthsWithoutStops = on;
    this.statusEmitter.fire(this.currentStatus);
  }

  /** The folder that grows while the program runs. */
  get folder(): string | null {
    return this.currentSource.kind === 'folder' ? this.currentSource.path : null;
  }

  /** Why nothing (more) can be read; null while all is well. */
  get problem(): EngineError | null {
    return this.currentProblem;
  }

  get findings(): FindingsUpdate {
    return this.currentFindings;
  }

  get isLive(): boolean {
    return this.currentStatus !== 'ended';
  }

  get title(): string {
    return this.launch?.title ?? this.rows.info?.title ?? basename(this.file);
  }

  /** True where it was ended by us: a signal is then no accident. */
  get wasStopped(): boolean {
    return this.stopped;
  }

  /** How the program ended, where that is known. */
  get exit(): ExitStatus | null {
    return this.rows.info?.exit ?? null;
  }

  setStatus(status: RunStatus): void {
    if (status === this.currentStatus) return;
    if (status === 'stopping') this.stopped = true;
    this.currentStatus = status;
    this.statusEmitter.fire(status);
  }

  setProblem(problem: EngineError): void {
    this.currentProblem = problem;
    this.statusEmitter.fire(this.currentStatus);
  }

  /** Begins to read from `source` in place of what was read before. Rejects with a ForkscopeError, which is kept as the problem too. */
  async read(source: RecordingSource): Promise<void> {
    const turn = ++this.turn;
    try {
      const next = await this.engine.open(source, {
        onRows: (rows) => turn === this.turn && this.receive(rows),
        onChanged: (nowNs) => turn === this.turn && this.changedEmitter.fire(nowNs),
        onNews: (panel, news) => turn === this.turn && this.newsEmitter.fire({ panel, news }),
        onFindings: (found) => turn === this.turn && this.setFindings(found),
        onBroken: (error) => turn === this.turn && this.setProblem(error),
      });
      // Also where another reading was begun meanwhile: that one counts.
      if (this.disposed || turn !== this.turn) {
        next.dispose();
        return;
      }
      this.currentSource = source;
      this.opened.value = next;
      this.currentProblem = null;
      this.statusEmitter.fire(this.currentStatus);
    } catch (error) {
      const { code, message, values } = error instanceof ForkscopeError ? error : new ForkscopeError('internal', messageOf(error));
      // An older source that still works is better than none.
      if (turn === this.turn && this.opened.value === undefined) this.setProblem({ code, message, values });
      throw error;
    }
  }

  /** The run was packed: its folder is gone, the engine has gone on with the file without a break. */
  packed(source: RecordingSource): void {
    this.currentSource = source;
    this.opened.value?.moved(source);
    this.statusEmitter.fire(this.currentStatus);
  }

  get isRead(): boolean {
    return this.opened.value !== undefined && this.currentProblem === null;
  }

  /** The tile of a panel, or what is new of it; null where it has asked anew meanwhile. */
  follow(panel: number, request: TileRequest): Promise<Tile | PackedPatch | null> {
    return this.engineRun().then((run) => run.request('follow', { panel, request }));
  }

  /** Answered as `protocol/queries.ts` says. */
  query(query: Query): Promise<Answer<QueryName>> {
    return this.engineRun().then((run) => run.request('query', { query }));
  }

  /** Reading on is stopped: what was read is shown. */
  cancelIndexing(): Promise<null> {
    return this.engineRun().then((run) => run.request('cancelIndexing', {}));
  }

  report(allWaits = false): Promise<Report> {
    return this.engineRun().then((run) => run.request('report', { allWaits }));
  }

  save(path: string): Promise<{ bytes: number }> {
    return this.engineRun().then((run) => run.request('save', { path }));
  }

  dispose(): void {
    this.disposed = true;
    this.store.dispose();
  }

  private receive(rows: RowsUpdate | PackedRows): void {
    this.updateEmitter.fire({ rows, ...this.rows.take(rows) });
  }

  private setFindings(found: FindingsUpdate): void {
    this.currentFindings = found;
    this.findingsEmitter.fire(found);
  }

  private engineRun(): Promise<OpenRun> {
    const run = this.opened.value;
    if (run !== undefined) return Promise.resolve(run);
    return Promise.reject(new ForkscopeError('engine-stopped', 'The recording is not open.'));
  }
}

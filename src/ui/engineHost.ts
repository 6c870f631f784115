/**
 * One engine (a worker thread) serves every open run. It may crash on a recording that nobody has thought of, and then
 * the editor must stay usable and the other runs must come back: this class starts it again and reopens what was open,
 * so that everybody else only sees rows that begin anew.
 */
import type { Disposable } from '../base/disposable';
import { DisposableStore, MutableDisposable, toDisposable } from '../base/disposable';
import { ForkscopeError } from '../base/errors';
import { EngineClient } from '../engine/client';
import type { EngineError, EngineRequests, RecordingSource, RequestName } from '../protocol/engine';
import type { FindingsUpdate } from '../protocol/findings';
import type { RowsUpdate } from '../protocol/rows';
import type { PackedRows } from '../protocol/rowsText';
import type { Tile } from '../protocol/tile';
import type { PackedPatch } from '../protocol/tilePatch';

/** Who follows a run. */
export interface RunSink {
  onRows(rows: RowsUpdate | PackedRows): void;
  onChanged(nowNs: number): void;
  onFindings(update: FindingsUpdate): void;
  /** For a panel, by its number: of a question that goes on after its answer. */
  onNews(panel: number, news: Tile | PackedPatch): void;
  onBroken(error: EngineError): void;
}

/** The parts of a log channel that the engine's host writes to. */
export interface EngineLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** A request without the run's number, which is the host's own business. */
type RunAsk<K extends RequestName> = Omit<EngineRequests[K]['ask'], 'run'>;

/** An open run in the engine. Dispose it to close. */
export interface OpenRun extends Disposable {
  /** The recording stands elsewhere now: that is what is opened again after a crash. */
  moved(source: RecordingSource): void;
  request<K extends 'tile' | 'follow' | 'query' | 'cancelIndexing' | 'report' | 'save'>(name: K, ask: RunAsk<K>): Promise<EngineRequests[K]['answer']>;
}

interface Entry {
  source: RecordingSource;
  readonly sink: RunSink;
  /** The engine's number; null while it is being opened (again). */
  run: number | null;
  /** Why it was given up; null while it was not. */
  fault: EngineError | null;
}

/** More crashes than this within the window and the engine is left alone: the recording is to blame. */
const maxCrashes = 3;
const crashWindowMs = 60_000;

export class EngineHost implements Disposable {
  private readonly client = new MutableDisposable<Disposable & { engine: EngineClient }>();
  private readonly entries = new Set<Entry>();
  /** Messages of runs whose number has not come yet. */
  private early: { run: number; deliver: (sink: RunSink) => void }[] = [];
  private crashes: number[] = [];
  private disposed = false;

  constructor(
    private readonly workerPath: string,
    private readonly log: EngineLog,
  ) {}

  /** Opens a recording; rejects with a ForkscopeError. Rows follow through the sink. */
  async open(source: RecordingSource, sink: RunSink): Promise<OpenRun> {
    const entry: Entry = { source, sink, run: null, fault: null };
    this.entries.add(entry);
    try {
      await this.openEntry(entry);
    } catch (error) {
      this.entries.delete(entry);
      throw error;
    }
    const close = toDisposable(() => this.closeEntry(entry));
    return {
      dispose: () => close.dispose(),
      moved: (to) => {
        entry.source = to;
      },
      request: (name, ask) => {
        if (entry.fault !== null) return Promise.reject(new ForkscopeError(entry.fault.code, entry.fault.message, entry.fault.values));
        if (entry.run === null) {
          return Promise.reject(new ForkscopeError('engine-stopped', 'The engine is starting again; ask once more in a moment.'));
        }
        return this.engine().request(name, { ...ask, run: entry.run });
      },
    };
  }

  dispose(): void {
    this.disposed = true;
    this.entries.clear();
    this.client.dispose();
  }

  private async openEntry(entry: Entry): Promise<void> {
    const engine = this.engine();
    const { run } = await engine.request('open', { source: entry.source });
    const waiting = this.early.filter((message) => message.run === run);
    const isWanted = this.entries.has(entry);
    if (isWanted) entry.run = run;
    // What is left is of runs that were closed, unless somebody else still waits for a number.
    this.early = this.isOpening() ? this.early.filter((message) => message.run !== run) : [];
    if (isWanted) for (const message of waiting) message.deliver(entry.sink);
    else void engine.request('close', { run }).catch(() => undefined);
  }

  private closeEntry(entry: Entry): void {
    if (!this.entries.delete(entry) || entry.run === null) return;
    void this.client.value?.engine.request('close', { run: entry.run }).catch(() => undefined);
  }

  private engine(): EngineClient {
    if (this.disposed) throw new ForkscopeError('engine-stopped', 'The engine has stopped; open the recording again.');
    return (this.client.value ?? this.start()).engine;
  }

  private start(): Disposable & { engine: EngineClient } {
    const store = new DisposableStore();
    const engine = store.add(new EngineClient(this.workerPath));
    store.add(engine.onRows(({ run, rows }) => this.deliver(run, (sink) => sink.onRows(rows))));
    store.add(engine.onChanged(({ run, nowNs }) => this.deliver(run, (sink) => sink.onChanged(nowNs))));
    store.add(engine.onNews(({ run, panel, news }) => this.deliver(run, (sink) => sink.onNews(panel, news))));
    store.add(engine.onFindings(({ run, update }) => this.found(run, update)));
    store.add(engine.onBroken(({ run, error }) => this.deliver(run, (sink) => sink.onBroken(error))));
    store.add(engine.onExit(({ error }) => this.crashed(error)));
    this.early = [];
    return (this.client.value = { engine, dispose: () => store.dispose() });
  }

  private deliver(run: number, deliver: (sink: RunSink) => void): void {
    const entry = [...this.entries].find((each) => each.run === run);
    if (entry !== undefined) deliver(entry.sink);
    else if (this.isOpening()) this.early.push({ run, deliver });
  }

  private isOpening(): boolean {
    return [...this.entries].some(({ run }) => run === null);
  }

  private found(run: number, update: FindingsUpdate): void {
    if (update.failed.length > 0) this.log.error(`These rules failed on the recording: ${update.failed.join(', ')}.`);
    this.deliver(run, (sink) => sink.onFindings(update));
  }

  private crashed(error: ForkscopeError | null): void {
    const now = Date.now();
    this.crashes = [...this.crashes.filter((time) => now - time < crashWindowMs), now];
    const reason = error?.message ?? 'The engine ended without a reason.';
    this.client.value = undefined;
    // Those that were being opened have had their rejection.
    const orphans = [...this.entries].filter((entry) => entry.run !== null);
    for (const entry of orphans) entry.run = null;
    if (this.crashes.length > maxCrashes) {
      this.log.error(`${reason} It has failed ${this.crashes.length} times within a minute and is not started again.`);
      for (const entry of orphans) this.giveUp(entry, { code: 'engine-stopped', message: reason, values: [reason] });
      return;
    }
    this.log.warn(`${reason} It is started again, and ${orphans.length} open recordings with it.`);
    for (const entry of orphans) {
      this.openEntry(entry).catch((failure: unknown) => {
        const { code, message, values } =
          failure instanceof ForkscopeError ? failure : new ForkscopeError('internal', String(failure), [String(failure)]);
        // A second crash while reopening ends up here too: the run is given up, the engine is there for the others.
        this.giveUp(entry, { code, message, values });
      });
    }
  }

  private giveUp(entry: Entry, error: EngineError): void {
    if (!this.entries.delete(entry)) return; // It was closed meanwhile.
    // Nobody opens it any more: nothing is kept for it, and who asks is told why.
    entry.fault = error;
    this.log.error(`${entry.source.path}: ${error.message}`);
    entry.sink.onBroken(error);
  }
}

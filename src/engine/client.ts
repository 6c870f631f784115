/**
 * The engine as the extension host sees it: typed requests to a worker thread, and its messages as events.
 *
 * Every request settles: by its answer, by the engine's typed error, or, when the worker ends or is disposed, by
 * 'engine-stopped'. So a caller can await without a deadline of its own.
 */
import { Worker } from 'node:worker_threads';
import { DisposableStore, type Disposable } from '../base/disposable';
import { ForkscopeError, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { EngineError, EngineRequests, FromEngine, RequestName } from '../protocol/engine';
import type { FindingsUpdate } from '../protocol/findings';
import type { RowsUpdate } from '../protocol/rows';
import type { PackedRows } from '../protocol/rowsText';
import type { Tile } from '../protocol/tile';
import type { PackedPatch } from '../protocol/tilePatch';

interface Pending {
  resolve(answer: unknown): void;
  reject(error: ForkscopeError): void;
}

export class EngineClient implements Disposable {
  private readonly worker: Worker;
  private readonly pending = new Map<number, Pending>();
  private readonly store = new DisposableStore();
  private nextId = 1;
  private stopped = false;

  private readonly rowsEmitter = this.store.add(new Emitter<{ run: number; rows: RowsUpdate | PackedRows }>());
  private readonly changedEmitter = this.store.add(new Emitter<{ run: number; nowNs: number }>());
  private readonly newsEmitter = this.store.add(new Emitter<{ run: number; panel: number; news: Tile | PackedPatch }>());
  private readonly findingsEmitter = this.store.add(new Emitter<{ run: number; update: FindingsUpdate }>());
  private readonly brokenEmitter = this.store.add(new Emitter<{ run: number; error: EngineError }>());
  private readonly exitEmitter = this.store.add(new Emitter<{ error: ForkscopeError | null }>());

  /** As they came, most of them packed (`protocol/rowsText.ts`). */
  readonly onRows = this.rowsEmitter.event;
  readonly onChanged = this.changedEmitter.event;
  /** To a panel's question that goes on after its answer. */
  readonly onNews = this.newsEmitter.event;
  readonly onFindings = this.findingsEmitter.event;
  readonly onBroken = this.brokenEmitter.event;
  /** The worker ended without having been disposed: a crash. */
  readonly onExit = this.exitEmitter.event;

  /** @param workerPath the bundled engine, dist/engine.js. */
  constructor(workerPath: string) {
    let failure: ForkscopeError | null = null;
    // As of the thread that reads: what was loaded into the process that starts it is not needed there.
    this.worker = new Worker(workerPath, { execArgv: [], stdout: false, stderr: false });
    this.worker.on('message', (message: FromEngine) => this.receive(message));
    this.worker.on('error', (error) => {
      failure = new ForkscopeError('engine-stopped', `The engine failed: ${messageOf(error)}.`, [messageOf(error)]);
    });
    this.worker.on('exit', () => {
      const crashed = !this.stopped;
      this.rejectAll(failure ?? new ForkscopeError('engine-stopped', 'The engine has stopped; open the recording again.'));
      if (crashed) this.exitEmitter.fire({ error: failure });
    });
  }

  /** Asks the engine; rejects with a ForkscopeError. */
  request<K extends RequestName>(name: K, ask: EngineRequests[K]['ask']): Promise<EngineRequests[K]['answer']> {
    if (this.stopped) return Promise.reject(new ForkscopeError('engine-stopped', 'The engine has stopped; open the recording again.'));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.worker.postMessage({ type: 'request', id, name, ask });
    });
  }

  dispose(): void {
    if (this.stopped) return;
    this.rejectAll(new ForkscopeError('engine-stopped', 'The engine has stopped; open the recording again.'));
    this.store.dispose();
    void this.worker.terminate();
  }

  private receive(message: FromEngine): void {
    switch (message.type) {
      case 'answer':
        this.settle(message.id)?.resolve(message.answer);
        break;
      case 'failed': {
        const { code, message: text, values } = message.error;
        this.settle(message.id)?.reject(new ForkscopeError(code, text, values));
        break;
      }
      case 'rows':
        this.rowsEmitter.fire({ run: message.run, rows: message.update });
        break;
      case 'rowsText': {
        const { run, head, body } = message;
        this.rowsEmitter.fire({ run, rows: { head, body } });
        break;
      }
      case 'changed':
        this.changedEmitter.fire(message);
        break;
      case 'news':
        this.newsEmitter.fire(message);
        break;
      case 'findings':
        this.findingsEmitter.fire(message);
        break;
      case 'broken':
        this.brokenEmitter.fire(message);
        break;
    }
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    return pending;
  }

  private rejectAll(error: ForkscopeError): void {
    this.stopped = true;
    for (const pending of this.pending.values()) pending.reject(error);
    this.pending.clear();
  }
}

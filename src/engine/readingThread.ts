/** The thread that reads for this one: started once, it opens recordings for whoever asks. */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Disposable } from '../base/disposable';
import { ForkscopeError, messageOf } from '../base/errors';
import type { RecordingSource } from '../protocol/engine';
import { fromEngineError } from './engineError';
import type { OpenedReading, OpenReading } from './readingMessages';
import { ThreadedReader } from './threadedReader';

interface Pending {
  take(opened: OpenedReading): void;
  reject(error: ForkscopeError): void;
}

export class ReadingThread implements Disposable {
  private readonly worker: Worker;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private stopped: ForkscopeError | null = null;

  /**
   * @param path the bundled thread, dist/reading.js.
   * @param died it ended without having been disposed; what it had open gives nothing any more.
   */
  constructor(path: string, died: (error: ForkscopeError) => void) {
    let failure = new ForkscopeError('engine-stopped', 'The thread that reads recordings has ended; open the recording again.');
    // What was loaded into the process that started us is not needed there, and costs as long as all else until the first rows.
    this.worker = new Worker(path, { execArgv: [], stdout: false, stderr: false });
    this.worker.on('message', (opened: OpenedReading) => this.pending.get(opened.id)?.take(opened));
    this.worker.on('error', (error) => {
      failure = new ForkscopeError('engine-stopped', `The engine failed: ${messageOf(error)}.`, [messageOf(error)]);
    });
    this.worker.on('exit', () => {
      if (this.stopped !== null) return;
      this.stop(failure);
      died(failure);
    });
  }

  /** As `openRecording`, which it is called on in that thread. */
  open(source: RecordingSource): Promise<ThreadedReader> {
    if (this.stopped !== null) return Promise.reject(this.stopped);
    const id = this.nextId++;
    const { port1, port2 } = new MessageChannel();
    const signal = new Int32Array(new SharedArrayBuffer(4));
    return new Promise<ThreadedReader>((resolve, reject) => {
      this.pending.set(id, {
        take: (opened) => ('error' in opened ? reject(fromEngineError(opened.error)) : resolve(new ThreadedReader(opened, port1, signal))),
        reject,
      });
      const message: OpenReading = { id, source, port: port2, signal };
      this.worker.postMessage(message, [port2]);
    }).finally(() => this.pending.delete(id));
  }

  dispose(): void {
    if (this.stopped !== null) return;
    this.stop(new ForkscopeError('engine-stopped', 'The engine has stopped; open the recording again.'));
    void this.worker.terminate();
  }

  private stop(error: ForkscopeError): void {
    this.stopped = error;
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}

/**
 * The layout worker as a promise. A server that forks changes its tree a hundred times a second and ELK takes a
 * hundred milliseconds: one request is on the way, only the latest waits behind it, and one that takes longer than two
 * seconds is abandoned (its worker with it), and for a while none as large is asked for. After repeated failures the tidy
 * tree has to do.
 */
import type { FromLayoutWorker, LayoutRequest } from './shape';

/** What of a Worker is used: a test gives its own. */
export interface WorkerLike {
  onmessage: ((event: MessageEvent<FromLayoutWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: LayoutRequest): void;
  terminate(): void;
}

export type Outcome = { places: Float64Array } | { abandoned: string };

export const abandonAfterMs = 2000;
/** So few nodes take long only where the worker is dead: it is started again, and asked once more. */
const fewNodes = 300;
/** A machine that was busy then may not be now. */
const againAfterMs = 60_000;
const startWithinMs = 20_000;
const triesAfterFailure = 3;

interface Job {
  request: LayoutRequest;
  settle(outcome: Outcome): void;
  again?: boolean;
}

export class LayoutClient {
  private worker: Promise<WorkerLike> | null = null;
  private running: Job | null = null;
  private waiting: Job | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  /** So many nodes took too long, at this moment (ms). */
  private tooMany = { nodes: Infinity, atMs: 0 };

  constructor(private readonly start: () => Promise<WorkerLike>) {}

  /** Always settles; a newer call abandons one that waits. */
  layOut(request: LayoutRequest): Promise<Outcome> {
    return new Promise((settle) => {
      this.waiting?.settle({ abandoned: 'a newer layout was asked for' });
      this.waiting = { request, settle };
      this.next();
    });
  }

  dispose(): void {
    this.stopWorker();
    this.waiting?.settle({ abandoned: 'disposed' });
    this.waiting = null;
    this.finish({ abandoned: 'disposed' });
  }

  private next(): void {
    if (this.running !== null || this.waiting === null) return;
    const job = this.waiting;
    this.waiting = null;
    if (this.failures >= triesAfterFailure) {
      job.settle({ abandoned: 'the layout worker failed before' });
      return;
    }
    if (Date.now() - this.tooMany.atMs > againAfterMs) this.tooMany.nodes = Infinity;
    if (job.request.parents.length >= this.tooMany.nodes) {
      job.settle({ abandoned: `${this.tooMany.nodes} nodes took longer than two seconds` });
      return;
    }
    this.running = job;
    this.worker ??= this.start();
    this.worker.then(
      (worker) => {
        if (this.running !== job) return;
        worker.onmessage = ({ data }) => this.receive(data);
        worker.onerror = (event) => this.fail(event.message);
        this.timer = setTimeout(() => this.abandon(job), abandonAfterMs);
        worker.postMessage(job.request);
      },
      (error: unknown) => {
        this.worker = null;
        if (this.running === job) this.fail(error instanceof Error ? error.message : String(error));
      },
    );
  }

  private receive(message: FromLayoutWorker): void {
    if (message.id !== this.running?.request.id) return;
    if ('error' in message) {
      this.fail(message.error);
      return;
    }
    this.failures = 0;
    this.finish({ places: message.places });
  }

  private abandon(job: Job): void {
    const nodes = job.request.parents.length;
    this.stopWorker();
    if (nodes <= fewNodes && job.again !== true && this.waiting === null) {
      this.running = null;
      this.waiting = { ...job, again: true };
      this.next();
      return;
    }
    if (nodes > fewNodes) this.tooMany = { nodes, atMs: Date.now() };
    this.finish({ abandoned: 'took longer than two seconds' });
  }

  private fail(reason: string): void {
    this.failures++;
    this.stopWorker();
    this.finish({ abandoned: reason });
  }

  private finish(outcome: Outcome): void {
    clearTimeout(this.timer);
    const job = this.running;
    this.running = null;
    job?.settle(outcome);
    this.next();
  }

  private stopWorker(): void {
    void this.worker?.then((worker) => worker.terminate(), () => undefined);
    this.worker = null;
  }
}

/** A webview may start workers from blobs only: the script is fetched, then started. */
export async function startLayoutWorker(scriptUri: string): Promise<WorkerLike> {
  const response = await fetch(scriptUri);
  if (!response.ok) throw new Error(`the layout worker's script could not be read (${response.status})`);
  const url = URL.createObjectURL((await response.blob()).slice(0, undefined, 'text/javascript'));
  const worker = new Worker(url);
  // The time to load ELK is not the time of a layout: the first layout is put when the worker says that it is ready.
  return new Promise((done, fail) => {
    const settle = (run: () => void): void => {
      clearTimeout(timer);
      URL.revokeObjectURL(url);
      worker.onmessage = null;
      worker.onerror = null;
      run();
    };
    const timer = setTimeout(() => settle(() => { worker.terminate(); fail(new Error('the layout worker did not start in time')); }), startWithinMs);
    worker.onmessage = () => settle(() => done(worker));
    worker.onerror = (event) => settle(() => { worker.terminate(); fail(new Error(event.message)); });
  });
}

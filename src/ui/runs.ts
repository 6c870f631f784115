/**
 * The list of runs: those that live, and recordings that somebody looks at. Each open run costs the engine memory, so a
 * run that ended and that no panel shows is closed when the next one starts; it stays in the recordings list.
 */
import { DisposableStore, type Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { RecordingSource } from '../protocol/engine';
import type { EngineHost } from './engineHost';
import { packedFileOf } from './recordings';
import { Run, type LaunchSpec, type RunStatus, type RunUpdate } from './run';

export class Runs implements Disposable {
  private readonly items = new Map<Run, DisposableStore>();
  private readonly store = new DisposableStore();
  private readonly listEmitter = this.store.add(new Emitter<undefined>());
  private readonly updateEmitter = this.store.add(new Emitter<{ run: Run } & RunUpdate>());
  private readonly findingsEmitter = this.store.add(new Emitter<Run>());
  private readonly statusEmitter = this.store.add(new Emitter<Run>());
  private readonly shown = new Map<Run, number>();
  /** Whoever asked for them is about to show them. */
  private readonly opening = new Set<Run>();
  private chosen: Run | null = null;

  /** A run came or went, or another one is the current. */
  readonly onList = this.listEmitter.event;
  readonly onUpdate = this.updateEmitter.event;
  readonly onFindings = this.findingsEmitter.event;
  readonly onStatus = this.statusEmitter.event;

  constructor(private readonly engine: EngineHost) {}

  /** Newest first. */
  get all(): readonly Run[] {
    return [...this.items.keys()].reverse();
  }

  get live(): readonly Run[] {
    return this.all.filter((run) => run.isLive);
  }

  /** The one that commands without an argument mean. */
  get current(): Run | null {
    return this.chosen;
  }

  setCurrent(run: Run): void {
    if (run === this.chosen || !this.items.has(run)) return;
    this.chosen = run;
    this.listEmitter.fire(undefined);
  }

  /** A run that begins now. */
  add(launch: LaunchSpec | null, source: RecordingSource, file: string, status: RunStatus): Run {
    this.closeForgotten();
    const run = new Run(this.engine, launch, source, file, status);
    const listeners = new DisposableStore();
    listeners.add(run);
    listeners.add(run.onUpdate((update) => this.updateEmitter.fire({ run, ...update })));
    listeners.add(run.onFindings(() => this.findingsEmitter.fire(run)));
    listeners.add(run.onStatus(() => this.statusEmitter.fire(run)));
    this.items.set(run, listeners);
    this.chosen = run;
    this.listEmitter.fire(undefined);
    return run;
  }

  /** The run that stands for a recording on disk: the one that is open, or a new one that begins to read. Never rejects: the run has the problem. */
  async open(source: RecordingSource): Promise<Run> {
    const known = this.find(source.path);
    if (known !== undefined) {
      this.setCurrent(known);
      return known;
    }
    const file = source.kind === 'file' ? source.path : packedFileOf(source.path);
    const run = this.add(null, source, file, 'ended');
    this.opening.add(run);
    await run.read(source).catch(() => undefined);
    this.opening.delete(run);
    return run;
  }

  /** The open run of a recording's file or folder. */
  find(path: string): Run | undefined {
    return this.all.find((run) => run.source.path === path || run.file === path);
  }

  /** Keeps a run open while something shows it. */
  show(run: Run): Disposable {
    this.shown.set(run, (this.shown.get(run) ?? 0) + 1);
    let done = false;
    return {
      dispose: () => {
        if (done) return;
        done = true;
        const left = (this.shown.get(run) ?? 1) - 1;
        if (left > 0) this.shown.set(run, left);
        else this.shown.delete(run);
        // An opened recording goes with its last viewer; what was started here stays until the next start.
        if (left === 0 && run.launch === null && !run.isLive) this.close(run);
      },
    };
  }

  /** Paths that are in use: nothing there may be pruned. */
  paths(): ReadonlySet<string> {
    return new Set(this.all.flatMap((run) => [run.source.path, run.file]));
  }

  close(run: Run): void {
    const listeners = this.items.get(run);
    if (listeners === undefined) return;
    this.items.delete(run);
    this.shown.delete(run);
    listeners.dispose();
    if (this.chosen === run) this.chosen = this.all[0] ?? null;
    this.listEmitter.fire(undefined);
  }

  dispose(): void {
    for (const listeners of this.items.values()) listeners.dispose();
    this.items.clear();
    this.store.dispose();
  }

  private closeForgotten(): void {
    for (const run of this.all) if (!run.isLive && !this.shown.has(run) && !this.opening.has(run)) this.close(run);
  }
}

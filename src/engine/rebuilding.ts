/**
 * Builds a model again from the start, by a second reader, beside the one that is shown and goes on being fed:
 *
 *     shown   ▪▪▪▪ late ▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪ disposed
 *     next             └ from the start ▪▪▪▪▪▪▪▪ ┘ shown: it has caught up, and its lanes are summed up
 *
 * So the picture never stands still. For that moment there are two models in memory, and the files are open twice. It
 * takes a third of the thread while the run goes on, a few ms at a time, and all that is left of it afterwards.
 *
 * It is worth it when the run is over: what is shown then has to be what is read tomorrow. Until then a late record
 * means two events of different threads taken in the wrong order, of which one sees little, so it is done for a fortieth of the time, by what it will
 * probably take: a run of more than some 12,000 events a second waits for its end. Begun all the same, beside such a run on a machine without
 * a core to spare, one took a minute to catch up, and what was seen live was twice as late meanwhile. Where
 * the oldest part was dropped the memory that it takes is to be had back: for a quarter of the time.
 */
import type { Disposable } from '../base/disposable';
import { summariesOf } from '../lanes/summaries';
import type { RecordingSource } from '../protocol/engine';
import type { RecordingReader } from '../recording/source';
import { GrowingModel } from './growingModel';

const liveSliceMs = 4;
const sliceMs = 12;
/** After so many ms of it twice as many are the others'. */
const restFactor = 2;
/** From one beginning to the next, at least; and so many times as long as this one will probably work for late records, or the last one worked. */
const leastMs = { late: 30_000, stale: 1000 };
const shareFactor = { late: 40, stale: 4 };
/** Of one event, its lane's summing up included: 2.5 in a run of 3 million with little to spare, 1.2 in a large one at rest. Then as the last one had it. */
const usualEventMs = 0.002;
/** What fewer take says nothing of what an event takes. */
const fewEvents = 10_000;
/** The folder may be packed and deleted between the look for it and its opening; what can't be opened again and again is gone. */
const mostFailures = 3;
const afterFailureMs = 1000;

export class Rebuilding implements Disposable {
  private next: GrowingModel | null = null;
  private opening = false;
  private beganAt = -Infinity;
  private readonly openedAt: number;
  private eventMs = usualEventMs;
  /** How long the last one worked. */
  private workedMs = 0;
  private restUntil = -Infinity;
  /** After the run's end, one after the other. */
  private failures = 0;
  private failedAt = -Infinity;

  /**
   * @param open a second reader.
   * @param wake it is to be called again.
   */
  constructor(
    private readonly open: (source: RecordingSource) => Promise<RecordingReader>,
    private readonly milliseconds: () => number,
    private readonly wake: () => void,
  ) {
    this.openedAt = milliseconds();
  }

  /** One is being built. */
  get isAtWork(): boolean {
    return this.opening || this.next !== null;
  }

  /** How much of it has been read, 0 to 1. */
  get share(): number {
    return this.next?.reader.progress ?? (this.opening ? 0 : 1);
  }

  /** Whether the one that is shown will be replaced, now or later. */
  isDueFor(shown: GrowingModel): boolean {
    return this.isAtWork || (shown.isWrong && !this.isGivenUp);
  }

  /**
   * Begins where it is worth it, and goes on for a moment.
   * @param untilKey records with a later key are held back.
   * @param ended nothing comes any more to what is shown.
   * @param presentNs on the scale of the records' keys.
   * @returns the model to be shown from now on; its predecessor is the caller's to dispose of. Null for the same as before.
   */
  step(shown: GrowingModel, untilKey: number, ended: boolean, presentNs: number): GrowingModel | null {
    if (!this.isAtWork && this.isWorthIt(shown, ended)) this.begin(shown.reader.source, ended);
    const { next } = this;
    const began = this.milliseconds();
    if (next === null || (!ended && began < this.restUntil)) return null;
    let done = false;
    try {
      done = this.goOn(next, shown, untilKey, ended, presentNs);
    } catch {
      this.fail(ended); // What the first reader can't read either it says itself.
    }
    const now = this.milliseconds();
    this.workedMs += now - began;
    this.restUntil = now + restFactor * (now - began);
    if (!done) return null;
    this.next = null;
    this.failures = 0;
    this.eventMs = this.workedMs / Math.max(fewEvents, next.model.eventCount);
    return next;
  }

  /** Milliseconds until `step` is to be called again. */
  dueIn(ended: boolean): number {
    const { next } = this;
    const rest = ended ? 0 : Math.max(0, this.restUntil - this.milliseconds());
    return next === null || (rest === 0 && next.left === 'waiting' && next.whenReady(this.wake)) ? Infinity : rest;
  }

  /** What is shown stays as it is. */
  giveUp(): void {
    this.next?.dispose();
    this.next = null;
    this.failures = mostFailures;
  }

  dispose(): void {
    this.giveUp();
  }

  private isWorthIt(shown: GrowingModel, ended: boolean): boolean {
    if (!shown.isWrong || this.isGivenUp) return false;
    const now = this.milliseconds();
    if (now < this.failedAt + afterFailureMs) return false;
    if (ended) return true;
    if (shown.reader.stale) return now >= this.beganAt + Math.max(leastMs.stale, shareFactor.stale * this.workedMs);
    const willTakeMs = Math.max(this.workedMs, this.eventMs * shown.model.eventCount);
    return now >= this.beganAt + leastMs.late && now >= Math.max(this.beganAt, this.openedAt) + shareFactor.late * willTakeMs;
  }

  private get isGivenUp(): boolean {
    return this.failures >= mostFailures;
  }

  private begin(source: RecordingSource, ended: boolean): void {
    this.beganAt = this.milliseconds();
    this.workedMs = 0;
    this.opening = true;
    const opened = this.open(source).then(
      (reader) => {
        if (this.isGivenUp) reader.dispose();
        else this.next = new GrowingModel(reader, ended, this.milliseconds);
      },
      () => this.fail(ended),
    );
    void opened.finally(() => {
      this.opening = false;
      this.wake();
    });
  }

  private goOn(next: GrowingModel, shown: GrowingModel, untilKey: number, ended: boolean, presentNs: number): boolean {
    const ms = ended ? sliceMs : liveSliceMs;
    const until = this.milliseconds() + ms;
    next.take(untilKey, ms);
    if (next.left !== 'nothing') return false;
    // What is shown goes on meanwhile; nothing of it disappears.
    if (ended ? !next.isWhole : next.model.latestNs < shown.model.latestNs) return false;
    // Lanes that are not would make each tile cost what was recorded.
    const summaries = summariesOf(next.model);
    while (summaries.step(next.model, presentNs)) if (this.milliseconds() >= until) return false;
    return !ended || summaries.isComplete(next.model);
  }

  private fail(ended: boolean): void {
    this.next?.dispose();
    this.next = null;
    if (ended) this.failures++;
    this.failedAt = this.milliseconds();
  }
}

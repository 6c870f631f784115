/** A model and the reader that it takes its records from. */
import type { Disposable } from '../base/disposable';
import { Model } from '../model/model';
import type { RecordingReader } from '../recording/source';
import { slotRecords } from './readingMessages';

/** What is left to be read: more at once, more once another thread has read it, or nothing for now. */
export type Left = 'more' | 'waiting' | 'nothing';

export class GrowingModel implements Disposable {
  readonly model: Model;
  left: Left = 'more';

  /** @param final everything was there before it was begun: what is late in it is late for ever. */
  constructor(
    readonly reader: RecordingReader,
    readonly final: boolean,
    private readonly milliseconds: () => number,
  ) {
    this.model = new Model(reader.names, reader.owners, reader.completeFromNs);
  }

  /** Only a model that is built from the start is right. */
  get isWrong(): boolean {
    return this.reader.stale || (this.model.late && !this.final);
  }

  /** Nothing comes any more, and all that came is in it. */
  get isWhole(): boolean {
    return this.left === 'nothing' && !this.reader.live;
  }

  /** Takes records with a key up to `untilKey`, for so many ms. */
  take(untilKey: number, ms: number): void {
    const until = this.milliseconds() + ms;
    do {
      const batches = this.reader.read(slotRecords, untilKey);
      for (const batch of batches) this.model.ingest(batch);
      this.left = batches.length > 0 ? 'more' : this.reader.waiting ? 'waiting' : 'nothing';
    } while (this.left === 'more' && this.milliseconds() < until);
  }

  /** Calls when what is waited for has come. @returns false where the reader can't: it has to be asked. */
  whenReady(call: () => void): boolean {
    this.reader.whenReady?.(call);
    return this.reader.whenReady !== undefined;
  }

  dispose(): void {
    this.reader.dispose();
  }
}

/** A run whose records a test gives, one a read, which takes so long; it can be opened as often as one likes. Time passes where the test says. */
import { expect, vi } from 'vitest';
import type { Clock } from '../../../src/engine/session';
import type { RecordingSource } from '../../../src/protocol/engine';
import type { RecordBatch } from '../../../src/recording/batch';
import type { RecordingReader } from '../../../src/recording/source';
import { batchOf, type EncodedRecord, type Encoder } from '../model/support/encode';

export class FakeRun {
  /** ms. */
  now = 1_000_000;
  live = true;
  stale = false;
  source: RecordingSource = { kind: 'folder', path: '/somewhere' };
  readonly opened: FakeReader[] = [];
  readonly clock: Clock = { monotonic: () => BigInt(Math.round(this.now)) * 1_000_000n, milliseconds: () => this.now };
  /** What who opens it from now on is given of what is there: by default in order. */
  inOrder = (): EncodedRecord[] => [...this.records].sort((a, b) => a.key - b.key);

  /** @param encoder knows the records' names and owners. @param readMs how long a record takes. */
  constructor(
    readonly records: EncodedRecord[],
    private readonly encoder: Encoder,
    readonly readMs: number,
  ) {}

  /** Of those that were opened. */
  get unclosed(): number {
    return this.opened.filter(({ closed }) => !closed).length;
  }

  /** @param records what is there, as this one will see it. */
  open(records = this.records): FakeReader & RecordingReader {
    const reader = new FakeReader(this, this.encoder, records.slice());
    this.opened.push(reader);
    return reader as unknown as FakeReader & RecordingReader;
  }

  readonly openAgain = (): Promise<RecordingReader> => Promise.resolve(this.open(this.inOrder()));

  /** Lets so many seconds pass; each second something may happen. */
  async pass(seconds: number, happens: () => void = () => undefined): Promise<void> {
    const began = this.now;
    for (let at = 0; this.now - began < 1000 * seconds; ) {
      this.now += 4;
      await vi.advanceTimersByTimeAsync(4);
      if (this.now - began < 1000 * (at + 1)) continue;
      at++;
      happens();
    }
  }
}

class FakeReader {
  readonly names;
  readonly owners;
  readonly base = { low: 0, high: 0 };
  readonly manifest = { root: null, exit: null, complete: false, droppedBytes: 0, command: [], directory: '', startedAt: '' };
  progress: number | null = null;
  readonly intervalMs = 16;
  readonly lostEvents = 0;
  readonly droppedBytes = 0;
  readonly problems = [];
  readonly completeFromNs = -Infinity;
  readonly waiting = false;
  closed = false;
  /** Of the run's records those that were there when it was opened. */
  private readonly known: number;
  private at = 0;

  constructor(
    private readonly run: FakeRun,
    encoder: Encoder,
    private readonly first: EncodedRecord[],
  ) {
    this.names = encoder;
    this.owners = encoder.owners;
    this.known = first.length;
  }

  get live(): boolean {
    return this.run.live;
  }

  get stale(): boolean {
    return this.run.stale;
  }

  get source(): RecordingSource {
    return this.run.source;
  }

  read(): RecordBatch[] {
    expect(this.closed).toBe(false);
    const record = this.at < this.known ? this.first[this.at] : this.run.records[this.at];
    if (record === undefined) return [];
    this.at++;
    this.run.now += this.run.readMs;
    return [batchOf([record])];
  }

  dispose(): void {
    this.closed = true;
  }
}

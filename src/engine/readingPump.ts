/** Reads one recording for the engine's thread, as far ahead as there are free slots. */
import type { MessagePort } from 'node:worker_threads';
import type { EngineError } from '../protocol/engine';
import type { Manifest } from '../protocol/files';
import { sharedColumns, type BatchColumns } from '../recording/columns';
import type { NameLog } from '../recording/nameLog';
import type { RecordingReader } from '../recording/source';
import { toEngineError } from './engineError';
import { mostSlots, slotRecords, type FromReading, type News, type Standing, type ToReading } from './readingMessages';

interface Slot {
  readonly columns: BatchColumns;
  /** The engine's thread has them too. */
  known: boolean;
}

export class ReadingPump {
  private slots: Slot[] = [];
  private free: number[] = [];
  /** What is asked for; null where all of it was given. */
  private asked: { max: number; until: number } | null = null;
  private standing: Standing | null = null;
  private manifest: Manifest | null = null;
  private problems = '';
  private owners = 0;
  private goesOn: ReturnType<typeof setImmediate> | undefined;

  /** @param names the log that the reader's definitions go into now. */
  constructor(
    private readonly reader: RecordingReader,
    private readonly names: () => NameLog,
    private readonly port: MessagePort,
    private readonly signal: Int32Array,
  ) {
    port.on('message', (message: ToReading) => this.take(message));
    port.on('close', () => {
      clearImmediate(this.goesOn);
      reader.dispose();
    });
  }

  /** What has changed since it was last asked; null where nothing has. */
  news(): News | null {
    const { reader } = this;
    const standing = this.newStanding();
    const manifest = reader.manifest === this.manifest ? null : (this.manifest = reader.manifest);
    const problems = this.newProblems();
    const owners = reader.owners.slice(this.owners);
    this.owners += owners.length;
    const names = this.names().take();
    const isNew = standing !== null || manifest !== null || problems !== null || owners.length > 0 || names !== null;
    return isNew ? { standing, manifest, problems, owners, names } : null;
  }

  private newStanding(): Standing | null {
    const { target, live, progress, intervalMs, completeFromNs, stale, lostEvents, droppedBytes } = this.reader;
    const standing: Standing = { target, live, progress, intervalMs, completeFromNs, stale, lostEvents, droppedBytes };
    const { standing: before } = this;
    if (before !== null && (Object.keys(standing) as (keyof Standing)[]).every((key) => standing[key] === before[key])) return null;
    return (this.standing = standing);
  }

  private newProblems(): EngineError[] | null {
    const problems = this.reader.problems.map(({ code, message, values }): EngineError => ({ code, message, values }));
    const text = problems.map(({ message }) => message).join('\n');
    if (text === this.problems) return null;
    this.problems = text;
    return problems;
  }

  private take(message: ToReading): void {
    switch (message.type) {
      case 'read':
        this.asked = message;
        break;
      case 'free':
        this.free.push(...message.slots.filter((slot) => slot < this.slots.length));
        break;
      case 'rewind':
        this.rewind();
        return;
    }
    this.pump();
  }

  private rewind(): void {
    this.asked = null;
    this.free = [...this.slots.keys()];
    try {
      this.reader.rewind();
      this.owners = 0;
      this.post({ type: 'rewound', news: this.news() });
    } catch (error) {
      this.post({ type: 'broken', error: toEngineError(error), news: this.news() });
    }
  }

  private pump(): void {
    while (this.asked !== null) {
      const slot = this.free.pop() ?? (this.slots.length < mostSlots ? this.newSlot() : null);
      if (slot === null) return;
      try {
        if (!this.fill(slot, this.asked)) return;
      } catch (error) {
        this.asked = null;
        this.post({ type: 'broken', error: toEngineError(error), news: this.news() });
      }
    }
  }

  private newSlot(): number {
    return this.slots.push({ columns: sharedColumns(slotRecords), known: false }) - 1;
  }

  /** @returns false where the others that this thread reads for have their turn first. */
  private fill(number: number, { max, until }: { max: number; until: number }): boolean {
    const slot = this.slots[number]!;
    const [batch] = this.reader.read(max, until, atMost(slot.columns, max));
    if (batch !== undefined) {
      this.post({ type: 'batch', slot: number, columns: slot.known ? null : slot.columns, count: batch.count, news: this.news() });
      slot.known = true;
      return true;
    }
    if (this.reader.waiting) {
      this.free.push(number);
      clearImmediate(this.goesOn);
      this.goesOn = setImmediate(() => this.pump());
      return false;
    }
    this.asked = null;
    if (this.reader.live) this.free.push(number);
    else this.letGo(); // Everything has been read.
    this.post({ type: 'dry', news: this.news() });
    return true;
  }

  private letGo(): void {
    this.slots = [];
    this.free = [];
  }

  private post(message: FromReading): void {
    this.port.postMessage(message);
    Atomics.add(this.signal, 0, 1);
    Atomics.notify(this.signal, 0);
  }
}

/** The columns with no more than so many rows: a reader fills them as far as they go. */
function atMost({ words, owners, keys }: BatchColumns, max: number): BatchColumns {
  return { words, owners, keys: keys.subarray(0, max) };
}

/**
 * A recording that another thread reads, as a RecordingReader: what comes is taken straight off the port, without the event loop in between, so
 * that the model has its next batch at once. Where there is none yet, a read of a recording at rest sleeps for a moment: nobody has
 * anything else to do. What it does not get it says it is waiting for; who follows a run does something else until it is called.
 */
import { existsSync } from 'node:fs';
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { ForkscopeError } from '../base/errors';
import type { RecordingSource } from '../protocol/engine';
import type { Manifest } from '../protocol/files';
import type { Owner, RecordBatch, TimeBase } from '../recording/batch';
import { batchOf, type BatchColumns } from '../recording/columns';
import { defineLogged } from '../recording/nameLog';
import { NameTable } from '../recording/nameTable';
import type { RecordingReader } from '../recording/source';
import { fromEngineError } from './engineError';
import { freedTogether, type FromReading, type News, type OpenedReading, type Standing, type ToReading } from './readingMessages';

/** A slice of the session's loop: questions wait no longer than when it reads by itself. */
const waitMs = 12;
/** A folder's files are looked at anew, no record is read. */
const rewindMs = 20_000;

export class ThreadedReader implements RecordingReader {
  names = new NameTable();
  owners: Owner[] = [];
  manifest!: Manifest;
  problems: readonly ForkscopeError[] = [];
  waiting = false;
  readonly base: TimeBase;
  private readonly opened: RecordingSource;
  private standing!: Standing;
  private slots: BatchColumns[] = [];
  /** Whose records were given out by the last read. */
  private held: number | null = null;
  /** To be filled again. */
  private freed: number[] = [];
  /** The other thread reads until nothing is there. */
  private asked = false;
  /** Messages that came by the event loop, since somebody waits there. */
  private readonly inbox: FromReading[] = [];
  private called: (() => void) | null = null;
  private listens = false;
  private failure: ForkscopeError | null = null;

  /** @param signal counts the messages on the port. */
  constructor(
    { base, source, news }: Exclude<OpenedReading, { error: unknown }>,
    private readonly port: MessagePort,
    private readonly signal: Int32Array,
  ) {
    this.base = base;
    this.opened = source;
    this.learn(news);
  }

  get source(): RecordingSource {
    const { opened, target } = this;
    return opened.kind === 'folder' && target !== null && !existsSync(opened.path) ? { kind: 'file', path: target } : opened;
  }

  get target(): string | null {
    return this.standing.target;
  }

  get live(): boolean {
    return this.standing.live;
  }

  get progress(): number | null {
    return this.standing.progress;
  }

  get intervalMs(): number {
    return this.standing.intervalMs;
  }

  get completeFromNs(): number {
    return this.standing.completeFromNs;
  }

  get stale(): boolean {
    return this.standing.stale;
  }

  get lostEvents(): number {
    return this.standing.lostEvents;
  }

  get droppedBytes(): number {
    return this.standing.droppedBytes;
  }

  /** What `untilKey` and `maxRecords` say counts from the first read after one that gave nothing. */
  read(maxRecords: number, untilKey = Infinity): RecordBatch[] {
    if (this.failure !== null) throw this.failure;
    if (this.held !== null) this.freed.push(this.held);
    this.held = null;
    if (this.freed.length >= freedTogether) this.release();
    if (!this.asked) this.post({ type: 'read', max: maxRecords, until: untilKey });
    this.asked = true;
    const message = this.receive(0) ?? this.receiveLater();
    this.waiting = message === null;
    return message === null ? [] : this.take(message);
  }

  whenReady(call: () => void): void {
    this.called = call;
    if (this.inbox.length > 0) queueMicrotask(() => this.callBack());
    if (this.listens) return;
    this.listens = true;
    this.port.on('message', (message: FromReading) => {
      this.inbox.push(message);
      this.callBack();
    });
  }

  private callBack(): void {
    const { called } = this;
    this.called = null;
    called?.();
  }

  rewind(): void {
    this.post({ type: 'rewind' });
    this.names = new NameTable();
    this.owners = [];
    this.held = null;
    this.freed = [];
    this.asked = false;
    this.waiting = false;
    const until = performance.now() + rewindMs;
    for (let now = performance.now(); now < until; now = performance.now()) {
      const message = this.receive(until - now);
      if (message?.type === 'batch') this.keep(message);
      if (message?.type !== 'rewound' && message?.type !== 'broken') continue;
      this.take(message);
      return;
    }
    throw new ForkscopeError('engine-stopped', 'The engine has stopped; open the recording again.');
  }

  dispose(): void {
    this.called = null;
    this.port.close();
    this.slots = [];
  }

  private take(message: FromReading): RecordBatch[] {
    this.learn(message.news);
    switch (message.type) {
      case 'batch': {
        const batch = batchOf(this.keep(message), message.count, this.base);
        this.held = message.slot;
        return batch === null ? [] : [batch];
      }
      case 'broken':
        throw (this.failure = fromEngineError(message.error));
      case 'dry':
        this.asked = false;
        if (!this.live) this.letGo();
        return [];
      case 'rewound':
        return [];
    }
  }

  private keep({ slot, columns }: { slot: number; columns: BatchColumns | null }): BatchColumns {
    return columns === null ? this.slots[slot]! : (this.slots[slot] = columns);
  }

  private learn(news: News | null): void {
    if (news === null) return;
    const { standing, manifest, problems, owners, names } = news;
    this.standing = standing ?? this.standing;
    this.manifest = manifest ?? this.manifest;
    this.problems = problems?.map(fromEngineError) ?? this.problems;
    for (const owner of owners) this.owners.push(owner);
    if (names !== null) defineLogged(names, this.owners, this.names);
  }

  /** There is none yet: before who reads is waited for he gets what he may be waiting for. */
  private receiveLater(): FromReading | null {
    this.release();
    return this.receive(this.live && this.progress === null ? 0 : waitMs);
  }

  /** As the other side does: everything has been read. */
  private letGo(): void {
    this.slots = [];
    this.freed = [];
  }

  private release(): void {
    if (this.freed.length > 0) this.post({ type: 'free', slots: this.freed });
    this.freed = [];
  }

  /** The next message; null where none comes within so many milliseconds. */
  private receive(ms: number): FromReading | null {
    const first = this.inbox.shift();
    if (first !== undefined) return first;
    const until = performance.now() + ms;
    for (;;) {
      const sent = Atomics.load(this.signal, 0);
      const received: { message: FromReading } | undefined = receiveMessageOnPort(this.port);
      if (received !== undefined) return received.message;
      const rest = until - performance.now();
      if (rest <= 0 || Atomics.wait(this.signal, 0, sent, rest) === 'timed-out') return null;
    }
  }

  private post(message: ToReading): void {
    this.port.postMessage(message);
  }
}

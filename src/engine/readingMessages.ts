/**
 * Messages between the engine's thread and the one that reads for it. Records are not among them: they stand in columns in shared memory, a
 * *slot*, whose number goes to and fro, so that nothing is copied, allocated or detached per batch (a detached buffer makes V8 check every
 * access to any).
 *
 *     engine ── read ──►  reads until nothing is there, or every slot is taken
 *            ◄─ batch ──  slot 0 is full
 *            ◄─ batch ──  slot 1 is full …        ── free ──►  slots 0 and 1 may be filled again
 *            ◄─ dry ────  nothing more is there now: ask again
 */
import type { MessagePort } from 'node:worker_threads';
import type { EngineError, RecordingSource } from '../protocol/engine';
import type { Manifest } from '../protocol/files';
import type { Owner, TimeBase } from '../recording/batch';
import type { BatchColumns } from '../recording/columns';
import type { LoggedNames } from '../recording/nameLog';
import type { RecordingReader } from '../recording/source';

/** A batch of so many stays in the processor's cache until the model has taken it. */
export const slotRecords = 4096;
/** So many may be filled again before it is said: who reads wakes for several. */
export const freedTogether = 3;
/** Some 20 ms of the model's work: what it takes in one slice of its loop. 300 kB each. */
export const mostSlots = 8;

/** Asks for a recording to be opened. */
export interface OpenReading {
  readonly id: number;
  readonly source: RecordingSource;
  /** For everything that concerns this recording; to close it is to close the recording. */
  readonly port: MessagePort;
  /** Its only element counts the messages that were sent on the port: who waits for one sleeps on it. */
  readonly signal: Int32Array;
}

export type OpenedReading = { readonly id: number } & ({ readonly base: TimeBase; readonly source: RecordingSource; readonly news: News | null } | { readonly error: EngineError });

export type ToReading =
  /** `max` and `until` as for `RecordingReader.read`. */
  | { readonly type: 'read'; readonly max: number; readonly until: number }
  | { readonly type: 'free'; readonly slots: readonly number[] }
  /** From the first record on; all slots are free. */
  | { readonly type: 'rewind' };

export type FromReading =
  /** @param columns those of a slot that was not used before. */
  | { readonly type: 'batch'; readonly slot: number; readonly columns: BatchColumns | null; readonly count: number; readonly news: News | null }
  | { readonly type: 'dry'; readonly news: News | null }
  | { readonly type: 'rewound'; readonly news: News | null }
  /** Nothing more can be read. */
  | { readonly type: 'broken'; readonly error: EngineError; readonly news: News | null };

/** How it stands. */
export type Standing = Pick<RecordingReader, 'target' | 'live' | 'progress' | 'intervalMs' | 'completeFromNs' | 'stale' | 'lostEvents' | 'droppedBytes'>;

/** What is to be known before a batch is taken. Null is as before: to copy it takes longer than everything else about a batch. */
export interface News {
  readonly standing: Standing | null;
  readonly manifest: Manifest | null;
  /** All of them. */
  readonly problems: readonly EngineError[] | null;
  /** Those that are new. */
  readonly owners: readonly Owner[];
  readonly names: LoggedNames | null;
}

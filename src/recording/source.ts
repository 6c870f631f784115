/**
 * What the engine sees of a recording, whether it is the folder of a run that still grows, a folder whose supervisor
 * died, or a packed file: batches of records in the order of time, and what their ids mean.
 *
 *     const reader = await openRecording({ kind: 'folder', path });   // src/engine/files.ts
 *     for (;;) {
 *       const batches = reader.read(65536);        // synchronous; [] is "nothing new now"
 *       for (const batch of batches) model.ingest(batch);
 *       if (batches.length === 0 && !reader.live) break;               // everything has been read
 *       if (batches.length === 0) await delay(reader.intervalMs);
 *     }
 */
import type { Disposable } from '../base/disposable';
import type { ForkscopeError } from '../base/errors';
import type { RecordingSource } from '../protocol/engine';
import type { Manifest } from '../protocol/files';
import type { Owner, RecordBatch, TimeBase } from './batch';
import type { BatchColumns } from './columns';
import type { Names } from './names';

export interface RecordingReader extends Disposable {
  /** Where the recording stands now: the folder of a run that was packed and deleted meanwhile has become a file. */
  readonly source: RecordingSource;
  /** The file that a run's folder will become, or has; null where that is not known. */
  readonly target: string | null;
  /** The newest manifest; replaced (never edited) when the run's changes. */
  readonly manifest: Manifest;
  /** Knows every definition among the records read so far; another object after `rewind`. */
  readonly names: Names;
  /** Every owner met so far, by `Owner.index`; grows, and starts again empty at `rewind`. */
  readonly owners: readonly Owner[];
  readonly base: TimeBase;
  /**
   * True while more may come: the supervisor is at work, or what it wrote is not all read yet. Once false it stays
   * false, until `rewind`.
   */
  readonly live: boolean;
  /**
   * How much of a recording at rest has been read, 0 to 1; null of a run that goes on, and once everything is read. What can be read
   * is told from it: a folder whose run is over is `live` until it has been read, but nothing more comes.
   */
  readonly progress: number | null;
  /** The last `read` gave nothing only because it has not been read yet, maybe by another thread: there is more, ask at once or `whenReady`. */
  readonly waiting: boolean;
  /** Milliseconds to wait before the next `read` after one that gave nothing or little; keeps the reader below 5 % of a core. */
  readonly intervalMs: number;
  /** Of the time up to this moment (ns from the base) only a part was kept; -Infinity where everything was. Changes at `rewind` alone. */
  readonly completeFromNs: number;
  /**
   * The oldest part of the recording was dropped since its first record was read: what was read is more than tomorrow's reader
   * will find. True until `rewind`.
   */
  readonly stale: boolean;
  /** Records that the writers said they could not write. */
  readonly lostEvents: number;
  /** Bytes of damaged parts that were skipped, beside those that the manifest says were dropped. */
  readonly droppedBytes: number;
  /** What is wrong with the recording; it stays readable. Each is there once. Records of kinds that this version does not know are left out of the batches. */
  readonly problems: readonly ForkscopeError[];
  /**
   * Everything committed since the last call, at most `maxRecords` of them; call again until it gives nothing.
   * What was there when the reader was opened (or rewound) comes in the order of `key` across batches; what is read while
   * the run goes on is in that order too but for what was written later than `untilKey` allows for. Texts and sites are left out
   * (they are in `names`), owners are not.
   * @param untilKey of a live run, records with a later key are held back until a later call: a writer that was preempted between
   *   reading the clock and storing its record may still put one before them. Of what is at rest nothing is held back.
   * @param into is filled and holds the batches, of which there is one then: no more records than it has rows.
   * @returns batches that are valid until the next `read`.
   * @throws ForkscopeError where nothing more can be read (a corrupt or newer segment of a live run).
   */
  read(maxRecords: number, untilKey?: number, into?: BatchColumns): RecordBatch[];
  /** Calls once, out of the event loop, when what the last `read` was waiting for has come. Of readers without it one has to ask. */
  whenReady?(call: () => void): void;
  /** Starts from the first record again, so that a model can be rebuilt. */
  rewind(): void;
}

/**
 * Messages between the extension host (or the command line) and the engine's worker thread: one union per direction.
 * Every request is answered exactly once, by a result or by an error; a stopped engine rejects what is pending.
 */
import type { ErrorCode } from '../base/errors';
import type { FindingsUpdate } from './findings';
import type { Report } from './report';
import type { Answer, Query, QueryName } from './queries';
import type { RowsUpdate } from './rows';
import type { PackedRows } from './rowsText';
import type { Tile, TileRequest } from './tile';
import type { PackedPatch } from './tilePatch';

/** What to open: the folder of a run that may still grow, or a packed recording. */
export type RecordingSource = { kind: 'folder'; path: string } | { kind: 'file'; path: string };

/** Requests and what each is answered with. `run` is the number that `open` gave. */
export interface EngineRequests {
  open: { ask: { source: RecordingSource }; answer: { run: number } };
  close: { ask: { run: number }; answer: null };
  tile: { ask: { run: number; request: TileRequest }; answer: Tile };
  /** The same for a panel (any number of its own), which has what it was answered last: `TileRequest.base`. Null: it has asked anew meanwhile. */
  follow: { ask: { run: number; panel: number; request: TileRequest }; answer: Tile | PackedPatch | null };
  query: { ask: { run: number; query: Query }; answer: Answer<QueryName> };
  /** Stops reading on: what was read is what is shown (`RunInfo.indexing`). */
  cancelIndexing: { ask: { run: number }; answer: null };
  report: { ask: { run: number; allWaits: boolean }; answer: Report };
  /** Writes everything recorded so far into one packed file. */
  save: { ask: { run: number; path: string }; answer: { bytes: number } };
}

export type RequestName = keyof EngineRequests;

export type ToEngine = {
  [K in RequestName]: { type: 'request'; id: number; name: K; ask: EngineRequests[K]['ask'] };
}[RequestName];

export interface EngineError {
  code: ErrorCode;
  message: string;
  values: readonly string[];
}

export type FromEngine =
  | { type: 'answer'; id: number; answer: unknown }
  | { type: 'failed'; id: number; error: EngineError }
  /** Rows changed; at most a few times a second. The first one follows `open` at once and has `reset`. */
  | { type: 'rows'; run: number; update: RowsUpdate }
  /** The same, packed (`rowsText.ts`). */
  | ({ type: 'rowsText'; run: number } & PackedRows)
  /** New data up to nowNs is in the model; at most once per 16 ms, and less often while panels that follow it hear of it anyway. */
  | { type: 'changed'; run: number; nowNs: number }
  /** To a panel's question that is answered already and goes on (`TileRequest.patches`). */
  | { type: 'news'; run: number; panel: number; news: Tile | PackedPatch }
  /** What the rules found has changed; every few seconds at most, and once when everything is read. */
  | { type: 'findings'; run: number; update: FindingsUpdate }
  /** The run can't be followed any further (its files are gone); what was read stays. */
  | { type: 'broken'; run: number; error: EngineError };

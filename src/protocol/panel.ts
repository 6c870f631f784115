/**
 * Messages between the extension host and the panel's webview: one union per direction.
 *
 * The webview says `ready` when its scripts run (again after every reload); the host answers with `snapshot`, then
 * sends changes. The host only relays between the engine and the webview.
 */
import type { EngineError } from './engine';
import type { FindingsUpdate } from './findings';
import type { SourcePosition } from './report';
import type { Query } from './queries';
import type { RowActionName } from './rowActions';
import type { RowsUpdate } from './rows';
import type { PackedRows } from './rowsText';
import type { Tile, TileRequest } from './tile';
import type { PackedPatch } from './tilePatch';

/** What the webview keeps across reloads (vscode.setState). `source` lets the host open the recording again after a restart. */
export interface PanelState {
  version: 2;
  source: string | null;
  live: boolean;
  fromNs: number;
  toNs: number;
  selection: string | null;
  /** Ids of collapsed rows. */
  collapsed: string[];
  /** Height of the tree's part of the panel, 0 to 1. */
  split: number;
  /** What each feature of the webview keeps, by its name; each reads what it wrote itself, and takes nothing for granted. */
  features: Readonly<Record<string, unknown>>;
}

export type ToPanel =
  | {
      type: 'snapshot';
      update: RowsUpdate;
      /** Path of the recording, kept in PanelState. */
      source: string;
      /** The translated words: English key → translation; null where English is shown. */
      words: Record<string, string> | null;
      /** For number and date formats. */
      locale: string;
    }
  /** No run is shown: the panel says what to do first. */
  | { type: 'empty'; words: Record<string, string> | null; locale: string }
  | { type: 'rows'; update: RowsUpdate }
  /** The same, packed (`rowsText.ts`), as it came from the engine. */
  | ({ type: 'rowsText' } & PackedRows)
  | { type: 'findings'; update: FindingsUpdate }
  | { type: 'changed'; nowNs: number }
  /** Processes of a run that is debugged which its debugger did not follow; with each snapshot, and whenever they change. */
  | { type: 'unfollowed'; rows: string[] }
  | ({ type: 'tile' } & Tile)
  /** To a request with `base`, where only the end of the rows is new. */
  | ({ type: 'patch' } & PackedPatch)
  /** To a query; `answer` is what `protocol/queries.ts` says for its name. To `rowActions`: RowAction[]. */
  | { type: 'answer'; id: number; answer: unknown }
  | { type: 'failed'; id: number; error: EngineError }
  /** One translated sentence; the panel shows it with the action where there is one. */
  | { type: 'problem'; message: string; error: EngineError | null }
  /** The selection changed elsewhere (the sidebar, the editor). */
  | { type: 'select'; row: string | null; reveal: boolean };

export type FromPanel =
  | { type: 'ready' }
  | { type: 'tile'; request: TileRequest }
  /** Answered exactly once, by `answer` or `failed` of the same id. */
  | { type: 'query'; id: number; query: Query }
  /** What a row's menu has while its run is debugged; answered as a query is. */
  | { type: 'rowActions'; id: number; row: string }
  | { type: 'rowAction'; row: string; action: RowActionName }
  /** Lengths of time are wanted without what a debugger's stops took: in the sidebar too. */
  | { type: 'withoutStops'; on: boolean }
  /** Reading on takes too long: what was read is enough. */
  | { type: 'cancelIndexing' }
  /** A file that the person is asked a place for: a picture, a table. `name` is the suggestion, with its extension. */
  | { type: 'saveFile'; name: string; content: string | ArrayBuffer }
  | { type: 'openSource'; site: SourcePosition }
  | { type: 'select'; row: string | null }
  /** A command of the extension: the panel's own buttons do what the palette does. */
  | { type: 'command'; command: 'stop' | 'restart' | 'saveAs' | 'trace' | 'openRecording' }
  /** Something in the webview failed; the host logs it. */
  | { type: 'log'; level: 'info' | 'warn' | 'error'; message: string };

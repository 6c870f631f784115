/**
 * When rows are sent to who shows them. Each sending costs the engine's thread, which wants to read, and the editor's single one, which takes them apart: the more rows
 * change and the longer it took, the later the next one. While a recording is read, how far that is comes between the rows, without them.
 */
import { RowTracker } from '../lanes/rowTracker';
import type { Model } from '../model/model';
import type { RowsUpdate, RunInfo } from '../protocol/rows';

const everyMs = 250;
/**
 * Of very many that change all the time the rows come less often: a tenth of the engine's time at most, and so many ms for each row, for who
 * takes them apart and passes them on has a single thread for the whole editor (measured: 8 µs a row), and the page that draws their texts
 * holds up the pictures of their lanes meanwhile. A thousand rows of which 380 change come every one and a half seconds; up to sixty that
 * change as often as any.
 */
const rest = { live: 9, indexing: 39 };
const restPerRowMs = 4;
/** But a person follows what there is. */
const longestRestMs = 2000;

/** What is shown now. */
export interface Present {
  readonly model: Model;
  readonly nowNs: number;
  /** A recording at rest is being read. */
  readonly indexing: boolean;
  info(): RunInfo;
}

/** @param moved of which rows nothing changed but what moves all the time (`protocol/rowsText.ts`). */
export type SendRows = (update: RowsUpdate, moved: ReadonlySet<string>) => void;

export class RowSender {
  private readonly tracker = new RowTracker();
  private rowsAfter = -Infinity;
  private infoAfter = -Infinity;
  private pending = true;

  /** @param milliseconds a clock. */
  constructor(
    private readonly milliseconds: () => number,
    private readonly listener: SendRows,
  ) {}

  /** Rows may be otherwise. */
  changed(): void {
    this.pending = true;
  }

  /** Sends rows, or how far the reading is, where their turn has come. @param ended nothing moves any more by itself. */
  step(present: Present, ended: boolean): void {
    if (!this.pending && ended) return;
    const now = this.milliseconds();
    if (now >= (isEmpty(present) ? this.infoAfter : this.rowsAfter)) this.send(present);
    else if (present.indexing && now >= this.infoAfter) this.sendInfo(present, now);
  }

  /** Sends rows, whoever's turn it is. */
  send(present: Present): void {
    const began = this.milliseconds();
    this.rowsAfter = this.infoAfter = began + everyMs;
    this.pending = false;
    const update = this.tracker.update(present.model, present.info(), present.nowNs);
    this.listener(update, this.tracker.moved);
    // The first rows come as soon as there are any: somebody looks at nothing.
    if (isEmpty(present)) {
      this.rowsAfter = -Infinity;
      return;
    }
    const ended = this.milliseconds();
    const pace = present.indexing ? 'indexing' : 'live';
    this.rowsAfter = Math.max(this.rowsAfter, ended + Math.min(longestRestMs, Math.max(rest[pace] * (ended - began), restPerRowMs * update.rows.length)));
  }

  private sendInfo(present: Present, now: number): void {
    this.infoAfter = now + everyMs;
    this.listener({ info: present.info(), reset: false, rows: [], removed: [], edges: [] }, new Set());
  }
}

function isEmpty({ model }: Present): boolean {
  return model.eventCount === 0;
}

/**
 * Changed rows as one text, with little of a row that is known already: of most only the state moves on, of a busy server's thousand several
 * hundred in each update.
 *
 *     rows    { "id": "c7", "kind": "connection", "label": …  }     new ones, and those of which anything else changed
 *     moved   [ "c8", "working", 1200000000, 0, 512, 64 ]           state, since when, number of its line, then its numbers
 *     sites   [ { "file": …, "line": 12, … } ]                      each line once
 *
 * A message of objects is taken apart and put together several times on its way into a webview, on the editor's one thread too; a text is
 * passed on as it is.
 */
import type { SourcePosition } from './report';
import type { Row, RowsUpdate } from './rows';
import type { SpanState } from './states';

/** Of each kind of row the numbers that move with its state. */
const numbers: Readonly<Record<Row['kind'], readonly string[]>> = {
  process: ['threads', 'connections'], thread: [], task: [], connection: ['bytesIn', 'bytesOut'], listener: ['accepted'],
};

/** The line's place in the text; -1: it has none. */
type Moved = [id: string, state: SpanState, stateSinceNs: number, site: number, ...numbers: unknown[]];

interface Packed extends RowsUpdate {
  moved: Moved[];
  sites: SourcePosition[];
}

/** The row without what moves; two of which it is the same text differ in that only. */
export function restOf(row: Row): string {
  const rest: Record<string, unknown> = { ...row, state: 0, stateSinceNs: 0, site: 0 };
  for (const name of numbers[row.kind]) rest[name] = 0;
  return JSON.stringify(rest);
}

/** What `restOf` leaves out. */
export function movingOf(row: Row): string {
  const { site } = row;
  return `${row.state} ${String(row.stateSinceNs)} ${site === null ? '' : `${site.file}:${String(site.line)}:${site.function}`} ${numbersOf(row).join(' ')}`;
}

/** @param isMoved whether the reader knows the row, but for what moves. */
export function packRows(update: RowsUpdate, isMoved: (id: string) => boolean): string {
  const sites: SourcePosition[] = [];
  const places = new Map<string, number>();
  const placeOf = (site: SourcePosition | null): number => {
    if (site === null) return -1;
    const name = `${site.file}:${String(site.line)}:${site.function}`;
    const known = places.get(name);
    if (known !== undefined) return known;
    places.set(name, sites.length);
    return sites.push(site) - 1;
  };
  const moved = update.rows.filter(({ id }) => isMoved(id)).map((row): Moved => [row.id, row.state, row.stateSinceNs, placeOf(row.site), ...numbersOf(row)]);
  const packed: Packed = { ...update, rows: update.rows.filter(({ id }) => !isMoved(id)), moved, sites };
  return JSON.stringify(packed);
}

/** Knows the rows of one run, as they were told. */
export class RowsText {
  private rows = new Map<string, Row>();

  /** Hears of rows that did not come as a text. */
  learn({ reset, rows, removed }: RowsUpdate): void {
    if (reset) this.rows = new Map();
    for (const id of removed) this.rows.delete(id);
    for (const row of rows) this.rows.set(row.id, row);
  }

  /** The update that was packed, its rows whole. */
  unpack(text: string): RowsUpdate {
    const { moved, sites, ...update } = JSON.parse(text) as Packed;
    for (const [id, state, stateSinceNs, site, ...values] of moved) {
      const known = this.rows.get(id);
      // Whoever has not heard of a row hears of it whole when he is told all of them.
      if (known === undefined) continue;
      const counted = Object.fromEntries(numbers[known.kind].map((name, at) => [name, values[at]]));
      update.rows.push({ ...known, state, stateSinceNs, site: sites[site] ?? null, ...counted });
    }
    this.learn(update);
    return update;
  }
}

function numbersOf(row: Row): unknown[] {
  const values = row as unknown as Record<string, unknown>;
  return numbers[row.kind].map((name) => values[name]);
}

/**
 * Changed rows as one text, with little of a row that is known already: of most only the state moves on, of a busy server's thousand several
 * hundred in each update.
 *
 *     head    { "title": "server.py", "nowNs": …  }                 facts of the whole run, which everybody wants
 *     body    in UTF-8:
 *     rows    { "id": "c7", "kind": "connection", "label": …  }     new ones, and those of which anything else changed
 *     moved   [ "c8", "working", 1200000000, 0, 512, 64 ]           state, since when, number of its line, then its numbers
 *     sites   [ { "file": …, "line": 12, … } ]                      each line once
 *
 * A message of objects is taken apart and put together several times on its way into a webview, on the editor's one thread too, and a text has each
 * of its quotes escaped twice; bytes are passed on as they are. Whoever only wants the latest takes several bodies apart at once.
 */
import type { SourcePosition } from './report';
import type { ProcessEdge, Row, RowsUpdate, RunInfo } from './rows';
import type { SpanState } from './states';

/** Of each kind of row the numbers that move with its state. */
const numbers: Readonly<Record<Row['kind'], readonly string[]>> = {
  process: ['threads', 'connections'], thread: [], task: [], connection: ['bytesIn', 'bytesOut'], listener: ['accepted'],
};

/** The line's place in the text; -1: it has none. */
type Moved = [id: string, state: SpanState, stateSinceNs: number, site: number, ...numbers: unknown[]];

interface Body extends Omit<RowsUpdate, 'info' | 'reset'> {
  moved: Moved[];
  sites: SourcePosition[];
}

/** An update that replaces nothing. `head` is JSON of a RunInfo, `body` UTF-8. */
export interface PackedRows {
  head: string;
  body: ArrayBuffer;
}

export function headOf({ head }: Pick<PackedRows, 'head'>): RunInfo {
  return JSON.parse(head) as RunInfo;
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
export function packRows({ info, rows, removed, edges }: RowsUpdate, isMoved: (id: string) => boolean): { head: string; body: string } {
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
  const moved = rows.filter(({ id }) => isMoved(id)).map((row): Moved => [row.id, row.state, row.stateSinceNs, placeOf(row.site), ...numbersOf(row)]);
  const body: Body = { rows: rows.filter(({ id }) => !isMoved(id)), removed, edges, moved, sites };
  return { head: JSON.stringify(info), body: JSON.stringify(body) };
}

/**
 * What some updates in a row come to, its rows whole: of what is said several times only the last is put together.
 * @param known a row as it was before the first of them.
 */
export function unpackRows(info: RunInfo, bodies: readonly string[], known: (id: string) => Row | undefined): RowsUpdate {
  const rows = new Map<string, Row>();
  const gone = new Set<string>();
  const edges = new Map<string, ProcessEdge>();
  const last = new Map<string, { moved: Moved; sites: readonly SourcePosition[] }>();
  for (const text of bodies) {
    const body = JSON.parse(text) as Body;
    for (const edge of body.edges) edges.set(`${edge.from} ${edge.to}`, edge);
    for (const id of body.removed) {
      gone.add(id);
      rows.delete(id);
      last.delete(id);
    }
    for (const row of body.rows) {
      rows.set(row.id, row);
      last.delete(row.id);
    }
    for (const moved of body.moved) last.set(moved[0], { moved, sites: body.sites });
  }
  for (const [id, { moved: [, state, stateSinceNs, site, ...values], sites }] of last) {
    const row = rows.get(id) ?? (gone.has(id) ? undefined : known(id));
    // Whoever has not heard of a row hears of it whole when he is told all of them.
    if (row === undefined) continue;
    const counted = Object.fromEntries(numbers[row.kind].map((name, at) => [name, values[at]]));
    rows.set(id, { ...row, state, stateSinceNs, site: sites[site] ?? null, ...counted });
  }
  return { info, reset: false, rows: [...rows.values()], removed: [...gone], edges: [...edges.values()] };
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
  unpack({ head, body }: { head: string; body: string }): RowsUpdate {
    const update = unpackRows(headOf({ head }), [body], (id) => this.rows.get(id));
    this.learn(update);
    return update;
  }
}

function numbersOf(row: Row): unknown[] {
  const values = row as unknown as Record<string, unknown>;
  return numbers[row.kind].map((name) => values[name]);
}

/**
 * Rows that are nothing of the program's: only the panel has them. A group holds rows together (a client's connections, the counters);
 * a number is drawn as a line over time instead of states (protocol/series.ts).
 */
import { numberRows, type NumberRow as NumberName } from '../src/protocol/series';
import type { ListenerRow, Row } from '../src/protocol/rows';

type Base = Omit<ListenerRow, 'kind' | 'address' | 'backlog' | 'accepted' | 'acceptQueue'>;

export interface GroupRow extends Base {
  kind: 'group';
  /** counters: of the run's numbers; host: of the clients with that address; process: of a traced client's. */
  of: 'counters' | 'host' | 'process';
}

export interface NumberRow extends Base {
  kind: 'number';
  name: NumberName | 'queue';
  /** Of a queue: its listener, and how many it was told to hold. */
  listener: string | null;
  backlog: number | null;
}

export type PanelRow = Row | GroupRow | NumberRow;

export const countersId = 'n:';
const groupPrefix = 'g:';

export function isOwnRow(id: string): boolean {
  return id.startsWith(countersId) || id.startsWith(groupPrefix) || /^q\d/.test(id);
}

/** A row of the program's; undefined for one of the panel's own. */
export function programRow(row: PanelRow | undefined): Row | undefined {
  return row === undefined || row.kind === 'group' || row.kind === 'number' ? undefined : row;
}

function base(id: string, parent: string | null, label: string): Base {
  return { id, parent, label, startNs: 0, endNs: null, state: 'alive', stateSinceNs: 0, site: null };
}

/** Their words are put in where they are shown: a language may come later than rows. */
export function counterRows(): PanelRow[] {
  return [
    { ...base(countersId, null, ''), kind: 'group', of: 'counters' },
    ...numberRows.map((name, at): NumberRow => ({ ...base(`${countersId}${name}`, countersId, ''), startNs: at, kind: 'number', name, listener: null, backlog: null })),
  ];
}

/** The lane of a listener's accept queue; null where nobody can know who stands there. */
export function queueRow(row: Row): NumberRow | null {
  if (row.kind !== 'listener' || !row.acceptQueue) return null;
  return { ...base(`q${row.id.slice(1)}`, row.id, ''), startNs: row.startNs, endNs: row.endNs, kind: 'number', name: 'queue', listener: row.id, backlog: row.backlog };
}

/** @param of 'process': `key` is its row's id. */
export function groupRow(of: 'host' | 'process', key: string, startNs: number): GroupRow {
  return { ...base(`${groupPrefix}${key}`, null, key), startNs, kind: 'group', of };
}

export function groupId(key: string): string {
  return `${groupPrefix}${key}`;
}

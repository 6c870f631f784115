/**
 * How rows are grouped: under what each hangs.
 *
 *     process     process ▸ thread ▸ connection             who does the work
 *     listener    listener ▸ connection, then processes     what comes in where, whoever serves it
 *     client      client ▸ connection, then processes       who asks: a traced client's process, else the host
 */
import type { ConnectionRow, Row } from '../src/protocol/rows';
import type { ListKind } from './foldEnded';
import { groupId, groupRow, type GroupRow } from './panelRows';
import { kindsOnTop, parentOf, type Hanging } from './rowOrder';
import { t } from './words';

export const groupings = ['process', 'listener', 'client'] as const;
export type Grouping = (typeof groupings)[number];

export function groupingWords(grouping: Grouping): string {
  switch (grouping) {
    case 'process': return t('process ▸ thread ▸ connection');
    case 'listener': return t('listener ▸ connection');
    case 'client': return t('client ▸ connection');
  }
}

/** `127.0.0.1:50412` → `127.0.0.1`; a path and whatever else has no port stays as it is. */
function hostOf(address: string): string {
  return /^(.+):\d+$/.exec(address)?.[1] ?? address;
}

/** Of a connection that came in: whose it is. */
function clientOf(row: ConnectionRow): { of: 'host' | 'process'; key: string } | null {
  if (row.role !== 'server') return null;
  if (row.peerProcess !== null) return { of: 'process', key: row.peerProcess };
  return row.peer === null || row.peer === '' ? null : { of: 'host', key: hostOf(row.peer) };
}

const byListener: Hanging = (row, listeners) => {
  if (row.kind === 'listener') return null;
  if (row.kind === 'connection' && row.listener !== null) return row.listener;
  return parentOf(row, listeners);
};

const byClient: Hanging = (row, listeners) => {
  const client = row.kind === 'connection' ? clientOf(row) : null;
  return client === null ? parentOf(row, listeners) : groupId(client.key);
};

export function hangingOf(grouping: Grouping): { hanging: Hanging; onTop: readonly ListKind[] } {
  switch (grouping) {
    case 'process': return { hanging: parentOf, onTop: kindsOnTop };
    case 'listener': return { hanging: byListener, onTop: ['group', 'listener', 'process', 'number', 'thread', 'task', 'connection', 'native'] };
    case 'client': return { hanging: byClient, onTop: kindsOnTop };
  }
}

/** The group that a row needs in this grouping; null where it hangs under a row of the program's. */
export function groupOf(grouping: Grouping, row: Row): GroupRow | null {
  const client = grouping === 'client' && row.kind === 'connection' ? clientOf(row) : null;
  return client === null ? null : groupRow(client.of, client.key, row.startNs);
}

/** What a row is called and what it says of itself: the same words in its header, in the tree and for a screen reader. */
import { gapSentence } from '../src/protocol/coverageWords';
import type { ExitStatus } from '../src/protocol/report';
import type { ConnectionRow, ProcessRow } from '../src/protocol/rows';
import { ownReason } from '../src/protocol/stopped';
import type { ListKind } from './foldEnded';
import { programRow, type NumberRow, type PanelRow } from './panelRows';
import type { IconName } from './icons';
import { bytes, count, exitWords } from './format';
import { stateName } from './stateWords';
import { reasonWord } from './stopWords';
import { t } from './words';

export function kindName(kind: PanelRow['kind']): string {
  switch (kind) {
    case 'group': return t('group');
    case 'number': return t('counter');
    case 'process': return t('process');
    case 'thread': return t('thread');
    case 'task': return t('task');
    case 'connection': return t('connection');
    case 'listener': return t('listener');
  }
}

export function kindIcon(row: PanelRow): IconName {
  if (row.kind === 'number') return 'counter';
  if (row.kind === 'group') return row.of === 'counters' ? 'counter' : row.of === 'host' ? 'client' : 'process';
  if (row.kind === 'task') return 'thread';
  return row.kind === 'connection' && row.role === 'client' ? 'client' : row.kind;
}

/** What a fold is called. */
export function foldedRows(kind: ListKind, rows: number): string {
  switch (kind) {
    case 'native': return t('{0} threads without JavaScript', count(rows));
    case 'group':
    case 'number': return '';
    case 'process': return t('{0} ended processes', count(rows));
    case 'thread': return t('{0} ended threads', count(rows));
    case 'task': return t('{0} ended tasks', count(rows));
    case 'connection': return t('{0} ended connections', count(rows));
    case 'listener': return t('{0} ended listeners', count(rows));
  }
}

/** How a process is, in one word and one icon. */
export function processState(row: ProcessRow): { word: string; icon: IconName; tone: 'good' | 'dim' | 'bad' | 'warn' } {
  if (row.state === 'zombie') return { word: t('zombie'), icon: 'zombie', tone: 'warn' };
  if (row.endNs !== null || row.exit !== null) {
    return { word: exitWords(row.exit), ...exitTone(row.exit) };
  }
  if (row.state === 'unknown') return { word: t('unknown'), icon: 'unknown', tone: 'dim' };
  return { word: stateName(row.state), icon: 'alive', tone: 'good' };
}

/** How a process with gaps is called. */
export function coverageTag(row: ProcessRow): string {
  return row.covered ? t('partly seen') : t('observed only');
}

/** SIGINT and SIGTERM are how a program is asked to end: that is no failure. */
export function exitTone(exit: ExitStatus | null): { icon: IconName; tone: 'dim' | 'bad' } {
  if (exit === null || exit.code === 0) return { icon: 'ended', tone: 'dim' };
  if (exit.signal === 'SIGINT' || exit.signal === 'SIGTERM') return { icon: 'killed', tone: 'dim' };
  return { icon: exit.signal === null ? 'error' : 'killed', tone: 'bad' };
}

export function traffic(row: ConnectionRow): string {
  return `↓${bytes(row.bytesIn)} ↑${bytes(row.bytesOut)}`;
}

/** What a row is called; `labelOf` knows the rows of the program's. */
export function rowLabel(row: PanelRow, labelOf: (id: string) => string | undefined): string {
  if (row.kind === 'number') return numberLabel(row);
  if (row.kind !== 'group') return row.label;
  if (row.of === 'counters') return t('Counters');
  return row.of === 'process' ? (labelOf(row.label) ?? row.label) : row.label;
}

function numberLabel({ name }: NumberRow): string {
  switch (name) {
    case 'connections': return t('open connections');
    case 'threads': return t('live threads');
    case 'processes': return t('live processes');
    case 'bytesIn': return t('bytes in a second');
    case 'bytesOut': return t('bytes out a second');
    case 'queue': return t('accept queue');
  }
}

/** What a number is in words: a rate in bytes. */
export function numberWords(name: NumberRow['name'], value: number): string {
  return name === 'bytesIn' || name === 'bytesOut' ? t('{0}/s', bytes(Math.round(value))) : count(value);
}

/** Of a thread that a debugger has stopped: `paused · breakpoint`, `held by the debugger`; null where it goes on. */
export function pausedWord(row: PanelRow): string | null {
  if (row.kind !== 'thread' || row.paused === undefined || row.endNs !== null) return null;
  if (row.paused.reason === ownReason) return reasonWord(ownReason);
  return row.paused.reason === null ? t('paused') : `${t('paused')} · ${reasonWord(row.paused.reason)}`;
}

/** Of a process that its debugger did not follow. */
export function unfollowedSentence(): string {
  return t('The debugger did not follow this process: breakpoints do not stop it. Its menu (right click, Shift+F10) has Attach Debugger.');
}

/** The short fact at the right of a row's header. */
export function rowFact(row: PanelRow): string {
  switch (row.kind) {
    case 'group':
    case 'number': return '';
    case 'process': return row.endNs === null && row.state !== 'zombie' ? t('pid {0}', row.pid) : processState(row).word;
    case 'task':
    case 'thread': return pausedWord(row) ?? (row.endNs === null ? stateName(row.state) : t('ended'));
    // Of a moment of a replay its bytes are not known.
    case 'connection': return (row.state === 'queued' && row.endNs === null) || Number.isNaN(row.bytesIn) ? stateName(row.state) : traffic(row);
    case 'listener': return t('{0} accepted', count(row.accepted));
  }
}

/** What a screen reader hears beyond the words that are seen. */
export function rowAside(shown: PanelRow): string {
  const row = programRow(shown);
  if (row === undefined) return '';
  const parts: string[] = [];
  switch (row.kind) {
    case 'process':
      parts.push(processState(row).word);
      if (row.orphaned) parts.push(t('orphan'));
      if (row.gaps.length > 0) parts.push(coverageTag(row), ...row.gaps.map((gap) => gapSentence(gap, t)));
      break;
    case 'thread':
      break;
    case 'task':
      if (row.awaits !== null) parts.push(row.awaits);
      break;
    case 'connection':
      parts.push(row.endNs === null ? stateName(row.state) : t('closed'));
      parts.push(t('{0} received, {1} sent', bytes(row.bytesIn), bytes(row.bytesOut)));
      break;
    case 'listener':
      break;
  }
  return parts.join(', ');
}

/** The number of a thread's id, as tiles name owners: t7 → 7. */
export function ownerNumber(threadId: string | null): number {
  const value = threadId === null ? 0 : Number(threadId.slice(1));
  return Number.isInteger(value) && value > 0 ? value : 0;
}

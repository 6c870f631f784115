/** What each element of the sidebar looks like: label, live state, icon, facts in the tooltip. No state of its own. */
import * as vscode from 'vscode';
import type { ExitStatus, SourcePosition } from '../protocol/report';
import { gapSentence } from '../protocol/coverageWords';
import { isNativeThread, type FoldKind } from '../protocol/foldEnded';
import type { ConnectionRow, ListenerRow, ProcessRow, Row, TaskRow, ThreadRow } from '../protocol/rows';
import { ownReason } from '../protocol/stopped';
import { bytes, duration } from './format';
import { findingsWords, type FindingNode, type FindingsNode } from './findingItems';
import { commandIds, itemKinds } from './ids';
import { sentenceFor } from './problems';
import type { Recording } from './recordings';
import { joinCommand } from './splitCommand';
import { connectionIcon, debuggedIcon, listenerIcon, pausedIcon, processIcon, stateName, stateSentence, threadIcon } from './stateWords';
import type { Run } from './run';

export interface RunNode {
  readonly kind: 'run';
  readonly run: Run;
}

export interface RowNode {
  readonly kind: 'row';
  readonly run: Run;
  readonly id: string;
}

/** Stands for the older ended children of a kind, or for native threads. */
export interface FoldNode {
  readonly kind: 'fold';
  readonly run: Run;
  readonly parent: string | null;
  readonly of: FoldKind;
}

/** Stands for children that are not listed. */
export interface MoreNode {
  readonly kind: 'more';
  readonly run: Run;
  readonly parent: string | null;
  /** The fold that they are of; null: they live. */
  readonly of: FoldKind | null;
  readonly hidden: number;
}

export interface RecordingsNode {
  readonly kind: 'recordings';
}

export interface RecordingNode {
  readonly kind: 'recording';
  readonly recording: Recording;
}

export type Node = RunNode | FindingsNode | FindingNode | RowNode | FoldNode | MoreNode | RecordingsNode | RecordingNode;

const { t } = vscode.l10n;
const locale = (): string => vscode.env.language;
const joined = (parts: readonly (string | null)[]): string => parts.filter((part) => part !== null && part !== '').join(' · ');

/** `exit 0`, `SIGTERM`. */
function exitText(exit: ExitStatus | null): string {
  if (exit === null) return t('ended');
  return exit.signal !== null ? t('ended by {0}', exit.signal) : t('exit code {0}', exit.code ?? '?');
}

function statusText(run: Run): string {
  if (run.problem !== null && run.rows.size === 0) return t('unreadable');
  switch (run.status) {
    case 'starting':
      return t('starting…');
    case 'stopping':
      return t('stopping…');
    case 'running':
      return counts(run);
    case 'ended':
      if (run.wasStopped) return t('stopped');
      return run.exit === null && run.rows.info?.complete !== true ? t('incomplete') : exitText(run.exit);
  }
}

function counts(run: Run): string {
  const info = run.rows.info;
  if (info === null) return t('running');
  return joined([
    info.connections === 0 ? null : info.connections === 1 ? t('1 connection') : t('{0} connections', info.connections),
    info.processes === 1 ? t('1 process') : t('{0} processes', info.processes),
  ]);
}

function runIcon(run: Run): vscode.ThemeIcon {
  if (run.problem !== null) return new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground'));
  if (run.isLive) return new vscode.ThemeIcon(run.status === 'running' ? 'record' : 'loading~spin', new vscode.ThemeColor('charts.green'));
  if (run.launch === null) return new vscode.ThemeIcon('history');
  const ok = run.exit?.code === 0 || run.wasStopped;
  return ok
    ? new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'))
    : new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('descriptionForeground'));
}

/** What stands behind a run's name. */
export function runWords(run: Run): string {
  return joined([statusText(run), findingsWords(run)]);
}

export function runItem({ run }: RunNode): vscode.TreeItem {
  const hasRows = run.rows.size > 0;
  const item = new vscode.TreeItem(
    run.title,
    hasRows || run.problem === null ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
  );
  item.id = run.key;
  const description = runWords(run);
  item.description = description;
  item.iconPath = runIcon(run);
  item.contextValue = run.isLive ? itemKinds.runningRun : run.launch === null ? itemKinds.openedRun : itemKinds.endedRun;
  item.tooltip = facts(run.title, [
    run.problem === null ? null : sentenceFor(run.problem, hasRows),
    fact(t('Command'), joinCommand(run.rows.info?.command ?? run.launch?.command ?? [])),
    fact(t('Folder'), run.rows.info?.directory ?? run.launch?.directory ?? null),
    fact(t('Recording'), run.source.path),
    run.rows.info !== null && run.rows.info.lostEvents > 0 ? t('{0} events were lost.', run.rows.info.lostEvents) : null,
  ]);
  item.accessibilityInformation = { label: joined([run.title, description]) };
  item.command = { command: commandIds.showPanel, title: '', arguments: [run.key] };
  return item;
}

/**
 * Of a process of a run that is debugged: whether a debug session has it; of what lives in one: debugged. unfollowed: it has none though there was time for one. null: no
 * debugger is there, or nothing is to be said.
 */
export type DebugState = 'debugged' | 'unfollowed' | null;

/** How long something took, ns, without stopped time. */
export interface RowLengths {
  readonly life: number | null;
  readonly queue: number | null;
}

/** @param queue of a listener: who waits to be accepted. @param lengths null: whole. */
export function rowItem(node: RowNode, row: Row, hasChildren: boolean, queue: Queue | null = null, debug: DebugState = null, lengths: RowLengths | null = null): vscode.TreeItem {
  const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
  // Processes open by themselves; a thread only while it serves, so that a thousand ended ones stay one line each.
  const alive = isAlive(node.run, row);
  const opens = row.kind === 'process' || alive || node.run.launch === null;
  // VS Code looks at the wanted state only when it first sees an id, and an id is for life: what may have a child some day is open from the first.
  const isParent = hasChildren || (alive && mayHaveChildren(row));
  const { label, rest } = splitLabel(row);
  const item = new vscode.TreeItem(label, isParent ? (opens ? Expanded : Collapsed) : None);
  item.id = `${node.run.key}/${row.id}`;
  item.contextValue = kindOfItem(row, debug);
  const { icon, state, more, lines } = face(row, alive, queue, debug, lengths);
  const description = joined([state, rest, more ?? null]);
  item.iconPath = icon;
  item.description = description;
  item.tooltip = facts(row.label, [...lines, source(row.site)]);
  item.accessibilityInformation = { label: joined([row.label, kindName(row), description]) };
  item.command = { command: commandIds.revealInPanel, title: '', arguments: [node] };
  return item;
}

/** Whether anything may come to stand below it. A thread that runs no JavaScript owns nothing that the recorder sees. */
function mayHaveChildren(row: Row): boolean {
  return row.kind !== 'connection' && !isNativeThread(row);
}

function kindOfItem({ site }: Row, debug: DebugState): string {
  switch (debug) {
    case 'debugged': return site === null ? itemKinds.debuggedRow : itemKinds.debuggedRowWithSource;
    case 'unfollowed': return site === null ? itemKinds.unfollowedRow : itemKinds.unfollowedRowWithSource;
    case null: return site === null ? itemKinds.row : itemKinds.rowWithSource;
  }
}

/** A thing whose end nobody saw has ended with its run all the same. */
function isAlive(run: Run, row: Row): boolean {
  return row.endNs === null && run.rows.info?.state !== 'ended';
}

/**
 * A sidebar is narrow, and what is said last is cut off. Python names a thread "Thread-1 (serve)": the number is the label, the
 * rest comes after the state. A client on this machine is known by its port. The tooltip and a screen reader have it whole.
 */
function splitLabel(row: Row): { label: string; rest: string | null } {
  if (row.kind === 'connection') return { label: row.label.replace(/^(127\.0\.0\.1|\[::1\])(?=:\d+$)/, ''), rest: null };
  const [, name, target] = row.kind === 'thread' ? (/^(Thread-\d+) \((.+)\)$/.exec(row.label) ?? []) : [];
  return name === undefined || target === undefined ? { label: row.label, rest: null } : { label: name, rest: target };
}

/** Clients in an accept queue. */
export interface Queue {
  readonly length: number;
  /** How long the first of them has waited, ns. */
  readonly oldestNs: number;
}

interface Face {
  icon: vscode.ThemeIcon;
  /** What is seen even where there is little room. */
  state: string;
  /** What may be cut off. */
  more?: string | null;
  lines: (string | null)[];
}

function face(row: Row, alive: boolean, queue: Queue | null, debug: DebugState, lengths: RowLengths | null): Face {
  const known = plainFace(row, alive, queue, debug, lengths);
  return { ...known, lines: [...known.lines, life(row, lengths)] };
}

function plainFace(row: Row, alive: boolean, queue: Queue | null, debug: DebugState, lengths: RowLengths | null): Face {
  switch (row.kind) {
    case 'process':
      return processFace(row, alive, debug);
    case 'thread':
      return threadFace(row, alive);
    case 'task':
      return taskFace(row, alive);
    case 'connection':
      return connectionFace(row, alive, lengths);
    case 'listener':
      return listenerFace(row, alive, queue);
  }
}

function kindName(row: Row): string {
  switch (row.kind) {
    case 'process':
      return t('process');
    case 'thread':
      return t('thread');
    case 'task':
      return t('task');
    case 'connection':
      return t('connection');
    case 'listener':
      return t('listener');
  }
}

function processFace(row: ProcessRow, alive: boolean, debug: DebugState): Face {
  const state = row.state === 'zombie' ? stateName('zombie') : alive ? null : exitText(row.exit);
  return {
    icon: alive && debug === 'debugged' ? debuggedIcon(row.state) : processIcon(row.state, alive),
    state: joined([state, row.orphaned ? t('orphaned') : null, t('pid {0}', String(row.pid)), alive && debug === 'unfollowed' ? t('not debugged') : null]),
    lines: [
      alive && debug === 'debugged' ? t('A debugger is attached to it.') : null,
      alive && debug === 'unfollowed' ? t('The debugger did not follow this process: breakpoints do not stop it.') : null,
      fact(t('Command'), joinCommand(row.command)),
      row.multiprocessing === null ? null : fact('multiprocessing', joined([row.multiprocessing.name, row.multiprocessing.daemon ? t('daemon') : null])),
      row.state === 'zombie' ? stateSentence('zombie') : null,
      ...row.gaps.map((gap) => gapSentence(gap, vscode.l10n.t)),
    ],
  };
}

function threadFace(row: ThreadRow, alive: boolean): Face {
  const paused = alive ? row.paused : undefined;
  return {
    icon: paused === undefined ? threadIcon(row.state, alive) : pausedIcon(),
    state: paused !== undefined ? pausedWords(paused.reason) : alive ? stateName(row.state) : t('ended'),
    more: row.daemon === true ? t('daemon') : null,
    lines: [fact(t('Function'), row.target), alive ? stateSentence(row.state) : null, fact(t('Thread id'), String(row.tid))],
  };
}

/** A reason that only one debugger knows is said as it says it. */
function pausedWords(reason: string | null): string {
  switch (reason) {
    case null:
      return t('paused');
    case 'breakpoint':
      return t('paused on a breakpoint');
    case 'step':
      return t('paused after a step');
    case 'exception':
      return t('paused on an exception');
    case 'pause':
      return t('paused by hand');
    case ownReason:
      return t('held by the debugger');
    default:
      return t('paused: {0}', reason);
  }
}

function taskFace(row: TaskRow, alive: boolean): Face {
  return {
    icon: threadIcon(row.state, alive),
    state: alive ? stateName(row.state) : t('ended'),
    more: alive ? row.awaits : null,
    lines: [fact(t('Coroutine'), row.coroutine), fact(t('Awaits'), row.awaits), alive ? stateSentence(row.state) : null],
  };
}

function connectionFace(row: ConnectionRow, alive: boolean, lengths: RowLengths | null): Face {
  const traffic = `↓${bytes(row.bytesIn, locale())} ↑${bytes(row.bytesOut, locale())}`;
  const queue = row.queuedNs !== null && row.acceptedNs !== null ? (lengths?.queue ?? row.acceptedNs - row.queuedNs) : null;
  return {
    icon: connectionIcon(row.state, alive),
    state: traffic,
    more: alive ? stateName(row.state) : t('closed'),
    lines: [
      fact(t('Received'), bytes(row.bytesIn, locale())),
      fact(t('Sent'), bytes(row.bytesOut, locale())),
      fact(t('Local'), row.local),
      fact(t('Peer'), row.peer),
      queue === null ? null : fact(t('Waited to be accepted'), duration(queue, locale())),
      alive ? stateSentence(row.state) : null,
    ],
  };
}

function listenerFace(row: ListenerRow, alive: boolean, queue: Queue | null): Face {
  const waiting = !alive || queue === null ? null : t('{0} queued · oldest {1}', String(queue.length), duration(wholeSeconds(queue.oldestNs), locale()));
  return {
    icon: listenerIcon(alive),
    // Who waits now is what matters: where there is little room it must be seen.
    state: joined([waiting, t('{0} accepted', row.accepted), alive ? null : t('closed')]),
    lines: [fact(t('Address'), row.address), row.backlog === null ? null : fact(t('Backlog'), String(row.backlog))],
  };
}

/** An age that ticks shows tenths while it is young, then seconds: its third digit would only flicker. */
function wholeSeconds(ns: number): number {
  const step = ns < 1e9 ? 1e7 : ns < 10e9 ? 1e8 : 1e9;
  return Math.max(0, Math.floor(ns / step) * step);
}

function life(row: Row, lengths: RowLengths | null): string | null {
  return row.endNs === null ? null : fact(t('Lived for'), duration(lengths?.life ?? row.endNs - row.startNs, locale()));
}

function source(site: SourcePosition | null): string | null {
  return site === null ? null : fact(t('Source'), `${site.file}:${site.line}`);
}

function fact(name: string, value: string | null): string | null {
  return value === null || value === '' ? null : `${name}: ${value}`;
}

/** A tooltip of plain facts; nothing in it is read as markup. */
function facts(title: string, lines: readonly (string | null)[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown('**').appendText(title).appendMarkdown('**');
  for (const line of lines) if (line !== null) text.appendMarkdown('\n\n').appendText(line);
  return text;
}

/** @param rows how many it stands for. */
export function foldItem(node: FoldNode, rows: number): vscode.TreeItem {
  const item = new vscode.TreeItem(foldedWords(node.of, new Intl.NumberFormat(locale()).format(rows)), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `${node.run.key}/${node.parent ?? ''}/ended/${node.of}`;
  if (node.of === 'native') item.tooltip = t("They run none of the program's JavaScript: libuv's pool, V8's and the inspector's helpers, or an add-on's.");
  item.contextValue = itemKinds.more;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  return item;
}

function foldedWords(kind: FoldKind, rows: string): string {
  switch (kind) {
    case 'native':
      return t('{0} threads without JavaScript', rows);
    case 'process':
      return t('{0} ended processes', rows);
    case 'thread':
      return t('{0} ended threads', rows);
    case 'task':
      return t('{0} ended tasks', rows);
    case 'connection':
      return t('{0} ended connections', rows);
    case 'listener':
      return t('{0} ended listeners', rows);
  }
}

/** Everything of an element that can be seen. */
export function lookOf({ label, description, iconPath, contextValue, collapsibleState, tooltip }: vscode.TreeItem): string {
  return JSON.stringify([label, description, iconPath, contextValue, collapsibleState, typeof tooltip === 'string' ? tooltip : tooltip?.value]);
}

/** Of what went away between the question for children and the one for itself. */
export function goneItem({ run, id, kind }: RowNode | FindingNode): vscode.TreeItem {
  const item = new vscode.TreeItem('');
  item.id = kind === 'row' ? `${run.key}/${id}` : `${run.key}/finding/${id}`;
  return item;
}

export function moreItem(node: MoreNode): vscode.TreeItem {
  const item = new vscode.TreeItem(t('{0} more', node.hidden));
  item.id = `${node.run.key}/${node.parent ?? ''}/more/${node.of ?? ''}`;
  item.contextValue = itemKinds.more;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.tooltip = t('The panel shows all of them.');
  item.command = { command: commandIds.showPanel, title: '', arguments: [node.run.key] };
  return item;
}

export function recordingsItem(expanded: boolean): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(t('Recordings'), expanded ? Expanded : Collapsed);
  item.id = 'recordings';
  item.contextValue = itemKinds.recordings;
  item.iconPath = new vscode.ThemeIcon('archive');
  return item;
}

export function recordingItem(node: RecordingNode): vscode.TreeItem {
  const { recording } = node;
  const item = new vscode.TreeItem(recording.title);
  item.id = `recording/${recording.source.path}`;
  item.contextValue = itemKinds.recording;
  item.iconPath = new vscode.ThemeIcon(recording.source.kind === 'file' ? 'history' : 'warning');
  const date = new Date(recording.modified).toLocaleString(locale(), { dateStyle: 'short', timeStyle: 'short' });
  item.description = date;
  item.tooltip = facts(recording.title, [
    date,
    recording.source.kind === 'file' ? bytes(recording.bytes, locale()) : t('Its run was cut off; what was recorded until then is there.'),
    recording.source.path,
  ]);
  item.command = { command: commandIds.openRecording, title: '', arguments: [vscode.Uri.file(recording.source.path)] };
  return item;
}

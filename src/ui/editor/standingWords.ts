/** What the end of a line and its hover say of those who stand there. */
import * as vscode from 'vscode';
import { commandIds } from '../ids';
import { about, aboutDuration, duration, running } from '../format';
import { stateName } from '../stateWords';
import type { ShownLine, Stander } from './standingLines';

const { l10n } = vscode;

const time = (ns: number): string => duration(ns, vscode.env.language);

/**
 * `3 threads here · longest 12.4 s · 41 waits, 2:03 in all`; '' where nothing is to be said. Each text costs the editor a style rule, so it
 * changes no more often than one can read; the hover is exact.
 */
export function lineEnd(line: ShownLine, step: 'tenth' | 'second' = 'tenth'): string {
  return [nowPart(line, step), waitsPart(line), madePart(line)].filter((part) => part !== '').join(' · ');
}

/** Links lead to the lanes. */
export function lineHover(line: ShownLine): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  text.isTrusted = { enabledCommands: [commandIds.showRow] };
  if (line.standers.length > 0) {
    text.appendMarkdown(`**${here(line)}**\n\n`);
    for (const stander of line.standers) text.appendMarkdown(`- ${item(stander)}\n`);
    const more = line.threads + line.tasks - line.standers.length;
    if (more > 0) text.appendMarkdown(`- ${l10n.t('{0} more', more)}\n`);
    text.appendMarkdown('\n');
  }
  if (line.waits > 0) text.appendMarkdown(`${l10n.t('{0} waits here are over: {1} in all, the longest {2}.', line.waits, time(line.waitedNs), time(line.longestNs))}\n\n`);
  const made = madePart(line);
  if (made !== '') text.appendMarkdown(made);
  return text;
}

function nowPart(line: ShownLine, step: 'tenth' | 'second'): string {
  const [longest] = line.standers;
  if (longest === undefined) return '';
  const long = running(longest.forNs, step, vscode.env.language);
  if (long === '') return here(line);
  return `${here(line)} · ${line.threads + line.tasks > 1 ? l10n.t('longest {0}', long) : long}`;
}

function here({ threads, tasks }: ShownLine): string {
  const parts = [
    threads === 0 ? '' : threads === 1 ? l10n.t('1 thread here') : l10n.t('{0} threads here', threads),
    tasks === 0 ? '' : tasks === 1 ? l10n.t('1 task here') : l10n.t('{0} tasks here', tasks),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function waitsPart({ waits, waitedNs }: ShownLine): string {
  if (waits === 0) return '';
  const sum = aboutDuration(waitedNs, vscode.env.language);
  return waits === 1 ? l10n.t('1 wait, {0}', sum) : l10n.t('{0} waits, {1} in all', about(waits, vscode.env.language), sum);
}

function madePart({ processes, threadsStarted }: ShownLine): string {
  const parts = [
    processes === 0 ? '' : processes === 1 ? l10n.t('1 process started here') : l10n.t('{0} processes started here', processes),
    threadsStarted === 0 ? '' : threadsStarted === 1 ? l10n.t('1 thread started here') : l10n.t('{0} threads started here', threadsStarted),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function item({ run, row, label, process, state, forNs }: Stander): string {
  const link = `command:${commandIds.showRow}?${encodeURIComponent(JSON.stringify([{ run: run.key, row }]))}`;
  return `[${plain(label)}](${link} "${plain(l10n.t('Show its lane'))}") · ${plain(`${process.label} ${process.pid}`)} · ${stateName(state)} · ${time(forNs)}`;
}

/** Names are the program's: none of them may be Markdown. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&$"]/g, '\\$&').replace(/\s+/g, ' ');
}

/** What the rules found in a run, in the sidebar: one element for all, and one for each with its line. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { FindingItem, Severity } from '../protocol/findings';
import { told, type Phrase } from '../protocol/phrase';
import { commandIds, itemKinds } from './ids';
import type { Run } from './run';

export interface FindingsNode {
  readonly kind: 'findings';
  readonly run: Run;
  /** Not mere facts alone. */
  readonly grave: boolean;
}

export interface FindingNode {
  readonly kind: 'finding';
  readonly run: Run;
  readonly id: string;
}

const { t } = vscode.l10n;

/** In the person's language. */
export const inWords = (phrase: Phrase): string => told(phrase, (text, ...values) => vscode.l10n.t(text, ...values));

const icons: Record<Severity, vscode.ThemeIcon> = {
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground')),
  info: new vscode.ThemeIcon('info', new vscode.ThemeColor('problemsInfoIcon.foreground')),
};

function severityName(severity: Severity): string {
  switch (severity) {
    case 'error':
      return t('error');
    case 'warning':
      return t('warning');
    case 'info':
      return t('information');
  }
}

/** How many there are, listed or not. */
export function findingsCount({ findings }: Run): number {
  return findings.items.length + findings.hidden;
}

/** `2 findings`; null where there are none. */
export function findingsWords(run: Run): string | null {
  const count = findingsCount(run);
  if (count === 0) return null;
  return count === 1 ? t('1 finding') : t('{0} findings', count);
}

/** The row that is selected with it: the first of its subjects that has one. */
export function rowOf(run: Run, { subjects }: FindingItem): string | null {
  return subjects.find((id) => run.rows.get(id) !== undefined) ?? null;
}

/** Whether there is more to say than mere facts. */
export function areGrave({ findings }: Run): boolean {
  return findings.items.some(({ severity }) => severity !== 'info');
}

export function findingsItem({ run, grave }: FindingsNode): vscode.TreeItem {
  const { items } = run.findings;
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(t('Findings ({0})', findingsCount(run)), grave ? Expanded : Collapsed);
  // Facts stay folded.
  item.id = `${run.key}/findings${grave ? '+' : ''}`;
  item.contextValue = itemKinds.findings;
  item.iconPath = grave ? icons[items[0]?.severity ?? 'warning'] : new vscode.ThemeIcon('lightbulb');
  if (run.findings.hidden > 0) item.tooltip = t('The first {0} are listed.', items.length);
  return item;
}

export function findingItem(node: FindingNode, finding: FindingItem): vscode.TreeItem {
  const { run } = node;
  const title = inWords(finding.title);
  const line = finding.at === null ? null : `${basename(finding.at.file)}:${finding.at.line}`;
  const who = whereWords(run, finding);
  const item = new vscode.TreeItem(title);
  item.id = `${run.key}/finding/${finding.id}`;
  item.contextValue = itemKinds.finding;
  item.iconPath = icons[finding.severity];
  item.description = [line, who].filter((part) => part !== null).join(' · ');
  item.tooltip = new vscode.MarkdownString().appendMarkdown('**').appendText(title).appendMarkdown('**\n\n').appendText(inWords(finding.detail));
  if (finding.at !== null) item.tooltip.appendMarkdown('\n\n').appendText(t('Source: {0}', `${finding.at.file}:${finding.at.line}`));
  item.accessibilityInformation = { label: `${severityName(finding.severity)}: ${title}. ${inWords(finding.detail)} ${line ?? ''}`.trim() };
  item.command = { command: commandIds.openFinding, title: '', arguments: [node] };
  return item;
}

/** The thread that it is about, or else the process. */
function whereWords(run: Run, { subjects }: FindingItem): string | null {
  const rows = subjects.flatMap((id) => run.rows.get(id) ?? []);
  return (rows.find(({ kind }) => kind === 'thread') ?? rows.find(({ kind }) => kind === 'process'))?.label ?? null;
}

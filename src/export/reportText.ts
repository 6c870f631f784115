/** The report as text for a terminal: the process tree, the connections with their waits, and the findings. */
import { printable } from '../base/printable';
import { english, gapSentence } from '../protocol/coverageWords';
import type { ExitStatus, Report, ReportConnection, ReportProcess, ReportThread, SourcePosition } from '../protocol/report';

/** At most so many alike lines; a server's report would fill the screen many times over. */
const mostLines = 200;

export function reportText(report: Report): string {
  const lines = [...head(report), '', ...processTree(report), ...connections(report), ...findings(report)];
  return `${lines.map(printable).join('\n')}\n`;
}

function head({ recording }: Report): string[] {
  const lines = [recording.command.join(' ')];
  const exit = recording.exit === null ? 'still running, or its end is unknown' : describeExit(recording.exit);
  lines.push(`${recording.startedAt}, ${duration(recording.durationNs)}, ${exit}, ${String(recording.events)} events`);
  if (!recording.complete) lines.push('The recording was cut: what happened after its end is missing.');
  if (recording.lostEvents > 0) lines.push(`${String(recording.lostEvents)} events were lost.`);
  if (recording.completeFromNs !== null) lines.push(`The first ${duration(recording.completeFromNs)} were dropped, because the recording reached its size limit; what lived on is shown from its beginning, totals count from then.`);
  else if (recording.droppedBytes > 0) lines.push(`${String(recording.droppedBytes)} bytes were dropped.`);
  return lines;
}

function processTree({ processes }: Report): string[] {
  const children = new Map<string | null, ReportProcess[]>();
  const known = new Set(processes.map(({ id }) => id));
  for (const process of processes) {
    const parent = process.parent !== null && known.has(process.parent) ? process.parent : null;
    children.set(parent, [...(children.get(parent) ?? []), process]);
  }
  const lines = [`Processes (${String(processes.length)})`];
  const add = (process: ReportProcess, depth: number): void => {
    const indent = '  '.repeat(depth + 1);
    lines.push(`${indent}${process.id} ${process.name} (pid ${String(process.pid)})${born(process)}${ended(process)}`);
    lines.push(...process.unseen.map((gap) => `${indent}  ${gapSentence(gap, english)}`));
    for (const thread of process.threads) if (process.threads.length > 1) lines.push(`${indent}  ${describeThread(thread)}`);
    for (const child of children.get(process.id) ?? []) add(child, depth + 1);
  };
  for (const root of children.get(null) ?? []) add(root, 0);
  return capped(lines);
}

function born({ birth, bornAt }: ReportProcess): string {
  return birth === 'root' ? '' : `, ${birth}${at(bornAt)}`;
}

function ended({ exit, endNs, zombieNs }: ReportProcess): string {
  const how = exit !== null ? describeExit(exit) : endNs === null ? 'alive at the end' : 'ended';
  return `, ${how}${zombieNs !== null && zombieNs >= 1e6 ? `, a zombie for ${duration(zombieNs)}` : ''}`;
}

function describeThread(thread: ReportThread): string {
  const waits = Object.entries(thread.waitNs)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([reason, ns]) => `${reason} ${duration(ns)}`);
  const name = thread.name ?? (thread.main ? 'main thread' : `thread ${String(thread.tid)}`);
  return `${thread.id} ${name}${waits.length > 0 ? `: waited ${waits.join(', ')}` : ''}`;
}

function connections({ connections: all, listeners }: Report): string[] {
  const lines: string[] = [];
  for (const listener of listeners) {
    lines.push('', `Listener ${listener.id} ${listener.protocol} ${listener.address}: ${String(listener.accepted)} accepted`);
    lines.push(...capped(all.filter((connection) => connection.listener === listener.id).map(describeConnection)));
  }
  const others = all.filter((connection) => connection.listener === null);
  if (others.length > 0) lines.push('', 'Other connections', ...capped(others.map(describeConnection)));
  return lines;
}

function describeConnection(connection: ReportConnection): string {
  const { queuedNs, acceptedNs, closedNs, bytesIn, bytesOut, owners } = connection;
  const parts = [`  ${connection.id} ${connection.role === 'server' ? 'from' : 'to'} ${connection.peer ?? 'unknown'}`];
  if (queuedNs !== null && acceptedNs !== null && acceptedNs > queuedNs) parts.push(`queued ${duration(acceptedNs - queuedNs)}`);
  if (queuedNs !== null && acceptedNs === null && owners.length === 0) {
    parts.push(closedNs === null ? 'still in the queue' : `gave up after ${duration(closedNs - queuedNs)} in the queue`);
  }
  if (acceptedNs !== null) parts.push(closedNs === null ? 'open' : `open for ${duration(closedNs - acceptedNs)}`);
  parts.push(`${String(bytesIn)} bytes in, ${String(bytesOut)} out`);
  if (owners.length > 0) parts.push(`owner ${owners.map(({ thread }) => thread).join(' → ')}`);
  if (connection.closedBy !== null) parts.push(`closed by ${connection.closedBy}`);
  return parts.join(', ');
}

function findings({ findings: all }: Report): string[] {
  if (all.length === 0) return ['', 'No findings.'];
  return ['', 'Findings', ...capped(all.map((finding) => `  ${finding.severity}: ${finding.title}${at(finding.at)}. ${finding.detail}`))];
}

function capped(lines: string[]): string[] {
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `  … and ${String(lines.length - mostLines)} more (--json shows all)`];
}

function at(site: SourcePosition | null): string {
  return site === null ? '' : ` at ${site.file}:${String(site.line)}`;
}

function describeExit({ code, signal }: ExitStatus): string {
  return signal === null ? `exit status ${String(code)}` : `killed by ${signal}`;
}

/** 12.3 ms, 4.56 s. */
function duration(ns: number): string {
  if (ns < 1e6) return `${(ns / 1e3).toFixed(0)} µs`;
  return ns < 1e9 ? `${(ns / 1e6).toFixed(1)} ms` : `${(ns / 1e9).toFixed(2)} s`;
}

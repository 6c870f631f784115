/** The report as text for a terminal: the process tree, the connections with their waits, and the findings. */
import { englishDuration } from '../base/duration';
import { printable } from '../base/printable';
import { english, gapSentence } from '../protocol/coverageWords';
import type { ExitStatus, ReportConnection, SourcePosition } from '../protocol/report';
import type { ReportStream, StreamedProcess, StreamedThread } from '../protocol/reportStream';

/** At most so many alike lines; a server's report would fill the screen many times over. */
const mostLines = 200;

export function reportText(report: ReportStream): string {
  const lines = [...head(report), '', ...processTree(report), ...connections(report), ...findings(report)];
  return `${lines.map(printable).join('\n')}\n`;
}

function head({ recording }: ReportStream): string[] {
  const lines = [recording.command.join(' ')];
  const exit = recording.exit === null ? 'still running, or its end is unknown' : describeExit(recording.exit);
  lines.push(`${recording.startedAt}, ${duration(recording.durationNs)}, ${exit}, ${String(recording.events)} events`);
  if (!recording.complete) lines.push('The recording was cut: what happened after its end is missing.');
  if (recording.lostEvents > 0) lines.push(`${String(recording.lostEvents)} events were lost.`);
  if (recording.completeFromNs !== null) lines.push(`The first ${duration(recording.completeFromNs)} were dropped, because the recording reached its size limit; what lived on is shown from its beginning, totals count from then.`);
  else if (recording.droppedBytes > 0) lines.push(`${String(recording.droppedBytes)} bytes were dropped.`);
  return lines;
}

function processTree(report: ReportStream): string[] {
  const processes = [...report.processes];
  const known = new Set(processes.map(({ id }) => id));
  const children = new Map<string | null, StreamedProcess[]>();
  for (const process of processes) {
    const parent = process.parent !== null && known.has(process.parent) ? process.parent : null;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [process]);
    else siblings.push(process);
  }
  const lines = [`Processes (${String(processes.length)})`];
  const add = (process: StreamedProcess, depth: number): void => {
    const indent = '  '.repeat(depth + 1);
    lines.push(`${indent}${process.id} ${process.name} (pid ${String(process.pid)})${born(process)}${ended(process)}`);
    lines.push(...process.unseen.map((gap) => `${indent}  ${gapSentence(gap, english)}`));
    const threads = [...process.threads];
    for (const thread of threads) if (threads.length > 1) lines.push(`${indent}  ${describeThread(thread)}`);
    for (const child of children.get(process.id) ?? []) add(child, depth + 1);
  };
  for (const root of children.get(null) ?? []) add(root, 0);
  return capped(lines);
}

function born({ birth, bornAt }: StreamedProcess): string {
  return birth === 'root' ? '' : `, ${birth}${at(bornAt)}`;
}

function ended({ exit, endNs, zombieNs }: StreamedProcess): string {
  const how = exit !== null ? describeExit(exit) : endNs === null ? 'alive at the end' : 'ended';
  return `, ${how}${zombieNs !== null && zombieNs >= 1e6 ? `, a zombie for ${duration(zombieNs)}` : ''}`;
}

function describeThread(thread: StreamedThread): string {
  const waits = Object.entries(thread.waitNs)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([reason, ns]) => `${reason} ${duration(ns)}`);
  const name = thread.name ?? (thread.main ? 'main thread' : `thread ${String(thread.tid)}`);
  return `${thread.id} ${name}${waits.length > 0 ? `: waited ${waits.join(', ')}` : ''}`;
}

function connections({ connections: all, listeners }: ReportStream): string[] {
  // One walk over the connections, since there may be millions; what is capped is only counted.
  const described = new Map<string | null, Shown>();
  for (const connection of all) {
    const shown = described.get(connection.listener) ?? { lines: [], count: 0 };
    described.set(connection.listener, shown);
    if (shown.count++ < mostLines) shown.lines.push(describeConnection(connection));
  }
  const lines: string[] = [];
  for (const listener of listeners) {
    lines.push('', `Listener ${listener.id} ${listener.protocol} ${listener.address}: ${String(listener.accepted)} accepted`);
    lines.push(...withRest(described.get(listener.id)));
  }
  const others = described.get(null);
  if (others !== undefined) lines.push('', 'Other connections', ...withRest(others));
  return lines;
}

/** The first lines of `count`. */
interface Shown {
  readonly lines: string[];
  count: number;
}

function withRest({ lines, count }: Shown = { lines: [], count: 0 }): string[] {
  return count > lines.length ? [...lines, `  … and ${String(count - lines.length)} more (--json shows all)`] : lines;
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

function findings({ findings: all }: ReportStream): string[] {
  if (all.length === 0) return ['', 'No findings.'];
  return ['', 'Findings', ...capped(all.map((finding) => `  ${finding.severity}: ${finding.title}${at(finding.at)}. ${finding.detail}`))];
}

function capped(lines: string[]): string[] {
  return withRest({ lines: lines.slice(0, mostLines), count: lines.length });
}

function at(site: SourcePosition | null): string {
  return site === null ? '' : ` at ${site.file}:${String(site.line)}`;
}

function describeExit({ code, signal }: ExitStatus): string {
  return signal === null ? `exit status ${String(code)}` : `killed by ${signal}`;
}

/** 12.3 ms, 4.56 s. */
function duration(ns: number): string {
  return englishDuration(ns, 1);
}

/** Builds the report: the public contract in src/protocol/report.ts, from a model and what the rules found in it. */
import { LazyList } from '../base/lazyList';
import type { Model } from '../model/model';
import type { Manifest } from '../protocol/files';
import type { Note } from '../protocol/notes';
import { reportFormat, type Report, type ReportArrow, type ReportDatagrams } from '../protocol/report';
import { wholeReport, type ReportStream } from '../protocol/reportStream';
import { analyse } from './analyse';
import { reportChannels } from './reportChannels';
import { reportMarks } from './reportMarks';
import { reportProcesses } from './reportProcesses';
import { reportConnections, reportListeners } from './reportSockets';
import { reportTasks } from './reportTasks';
import { ReportTime } from './reportTime';

/** What the report says of the recording itself. A RecordingReader is one. */
export interface ReportSource {
  readonly manifest: Manifest;
  readonly lostEvents: number;
  /** Bytes of damaged parts, beside those that the manifest says were dropped. */
  readonly droppedBytes: number;
  /** What is wrong with the recording. */
  readonly problems?: readonly { readonly message: string }[];
}

export interface ReportOptions {
  /** Forkscope's. */
  readonly version: string;
  /** Waits shorter than a millisecond too. */
  readonly allWaits: boolean;
  /** A person's, in the recording's time: ns from its base. */
  readonly notes?: readonly Note[];
}

export function buildReport(model: Model, source: ReportSource, options: ReportOptions): Report {
  return wholeReport(reportStream(model, source, options));
}

/** The same, its long lists made from the model while one goes over them: they tell of the model as it is then. */
export function reportStream(model: Model, source: ReportSource, options: ReportOptions): ReportStream {
  const time = new ReportTime(model);
  const { findings, serverModels } = analyse(model);
  const { manifest } = source;
  const root = model.processes.filter((process) => process.birth === 'root').at(-1);
  return {
    format: reportFormat,
    forkscope: options.version,
    recording: {
      command: manifest.command,
      startedAt: manifest.startedAt,
      durationNs: time.durationNs,
      exit: manifest.exit ?? root?.exit ?? null,
      complete: manifest.complete && (source.problems?.length ?? 0) === 0 && source.lostEvents === 0 && !model.processes.some(({ faults }) => faults.length > 0),
      lostEvents: source.lostEvents,
      droppedBytes: manifest.droppedBytes + source.droppedBytes,
      completeFromNs: Number.isFinite(model.completeFromNs) ? time.at(model.completeFromNs) : null,
      events: model.eventCount,
      problems: (source.problems ?? []).map(({ message }) => message),
    },
    processes: reportProcesses(model, time, options.allWaits, manifest),
    listeners: reportListeners(model),
    connections: reportConnections(model, time),
    channels: reportChannels(model),
    tasks: reportTasks(model, time),
    datagrams: new LazyList(() => reportDatagrams(model)),
    arrows: new LazyList(() => reportArrows(model, time)),
    serverModels: [...serverModels],
    findings: findings.map((finding) => ({ ...finding, fromNs: time.at(finding.fromNs), toNs: time.atOrNull(finding.toNs) })),
    marks: reportMarks(model, time),
    notes: (options.notes ?? []).map((note) => ({ ...note, atNs: time.at(note.atNs) })).sort((a, b) => a.atNs - b.atNs),
  };
}

function* reportDatagrams(model: Model): Generator<ReportDatagrams> {
  for (const { listener, peer, received, sent, bytesIn, bytesOut, threads } of model.datagrams) {
    yield { listener: listener.id, peer: model.label(peer) ?? '', received, sent, bytesIn, bytesOut, threads: [...threads].map((thread) => thread.id) };
  }
}

function* reportArrows(model: Model, time: ReportTime): Generator<ReportArrow> {
  for (let index = 0; index < model.arrows.count; index++) {
    const arrow = model.arrows.get(index);
    yield { ...arrow, atNs: time.at(arrow.atNs), at: model.arrowSite(index) };
  }
}

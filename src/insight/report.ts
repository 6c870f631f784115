/** Builds the report: the public contract in src/protocol/report.ts, from a model and what the rules found in it. */
import type { Model } from '../model/model';
import type { Manifest } from '../protocol/files';
import { reportFormat, type Report, type ReportArrow, type ReportDatagrams } from '../protocol/report';
import { analyse } from './analyse';
import { reportChannels } from './reportChannels';
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
}

export function buildReport(model: Model, source: ReportSource, options: ReportOptions): Report {
  const time = new ReportTime(model);
  const { findings, serverModels } = analyse(model);
  const { manifest } = source;
  const root = model.processes.find((process) => process.birth === 'root');
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
    processes: reportProcesses(model, time, options.allWaits, manifest.exit),
    listeners: reportListeners(model),
    connections: reportConnections(model, time),
    channels: reportChannels(model),
    tasks: reportTasks(model, time),
    datagrams: reportDatagrams(model),
    arrows: reportArrows(model, time),
    serverModels: [...serverModels],
    findings: findings.map((finding) => ({ ...finding, fromNs: time.at(finding.fromNs), toNs: time.atOrNull(finding.toNs) })),
    marks: [],
  };
}

function reportDatagrams(model: Model): ReportDatagrams[] {
  return model.datagrams.map(({ listener, peer, received, sent, bytesIn, bytesOut, threads }) => ({
    listener: listener.id,
    peer: model.label(peer) ?? '',
    received,
    sent,
    bytesIn,
    bytesOut,
    threads: [...threads].map((thread) => thread.id),
  }));
}

function reportArrows(model: Model, time: ReportTime): ReportArrow[] {
  const arrows: ReportArrow[] = [];
  for (let index = 0; index < model.arrows.count; index++) {
    const arrow = model.arrows.get(index);
    arrows.push({ ...arrow, atNs: time.at(arrow.atNs), at: model.arrowSite(index) });
  }
  return arrows;
}

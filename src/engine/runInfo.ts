/** The facts of a run as a whole, with every update of its rows. */
import { labelOf } from '../lanes/things';
import { commandName } from '../model/commandName';
import type { Model } from '../model/model';
import type { RunInfo } from '../protocol/rows';
import type { RecordingReader } from '../recording/source';

/** What only the session knows. */
export interface Present {
  /** More may come to be written. */
  readonly live: boolean;
  /** Ns from the first event. */
  readonly nowNs: number;
  /** Null where everything is read, and of a live run. */
  readonly indexing: { share: number; cancelled: boolean } | null;
}

export function infoOf(reader: RecordingReader, model: Model, { live, nowNs, indexing }: Present): RunInfo {
  const { manifest, problems } = reader;
  const [root] = model.processes;
  return {
    title: root === undefined ? commandName(manifest.command) : labelOf(model, root),
    command: manifest.command,
    directory: manifest.directory,
    startedAt: manifest.startedAt,
    state: !live ? 'ended' : model.eventCount === 0 ? 'starting' : 'running',
    nowNs,
    exit: manifest.exit ?? root?.exit ?? null,
    complete: manifest.complete,
    events: model.eventCount,
    lostEvents: reader.lostEvents,
    droppedBytes: reader.droppedBytes,
    ...(Number.isFinite(model.completeFromNs) ? { completeFromNs: Math.max(0, Math.round(model.completeFromNs - model.originNs)) } : {}),
    ...(problems.length > 0 ? { problems: problems.map(({ code, message, values }) => ({ code, message, values })) } : {}),
    ...(indexing === null ? {} : { indexing }),
    ...living(model),
  };
}

/** Loops, because a long run has a hundred thousand connections and this is asked several times a second. */
function living(model: Model): Pick<RunInfo, 'processes' | 'threads' | 'connections'> {
  let processes = 0;
  let threads = 0;
  let connections = 0;
  for (const process of model.processes) {
    if (process.endNs !== null) continue;
    processes++;
    for (const thread of process.threads) if (thread.endNs === null) threads++;
  }
  for (const connection of model.connections) if (connection.closedNs === null) connections++;
  return { processes, threads, connections };
}

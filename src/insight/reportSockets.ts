/** Listeners and connections, as the report shows them. */
import { LazyList } from '../base/lazyList';
import type { Connection } from '../model/connection';
import type { HandlerPhase } from '../model/handlers';
import type { Listener } from '../model/listener';
import type { Model } from '../model/model';
import type { ReportConnection, ReportHandlerPhase, ReportListener } from '../protocol/report';
import type { ReportTime } from './reportTime';
import { mostAtOnce } from './spans';

export function reportListeners(model: Model): ReportListener[] {
  return model.listeners.map((listener) => ({
    id: listener.id,
    protocol: listener.protocol,
    address: model.label(listener.address) ?? '',
    backlog: listener.backlog,
    owners: [...listener.owners].map((process) => process.id),
    maxQueue: maxQueue(listener),
    accepted: listener.accepted,
  }));
}

/** The longest queue that was seen, or that the connections prove; null where nobody looked and none says since when it was queued. */
function maxQueue(listener: Listener): number | null {
  const queued = [...listener.connections, ...listener.unaccepted].flatMap(({ queuedNs, acceptedNs, closedNs }) =>
    queuedNs === null ? [] : [{ fromNs: queuedNs, toNs: acceptedNs ?? closedNs ?? Infinity }],
  );
  return queued.length === 0 ? listener.mostQueued : Math.max(mostAtOnce(queued), listener.mostQueued ?? 0, Math.min(1, listener.unaccepted.size));
}

export function reportConnections(model: Model, time: ReportTime): Iterable<ReportConnection> {
  return new LazyList(function* () {
    for (const connection of model.connections) yield reportConnection(model, time, connection);
  });
}

function reportConnection(model: Model, time: ReportTime, connection: Connection): ReportConnection {
  return {
    id: connection.id,
    protocol: connection.protocol,
    listener: connection.listener?.id ?? null,
    local: model.label(connection.local),
    peer: model.label(connection.peer),
    role: connection.role,
    otherEnd: connection.otherEnd?.id ?? null,
    queuedNs: time.atOrNull(connection.queuedNs),
    queuedWithinNs: connection.queued === null ? null : Math.round(connection.queued.withinNs),
    acceptedNs: time.atOrNull(connection.acceptedNs),
    closedNs: time.atOrNull(connection.closedNs),
    closedBy: connection.closedBy,
    partial: connection.partial,
    bytesIn: connection.bytesIn,
    bytesOut: connection.bytesOut,
    receives: connection.receives,
    sends: connection.sends,
    owners: connection.owners.map((owner) => ({
      process: owner.thread.process.id,
      thread: owner.thread.id,
      task: owner.task?.id ?? null,
      fromNs: time.at(owner.fromNs),
      toNs: time.atOrNull(owner.toNs),
    })),
    acceptedAt: model.site(connection.acceptedAt),
    handler: connection.phases.length === 0 ? null : { phases: connection.phases.map((phase) => reportPhase(model, time, phase)) },
    protocolAt: model.site(connection.protocolAt),
  };
}

function reportPhase(model: Model, time: ReportTime, phase: HandlerPhase): ReportHandlerPhase {
  return {
    name: phase.name,
    beginNs: time.at(phase.beginNs),
    endNs: time.atOrNull(phase.endNs),
    thread: phase.thread.id,
    error: phase.error === null ? null : { type: model.text(phase.error) ?? '', at: model.site(phase.errorAt) },
  };
}

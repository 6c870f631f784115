/** A thread's life by scheduling state, in whole nanoseconds that add up to it exactly. */
import type { Model } from '../model/model';
import type { Thread } from '../model/thread';
import type { ReportThread } from '../protocol/report';
import type { ReportTime } from './reportTime';

interface States {
  readonly stateNs: ReportThread['stateNs'];
  /** The part of `ready` that waited for the interpreter lock. */
  readonly gilNs: number;
}

export function reportStates(model: Model, time: ReportTime, thread: Thread): States {
  const shares = model.account(thread, model.latestNs).shares(thread.startNs, thread.endNs ?? model.latestNs);
  const life = time.at(thread.endNs ?? model.latestNs) - time.at(thread.startNs);
  const gilNs = Math.round(shares.gil);
  const stateNs = {
    running: Math.round(shares.running),
    ready: Math.round(shares.ready) + gilNs,
    blocked: Math.round(shares.blocked),
    stopped: Math.round(shares.stopped),
    unknown: Math.round(shares.unknown),
  };
  // Each is rounded for itself; the largest bears the nanosecond or two that this makes.
  const sum = stateNs.running + stateNs.ready + stateNs.blocked + stateNs.stopped + stateNs.unknown;
  const largest = (Object.keys(stateNs) as (keyof typeof stateNs)[]).reduce((a, b) => (stateNs[b] > stateNs[a] ? b : a));
  stateNs[largest] += life - sum;
  return { stateNs, gilNs: Math.min(gilNs, stateNs.ready) };
}

/** Every rule over one model. */
import type { Model } from '../model/model';
import type { ReportFinding, ReportServerModel } from '../protocol/report';
import { abandonedLock } from './abandonedLock';
import { concurrent } from './concurrent';
import { blockedLoop } from './blockedLoop';
import { busyPolling } from './busyPolling';
import { creationCost } from './creationCost';
import { deadlock } from './deadlock';
import type { Rule } from './finding';
import { forkWithThreads } from './forkWithThreads';
import { handlerFailed } from './handlerFailed';
import { overlapped } from './overlapped';
import { parallel } from './parallel';
import { recorderOff } from './recorderOff';
import { serverModels } from './serverModel';
import { socketKeptByParent } from './socketKeptByParent';
import { starvedClient } from './starvedClient';
import { zombies } from './zombies';

export const rules: readonly Rule[] = [
  starvedClient, socketKeptByParent, zombies, handlerFailed, deadlock, forkWithThreads, concurrent, parallel, blockedLoop, busyPolling, recorderOff,
  creationCost, overlapped, abandonedLock,
];

/** Times are the model's: ns from the recording's base. */
export interface Insights {
  readonly findings: readonly ReportFinding[];
  readonly serverModels: readonly ReportServerModel[];
}

/** Findings in the order of time. */
export function analyse(model: Model): Insights {
  const found = rules.flatMap((rule) => rule.find(model)).sort((a, b) => a.fromNs - b.fromNs);
  const findings = found.map(({ rule, severity, title, detail, subjects, fromNs, toNs, at }) => ({ rule, severity, title, detail, subjects, fromNs, toNs, at }));
  return { findings, serverModels: serverModels(model) };
}

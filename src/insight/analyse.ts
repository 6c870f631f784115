/** Every rule over one model. */
import type { Model } from '../model/model';
import type { ReportServerModel } from '../protocol/report';
import { abandonedLock } from './abandonedLock';
import { concurrent } from './concurrent';
import { blockedLoop } from './blockedLoop';
import { busyPolling } from './busyPolling';
import { creationCost } from './creationCost';
import { deadlock } from './deadlock';
import type { Finding, Rule } from './finding';
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
  readonly findings: readonly Finding[];
  readonly serverModels: readonly ReportServerModel[];
}

/** Findings in the order of time. */
export function analyse(model: Model): Insights {
  const findings = rules.flatMap((rule) => rule.find(model)).sort((a, b) => a.fromNs - b.fromNs);
  return { findings, serverModels: serverModels(model) };
}

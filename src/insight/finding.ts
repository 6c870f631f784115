/** What a rule finds, and what every rule is. Times are the model's: ns from the recording's base. */
import type { Model } from '../model/model';
import type { ReportFinding } from '../protocol/report';

export type Finding = ReportFinding;

export interface Rule {
  /** Stable: the user interface translates by it. */
  readonly name: string;
  find(model: Model): Finding[];
}

/** More findings of one rule than a person reads: the gravest are kept. */
const mostPerRule = 200;

/** The findings with the greatest weight, in the order of time. */
export function gravest(findings: readonly { finding: Finding; weight: number }[]): Finding[] {
  return [...findings]
    .sort((a, b) => b.weight - a.weight)
    .slice(0, mostPerRule)
    .map(({ finding }) => finding)
    .sort((a, b) => a.fromNs - b.fromNs);
}

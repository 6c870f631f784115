/** What a rule finds, and what every rule is. Times are the model's: ns from the recording's base. */
import type { Model } from '../model/model';
import { told, type Phrase } from '../protocol/phrase';
import type { ReportFinding } from '../protocol/report';

/** Title and detail in English, and as they were said: for other languages. */
export interface Finding extends ReportFinding {
  readonly said: { readonly title: Phrase; readonly detail: Phrase };
}

/** What a rule says of one thing that it found. */
export function found(finding: Omit<ReportFinding, 'title' | 'detail'> & { title: Phrase; detail: Phrase }): Finding {
  const { title, detail } = finding;
  return { ...finding, title: told(title), detail: told(detail), said: { title, detail } };
}

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

/** The same where it takes a while to tell what was found, or that it is nothing: none but the gravest are told. */
export function gravestTold(suspects: readonly { tell: () => Finding | null; weight: number }[]): Finding[] {
  const findings: Finding[] = [];
  for (const { tell } of [...suspects].sort((a, b) => b.weight - a.weight)) {
    const finding = tell();
    if (finding !== null) findings.push(finding);
    if (findings.length === mostPerRule) break;
  }
  return findings.sort((a, b) => a.fromNs - b.fromNs);
}

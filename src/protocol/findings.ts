/** What the rules found in a run, as the sidebar and the panel show it. */
import type { Phrase } from './phrase';
import type { SourcePosition } from './report';

export type Severity = 'info' | 'warning' | 'error';

export interface FindingItem {
  /** The same thing found again keeps it, so that a list can keep its place. */
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly title: Phrase;
  readonly detail: Phrase;
  /** Ids of rows, the one that it is about first. */
  readonly subjects: readonly string[];
  /** Nanoseconds from the first event, as in rows. */
  readonly fromNs: number;
  readonly toNs: number | null;
  readonly at: SourcePosition | null;
}

/** Everything that is found, in place of what was said before. */
export interface FindingsUpdate {
  /** The gravest first, then in the order of time. */
  readonly items: readonly FindingItem[];
  /** More that are not listed. */
  readonly hidden: number;
  /** Rules that failed on this recording: a fault of ours, for the log. */
  readonly failed: readonly string[];
}

export const noFindings: FindingsUpdate = { items: [], hidden: 0, failed: [] };

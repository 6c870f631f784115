/**
 * What the rules find in a run that is followed, without keeping anybody waiting: one rule at a time, reading and answers between them.
 *
 *     read ▪ rule ▪ read ▪ rule ▪ … ▪ published │ rest: at least 2 s, and 30 times as long as the rules took │ ▪ rule ▪ …
 *
 * While it lives, rules see it as it stands now: threads that wait for each other write nothing, and are found all the same. At the end of
 * a recording there is no rest: what is published then is what the report says of the whole.
 */
import { rules as allRules } from '../insight/analyse';
import type { Finding, Rule } from '../insight/finding';
import type { Model } from '../model/model';
import type { FindingItem, FindingsUpdate, Severity } from '../protocol/findings';

const restMs = 2000;
/** 30 times as long a rest is about 3 % of a core. */
const restFactor = 30;
/** More than a person reads. */
const mostItems = 200;
const order: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

interface Round {
  readonly model: Model;
  readonly events: number;
  /** Nothing comes any more. */
  readonly last: boolean;
  readonly found: Finding[];
  readonly failed: string[];
  next: number;
  tookMs: number;
}

export class FindingsWatch {
  private round: Round | null = null;
  private done: Pick<Round, 'model' | 'events' | 'last'> | null = null;
  private restUntil = -Infinity;
  private sent = '';

  constructor(
    private readonly milliseconds: () => number,
    private readonly publish: (update: FindingsUpdate) => void,
    private readonly rules: readonly Rule[] = allRules,
  ) {}

  /**
   * Goes on by one rule at most. To be called when everything that is there has been read.
   * @param ended nothing comes any more.
   * @param nowNs the present on the model's scale; at the end its last record.
   * @returns whether there is more to do at once.
   */
  step(model: Model, ended: boolean, nowNs: number): boolean {
    const { round } = this;
    if (round?.model !== model || (ended && !round.last)) {
      if (!this.isDue(model, ended)) return false;
      this.round = { model, events: model.eventCount, last: ended, found: [], failed: [], next: 0, tookMs: 0 };
      return true;
    }
    const rule = this.rules[round.next++];
    if (rule !== undefined) {
      this.run(rule, round, nowNs);
      return true;
    }
    this.finish(round);
    return false;
  }

  private isDue(model: Model, ended: boolean): boolean {
    const { done } = this;
    this.round = null;
    // Of a live run the time that goes by is news too.
    if (!ended) return model.eventCount > 0 && this.milliseconds() >= this.restUntil;
    return done?.model !== model || done.events !== model.eventCount || !done.last;
  }

  private run(rule: Rule, round: Round, nowNs: number): void {
    const began = this.milliseconds();
    try {
      round.found.push(...rule.find(round.last ? round.model : round.model.until(nowNs)));
    } catch {
      // A recording that nobody has thought of: the other rules, and the picture, are there all the same.
      round.failed.push(rule.name);
    }
    round.tookMs += this.milliseconds() - began;
  }

  private finish(round: Round): void {
    this.round = null;
    this.done = round;
    this.restUntil = this.milliseconds() + Math.max(restMs, restFactor * round.tookMs);
    const update = updateOf(round);
    const text = JSON.stringify(update);
    if (text === this.sent) return;
    this.sent = text;
    this.publish(update);
  }
}

function updateOf({ model, found, failed }: Round): FindingsUpdate {
  const origin = Number.isNaN(model.originNs) ? 0 : model.originNs;
  const sorted = [...found].sort((a, b) => order[a.severity] - order[b.severity] || a.fromNs - b.fromNs);
  const ids = new Map<string, number>();
  const items = sorted.slice(0, mostItems).map(({ rule, severity, said, subjects, fromNs, toNs, at }): FindingItem => {
    // Who is about it stays; when the client that waits is served, its finding only changes its words.
    const about = `${rule} ${subjects[0] ?? ''} ${at === null ? '' : `${at.file}:${String(at.line)}`}`;
    const count = ids.get(about) ?? 0;
    ids.set(about, count + 1);
    return { id: count === 0 ? about : `${about} ${String(count)}`, rule, severity, ...said, subjects, fromNs: fromNs - origin, toNs: toNs === null ? null : toNs - origin, at };
  });
  return { items, hidden: sorted.length - items.length, failed };
}

/**
 * Children that ended and were not collected for a while, or never: one finding per parent.
 *
 *     child    ─────── exit ░░░░░░░░ zombie ░░░░░░░░ wait
 */
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import { joined, say } from '../protocol/phrase';
import { found, type Finding, type Rule } from './finding';
import { greatest, mostAtOnce } from './spans';
import { withoutStops } from './stopped';
import { counted, duration, processWords } from './words';

/** A parent that is about to wait needs a moment. */
const thresholdNs = 100e6;
/** So many at once are no accident. */
const many = 3;

export const zombies: Rule = {
  name: 'zombies',
  find(model) {
    const findings: Finding[] = [];
    for (const parent of model.processes) {
      const children = parent.children.map((child) => tailOf(model, parent, child)).filter((tail) => tail !== null);
      if (children.length > 0) findings.push(describe(model, parent, children));
    }
    return findings;
  },
};

interface Tail {
  readonly child: Process;
  readonly fromNs: number;
  /** When it was collected, or its parent ended; Infinity while it is a zombie. */
  readonly toNs: number;
}

function tailOf(model: Model, parent: Process, child: Process): Tail | null {
  if (child.endNs === null) return null;
  if (child.reapedNs !== null) {
    // Where the child's end is only known from its collection, it may never have been a zombie.
    return child.zombieNs !== null && child.zombieNs >= thresholdNs && isLong(model, parent, child.endNs, child.reapedNs) ? { child, fromNs: child.endNs, toNs: child.reapedNs } : null;
  }
  // The kernel itself collects the children of a parent that ignores SIGCHLD: only what was seen is claimed.
  if (!child.zombieSeen) return null;
  const until = parent.endNs ?? model.latestNs;
  return isLong(model, parent, child.endNs, until) ? { child, fromNs: child.endNs, toNs: parent.endNs ?? Infinity } : null;
}

/** Who is stopped in a debugger can't collect anybody. */
function isLong(model: Model, parent: Process, fromNs: number, toNs: number): boolean {
  return withoutStops(model, parent, { fromNs, toNs }) >= thresholdNs;
}

function describe(model: Model, parent: Process, tails: readonly Tail[]): Finding {
  const uncollected = tails.filter((tail) => tail.child.reapedNs === null).length;
  const atOnce = mostAtOnce(tails);
  const longest = greatest(tails.map((tail) => withoutStops(model, parent, { fromNs: tail.fromNs, toNs: Math.min(tail.toNs, model.latestNs) })));
  const last = greatest(tails.map((tail) => tail.toNs));
  const rest = uncollected === 0 ? '' : counted(uncollected, say`1 was never waited for.`, say`${String(uncollected)} were never waited for.`);
  const all = String(tails.length);
  const [most, time] = [String(atOnce), duration(longest)];
  return found({
    rule: zombies.name,
    severity: uncollected > 0 || atOnce >= many ? 'warning' : 'info',
    title: counted(tails.length, say`1 child was a zombie for ${duration(thresholdNs)} or more`, say`${all} children were zombies for ${duration(thresholdNs)} or more`),
    detail: joined(
      [
        counted(
          tails.length,
          say`${processWords(model, parent)} did not collect 1 child in time: up to ${most} at once, the longest for ${time}.`,
          say`${processWords(model, parent)} did not collect ${all} children in time: up to ${most} at once, the longest for ${time}.`,
        ),
        rest,
      ],
      ' ',
    ),
    subjects: [parent.id, ...tails.map((tail) => tail.child.id)],
    fromNs: tails.reduce((first, { fromNs }) => Math.min(first, fromNs), Infinity),
    toNs: last === Infinity ? null : last,
    at: model.site(tails[0]!.child.bornAt),
  });
}

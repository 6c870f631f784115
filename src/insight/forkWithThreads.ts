/**
 * A process that forked while other threads of it ran: the child has a copy of the forking thread alone, and of every lock
 * as it was. A lock that one of the others held stays locked in the child for ever.
 *
 *     parent   MainThread ── fork ──────────        child   MainThread ──────
 *              worker     ── holds lock:1 ──                (no worker; lock:1 locked)
 */
import type { HeldLock } from '../model/locks';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { Thread } from '../model/thread';
import { gravest, type Finding, type Rule } from './finding';
import { atLine, counted, processWords, threadWords } from './words';

/** More names than a person reads. */
const mostNames = 5;

interface Fork {
  readonly child: Process;
  readonly by: Thread;
  readonly vanished: readonly Thread[];
  readonly held: readonly HeldLock[];
}

export const forkWithThreads: Rule = {
  name: 'fork-with-threads',
  find(model) {
    const found: { finding: Finding; weight: number }[] = [];
    for (const parent of model.processes) {
      const byLine = new Map<string, Fork[]>();
      for (const fork of forksOf(parent)) {
        const at = model.site(fork.child.bornAt);
        const line = at === null ? '' : `${at.file}:${String(at.line)}`;
        byLine.set(line, [...(byLine.get(line) ?? []), fork]);
      }
      for (const forks of byLine.values()) found.push({ finding: describe(model, parent, forks), weight: forks.length });
    }
    return gravest(found);
  },
};

/** The forks of a process beside whose thread others ran. */
function forksOf(parent: Process): Fork[] {
  const forks: Fork[] = [];
  const lastFork = new Map<Thread, number>();
  for (const child of parent.children) {
    const by = child.bornBy;
    if (child.birth !== 'fork' || by?.process !== parent) continue;
    const ns = child.startNs;
    const since = lastFork.get(by) ?? -Infinity;
    lastFork.set(by, ns);
    const vanished = parent.threads.filter(
      (thread) => thread !== by && (thread.begun || thread.main) && thread.startNs < ns && (thread.endNs === null || thread.endNs > ns),
    );
    if (vanished.length === 0) continue;
    forks.push({ child, by, vanished, held: by.heldAtFork.filter(({ atNs }) => atNs > since && atNs <= ns) });
  }
  return forks;
}

function describe(model: Model, parent: Process, forks: readonly Fork[]): Finding {
  const worst = forks.reduce((a, b) => (b.held.length > a.held.length ? b : a));
  const { child, by, vanished, held } = worst;
  const at = model.site(child.bornAt);
  const names = listed(vanished.map((thread) => threadWords(model, thread)));
  const locks = held.map((each) => {
    const made = model.site(each.madeAt);
    const holder = each.holder === null ? '' : `, held by ${threadWords(model, each.holder)}`;
    return `${each.lock}${made === null ? '' : ` (made${atLine(made)}${holder})`}`;
  });
  const times = forks.length === 1 ? '' : ` It did so ${String(forks.length)} times.`;
  return {
    rule: forkWithThreads.name,
    severity: 'warning',
    title: `A process forked while ${counted(vanished.length, 'other thread of it ran', 'other threads of it ran')}`,
    detail:
      `${threadWords(model, by)} of ${processWords(model, parent)} forked ${processWords(model, child)}${atLine(at)}. ` +
      `The child has no copy of ${names}.` +
      (locks.length === 0 ? '' : ` Locked in the child for ever: ${listed(locks)}.`) +
      times,
    subjects: [parent.id, child.id, ...vanished.map((thread) => thread.id)],
    fromNs: forks[0]!.child.startNs,
    toNs: forks[forks.length - 1]!.child.startNs,
    at,
  };
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNames);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${String(rest)} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]!}`;
}

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
import { joined, say, type Said } from '../protocol/phrase';
import { found, gravest, type Finding, type Rule } from './finding';
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
    const all: { finding: Finding; weight: number }[] = [];
    for (const parent of model.processes) {
      const byLine = new Map<string, Fork[]>();
      for (const fork of forksOf(parent)) {
        const at = model.site(fork.child.bornAt);
        const line = at === null ? '' : `${at.file}:${String(at.line)}`;
        const forks = byLine.get(line);
        if (forks === undefined) byLine.set(line, [fork]);
        else forks.push(fork);
      }
      for (const forks of byLine.values()) all.push({ finding: describe(model, parent, forks), weight: forks.length });
    }
    return gravest(all);
  },
};

/** The forks of a process beside whose thread others ran. Forks and threads are walked together, in order of start: there may be thousands of both. */
function forksOf(parent: Process): Fork[] {
  const forks: Fork[] = [];
  const held = new Map<Thread, number>();
  const begun = parent.threads.filter((thread) => thread.begun || thread.main).sort(byStart);
  let running: Thread[] = [];
  let next = 0;
  for (const child of [...parent.children].sort(byStart)) {
    const by = child.bornBy;
    if (child.birth !== 'fork' || by?.process !== parent) continue;
    const ns = child.startNs;
    while (next < begun.length && begun[next]!.startNs < ns) running.push(begun[next++]!);
    running = running.filter(({ endNs }) => endNs === null || endNs > ns);
    // Of its own last words the thread has said those that belong to this fork since its fork before.
    const first = held.get(by) ?? 0;
    let last = first;
    while (last < by.heldAtFork.length && by.heldAtFork[last]!.atNs <= ns) last++;
    held.set(by, last);
    const vanished = running.filter((thread) => thread !== by);
    if (vanished.length > 0) forks.push({ child, by, vanished, held: by.heldAtFork.slice(first, last).filter(({ object }) => !child.locksReset.has(object)) });
  }
  return forks;
}

function byStart(a: { startNs: number }, b: { startNs: number }): number {
  return a.startNs - b.startNs;
}

function describe(model: Model, parent: Process, forks: readonly Fork[]): Finding {
  const worst = forks.reduce((a, b) => (b.held.length > a.held.length ? b : a));
  const { child, by, vanished, held } = worst;
  const at = model.site(child.bornAt);
  const names = listed(vanished.map((thread) => threadWords(model, thread)));
  const locks = held.map((each) => {
    const made = model.site(each.madeAt);
    const holder = each.holder === null ? '' : say`, held by ${threadWords(model, each.holder)}`;
    return made === null ? each.lock : say`${each.lock} (made${atLine(made)}${holder})`;
  });
  const times = forks.length === 1 ? '' : say`It did so ${String(forks.length)} times.`;
  return found({
    rule: forkWithThreads.name,
    severity: 'warning',
    title: counted(vanished.length, say`A process forked while 1 other thread of it ran`, say`A process forked while ${String(vanished.length)} other threads of it ran`),
    detail: joined(
      [
        say`${threadWords(model, by)} of ${processWords(model, parent)} forked ${processWords(model, child)}${atLine(at)}.`,
        say`The child has no copy of ${names}.`,
        locks.length === 0 ? '' : say`Locked in the child for ever: ${listed(locks)}.`,
        times,
      ],
      ' ',
    ),
    subjects: [parent.id, child.id, ...vanished.map((thread) => thread.id)],
    fromNs: forks[0]!.child.startNs,
    toNs: forks[forks.length - 1]!.child.startNs,
    at,
  });
}

function listed(names: readonly Said[]): Said {
  const shown = names.slice(0, mostNames);
  const rest = names.length - shown.length;
  if (rest > 0) return joined([joined(shown, ', '), say` and ${String(rest)} more`], '');
  return shown.length < 2 ? joined(shown, '') : say`${joined(shown.slice(0, -1), ', ')} and ${shown[shown.length - 1]!}`;
}

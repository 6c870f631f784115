/**
 * A thread that waits for a lock whose holder is gone: nobody will ever let go of it.
 *
 *     parent   worker  ── holds lock:1 ──          a process or thread   ── holds lock:1 ──┤ ends
 *     child    (no worker) waits for lock:2 ▒▒▒    another one                waits for lock:1 ▒▒▒▒▒▒
 *                          └ its copy of lock:1
 */
import type { Model } from '../model/model';
import type { Thread } from '../model/thread';
import { reasonCode } from '../model/waits';
import { say, type Phrase } from '../protocol/phrase';
import { found, type Finding, type Rule } from './finding';
import { certainNs, holderOf, lastWait, lostLock, stuckThreads } from './stuck';
import { atLine, processWords, threadWords } from './words';

export const abandonedLock: Rule = {
  name: 'abandoned-lock',
  find(model) {
    const findings: Finding[] = [];
    const stuck = stuckThreads(model);
    for (const thread of stuck.keys()) {
      const holder = holderOf(model, thread);
      // A holder that could not go on itself is a deadlock's, whichever of them was ended first.
      if (thread.waits.reason(lastWait(thread)) !== reasonCode.lock || (holder !== null && stuck.has(holder))) continue;
      const why = reason(model, thread);
      const finding = why === null ? null : describe(model, thread, why);
      if (finding !== null) findings.push(finding);
    }
    return findings;
  },
};

/** What became of the holder; null where it lives. */
function reason(model: Model, thread: Thread): Phrase | null {
  const lost = lostLock(model, thread);
  if (lost !== null) {
    const made = atLine(model.site(lost.madeAt));
    const holder = lost.holder === null ? say`another thread` : threadWords(model, lost.holder);
    const parent = thread.process.parent === null ? say`its parent` : processWords(model, thread.process.parent);
    return say`${holder} of ${parent} held it (${lost.lock}${made === '' ? '' : say`, made${made}`}) when the process was forked${atLine(model.site(thread.process.bornAt))}; in the child there is no such thread`;
  }
  const holder = holderOf(model, thread);
  if (holder === null || holder === thread || holder.endNs === null) return null;
  const end = thread.waits.end(lastWait(thread));
  if (holder.endNs > (Number.isNaN(end) ? model.latestNs : end) - certainNs) return null;
  const where = holder.process === thread.process ? '' : say` of ${processWords(model, holder.process)}`;
  return say`${threadWords(model, holder)}${where} ended while it held it`;
}

function describe(model: Model, thread: Thread, why: Phrase): Finding | null {
  const row = lastWait(thread);
  const fromNs = thread.waits.begin(row);
  const toNs = thread.endNs;
  if ((toNs ?? model.latestNs) - fromNs < certainNs) return null;
  return found({
    rule: abandonedLock.name,
    severity: 'error',
    title: say`A thread waits for a lock whose holder is gone`,
    detail: say`${threadWords(model, thread)} of ${processWords(model, thread.process)} waits${atLine(model.waitSite(thread, row))} for ${model.waitObject(thread, row) ?? say`a lock`}: ${why}. It can not go on.`,
    subjects: [thread.process.id, thread.id],
    fromNs,
    toNs,
    at: model.waitSite(thread, row),
  });
}

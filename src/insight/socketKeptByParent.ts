/**
 * A parent that keeps its copy of a connection which it forked a child for.
 *
 *     parent   accept c1 ──fork──────────────────────────── still holds c1
 *     child                └── serves c1 ── close ──┤        c1 stays open: its client sees no end
 *
 * ForkingMixIn's parent closes its copy right after the fork; that is as it should be.
 */
import type { Connection } from '../model/connection';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { Hold } from '../model/sockets';
import { say } from '../protocol/phrase';
import { found, gravestTold, type Finding, type Rule } from './finding';
import { connectionWords, duration, processWords } from './words';

/** A parent may get the processor back only when its child is done already: so much later it has forgotten to close. */
const afterChildNs = 20e6;
const afterForkNs = 50e6;
/** While the child still serves, a copy this old is kept for good. */
const longNs = 1e9;

export const socketKeptByParent: Rule = {
  name: 'socket-kept-by-parent',
  find(model) {
    const all: { tell: () => Finding; weight: number }[] = [];
    for (const connection of model.connections) {
      const kept = keptCopy(connection, model.latestNs);
      if (kept !== null) all.push({ tell: () => describe(model, connection, kept), weight: (kept.hold.toNs ?? model.latestNs) - kept.sinceNs });
    }
    return gravestTold(all);
  },
};

interface Kept {
  readonly hold: Hold;
  readonly child: Process;
  /** The child's birth. */
  readonly sinceNs: number;
  /** When the child let go; null while it holds the connection. */
  readonly childLetGoNs: number | null;
}

function keptCopy(connection: Connection, nowNs: number): Kept | null {
  if (connection.role !== 'server') return null; // Of a pair every process keeps the end that it likes.
  const parent = connection.owners[0]?.thread.process;
  const child = connection.owner?.process;
  if (parent === undefined || child === undefined || child === parent || child.birth !== 'fork' || child.startNs < connection.startNs) return null;
  const hold = connection.socket.holdOf(parent);
  const childHold = connection.socket.holdOf(child);
  if (hold === undefined || childHold === undefined) return null;
  const keptUntil = hold.toNs ?? nowNs;
  const letGo = childHold.toNs;
  const afterFork = keptUntil - child.startNs;
  const forgotten = letGo === null ? afterFork >= longNs : keptUntil - letGo >= afterChildNs && afterFork >= afterForkNs;
  return forgotten ? { hold, child, sinceNs: child.startNs, childLetGoNs: letGo } : null;
}

function describe(model: Model, connection: Connection, kept: Kept): Finding {
  const { hold, child, sinceNs, childLetGoNs } = kept;
  const parent = processWords(model, hold.process);
  const rest =
    childLetGoNs === null
      ? say`It has held it for ${duration((hold.toNs ?? model.latestNs) - sinceNs)} beside its child.`
      : say`The child let go of it, but the connection stayed open for ${duration((hold.toNs ?? model.latestNs) - childLetGoNs)} more, and its client saw no end.`;
  return found({
    rule: socketKeptByParent.name,
    severity: 'warning',
    title: say`A parent keeps the connection that its child serves`,
    detail: say`${parent} forked ${processWords(model, child)} for ${connectionWords(model, connection)} and did not close its own copy. ${rest}`,
    subjects: [connection.id, hold.process.id, child.id],
    fromNs: sinceNs,
    toNs: hold.toNs,
    at: model.site(child.bornAt),
  });
}

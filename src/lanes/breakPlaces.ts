/**
 * The lines at which a debugger can stop a connection's next receive, or a process's next fork.
 *
 * A recorded line is the program's innermost one. Where a library makes the call in a loop of its own, that line is one that the program came to once and
 * still stands in: `server.serve_forever()` accepts, polls and forks, and no breakpoint there is ever hit again. It is told from a loop of the
 * program's by what else was waited for at the very same line.
 *
 *     main    poll :42   accept :42   fork :42     a library's loop: line 42 does not come again
 *     child   receive :15   receive :15            but its fresh children come here
 */
import type { Connection } from '../model/connection';
import type { Model, Waiting } from '../model/model';
import type { Process } from '../model/process';
import { objectCode, reasonCode } from '../model/waits';
import type { BreakPlaces, BreakPlacesRequest, ForkPlace, NoBreakPlace, NoPlace, ReceivePlace } from '../protocol/breakPlaces';
import type { SourcePosition } from '../protocol/report';
import { findThing, labelOf, type RowThing } from './things';

/** So many of a thread's last waits are looked through, and as many of its first. */
const lookBack = 512;
/** So many children are looked at for a line of theirs. */
const mostChildren = 32;

const none = (why: NoPlace, at: SourcePosition | null = null): NoBreakPlace => ({ why, at });

export function breakPlaces(model: Model, { row }: BreakPlacesRequest): BreakPlaces {
  const thing = findThing(model, row);
  if (thing === undefined) return { receive: none('nothing'), fork: none('nothing') };
  const connection = connectionOf(thing);
  const process = processOf(thing);
  return {
    receive: typeof connection === 'string' ? none(connection) : receivePlace(model, connection),
    fork: process?.endNs === null ? forkPlace(model, process) : none('nothing'),
  };
}

function processOf(thing: RowThing): Process | null {
  switch (thing.kind) {
    case 'process': return thing;
    case 'thread': return thing.process;
    case 'task': return thing.thread.process;
    case 'connection': return thing.owner?.process ?? null;
    case 'listener': return [...thing.owners][0] ?? null;
  }
}

/** The connection that a row means: itself, or the only one that it has. */
function connectionOf(thing: RowThing): Connection | 'nothing' | 'several' {
  if (thing.kind === 'connection') return thing.closedNs === null ? thing : 'nothing';
  if (thing.kind === 'task') return thing.connection?.closedNs === null ? thing.connection : 'nothing';
  const open = thing.kind === 'thread' ? [...thing.connections] : thing.kind === 'process' ? thing.threads.flatMap(({ connections }) => [...connections]) : [];
  return open.length === 0 ? 'nothing' : open.length > 1 ? 'several' : open[0]!;
}

function receivePlace(model: Model, connection: Connection): ReceivePlace | NoBreakPlace {
  const { owner, task, socket } = connection;
  if (owner === null) return none('waiting');
  const [descriptor] = [...owner.process.descriptors.open()].find(([, leads]) => leads === socket) ?? [];
  if (descriptor === undefined) return none('nothing');
  const line = task === null ? lastReceive(model, owner, connection) : awaitedLine(model, task);
  if (line === null) return none('noLine');
  if (line.inLibrary) return none('library', line.site);
  // One thread per client: it holds the connection to its end. What others have received on, or a loop reads, anybody may take up next.
  const own = task === null && connection.receivers === null && owner.connections.size === 1;
  return { label: labelOf(model, connection), pid: owner.process.pid, descriptor, thread: own ? owner.tid : null, site: line.site };
}

interface Line {
  readonly site: SourcePosition;
  readonly inLibrary: boolean;
}

function lastReceive(model: Model, owner: Waiting, connection: Connection): Line | null {
  const { waits } = owner;
  for (let row = waits.count - 1; row >= Math.max(0, waits.count - lookBack); row--) {
    if (waits.reason(row) !== reasonCode.receive || waits.objectKind(row) !== objectCode.connection || waits.object(row) !== connection.number) continue;
    const site = model.waitSite(owner, row);
    if (site !== null) return { site, inLibrary: loopsAt(model, owner, site) };
  }
  return null;
}

/** A task awaits at a line of the program's own, which it comes to again. */
function awaitedLine(model: Model, task: Waiting): Line | null {
  const { waits } = task;
  for (let row = waits.count - 1; row >= Math.max(0, waits.count - lookBack); row--) {
    const site = model.waitSite(task, row);
    if (site !== null) return { site, inLibrary: false };
  }
  return null;
}

/** Whether a loop that is not the program's runs below this line: it polls and accepts there too. */
function loopsAt(model: Model, thing: Waiting, { file, line }: SourcePosition): boolean {
  const { waits } = thing;
  for (let row = waits.count - 1; row >= Math.max(0, waits.count - lookBack); row--) {
    const reason = waits.reason(row);
    if (reason !== reasonCode.poll && reason !== reasonCode.accept) continue;
    const site = model.waitSite(thing, row);
    if (site?.line === line && site.file === file) return true;
  }
  return false;
}

function forkPlace(model: Model, process: Process): ForkPlace | NoBreakPlace {
  const facts = { label: labelOf(model, process), pid: process.pid };
  let library: SourcePosition | null = null;
  // Its own forks say most; those of others are the same program's.
  for (const parent of [process, ...model.processes.filter((other) => other !== process)]) {
    const children = parent.children.filter(({ birth, bornAt }) => birth === 'fork' && bornAt !== null).slice(-mostChildren).reverse();
    for (const { bornAt, bornBy } of children) {
      const site = model.site(bornAt);
      if (site === null) continue;
      if (bornBy === null || !loopsAt(model, bornBy, site)) return { ...facts, site, children: null };
      library ??= site;
    }
    const first = library === null ? null : firstLine(model, children);
    if (first !== null) return { ...facts, site: first, children: process.children.filter(({ endNs }) => endNs === null).map(({ pid }) => pid) };
  }
  return none(library === null ? 'noLine' : 'library', library);
}

/** The line that a child of these came to first. */
function firstLine(model: Model, children: readonly Process[]): SourcePosition | null {
  for (const { main } of children) {
    if (main === null) continue;
    for (let row = 0; row < Math.min(main.waits.count, lookBack); row++) {
      const site = model.waitSite(main, row);
      if (site !== null && !loopsAt(model, main, site)) return site;
    }
  }
  return null;
}

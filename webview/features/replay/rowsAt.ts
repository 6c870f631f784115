/** The rows as they were at a moment of the past, from the rows as they are and what the engine says of that moment. Pure. */
import { noState, type States } from '../../../src/protocol/navigate';
import type { Row, RunInfo } from '../../../src/protocol/rows';
import { spanStates, type SpanState } from '../../../src/protocol/states';

/** Whether the engine has to be asked: what has ended stands in its own last state, but for a process, which may be a zombie still. */
export function livesAt(row: Row, atNs: number): boolean {
  return row.startNs <= atNs && (row.kind === 'process' || row.endNs === null || row.endNs > atNs);
}

/** What the engine says of one row. */
interface Then {
  state: SpanState | null;
  sinceNs: number;
  owner: string | null;
  accepted: number;
}

/** @param asked rows that `states` is about, in its order. @returns the rows that there were, by id. */
export function rowsAt(rows: ReadonlyMap<string, Row>, atNs: number, asked: readonly string[], states: States): Map<string, Row> {
  const [state, since, owner, accepted] = [new Uint8Array(states.state), new Float64Array(states.since), new Uint32Array(states.owner), new Uint32Array(states.accepted)];
  const thens = new Map(asked.map((id, index) => [id, {
    state: state[index] === noState ? null : (spanStates[state[index]!] ?? 'unknown'), sinceNs: since[index]!,
    owner: owner[index] === 0 ? null : `t${owner[index]!}`, accepted: accepted[index]!,
  }]));
  const found = new Map<string, Row>();
  for (const row of rows.values()) {
    if (row.startNs <= atNs) found.set(row.id, rowAt(row, atNs, thens.get(row.id), rows));
  }
  countLiving(found);
  return found;
}

function rowAt(row: Row, atNs: number, then: Then | undefined, rows: ReadonlyMap<string, Row>): Row {
  const ended = row.endNs !== null && row.endNs <= atNs;
  const common = {
    endNs: ended ? row.endNs : null,
    state: then?.state ?? (ended ? (row.kind === 'process' ? 'alive' : row.state) : 'unknown'),
    stateSinceNs: then !== undefined && then.state !== null ? then.sinceNs : ended ? (row.endNs ?? row.startNs) : row.startNs,
  };
  const past = (ns: number | null): number | null => (ns !== null && ns <= atNs ? ns : null);
  switch (row.kind) {
    case 'process': {
      const parentEnd = row.parent === null ? null : (rows.get(row.parent)?.endNs ?? null);
      return { ...row, ...common, exit: ended ? row.exit : null, orphaned: row.orphaned && (parentEnd === null || parentEnd <= atNs) };
    }
    case 'thread':
      return { ...row, ...common };
    case 'task':
      return { ...row, ...common, awaits: ended ? row.awaits : null };
    case 'connection': {
      const owner = ended ? row.owner : (then?.owner ?? null);
      const task = row.parent !== null && rows.get(row.parent)?.kind === 'task' ? rows.get(row.parent)! : null;
      const parent = owner === null ? null : owner === row.owner && (task === null || task.startNs <= atNs) ? row.parent : owner;
      return {
        ...row, ...common, owner, parent, queuedNs: past(row.queuedNs), acceptedNs: past(row.acceptedNs),
        // How many there were then is not known.
        bytesIn: ended ? row.bytesIn : NaN, bytesOut: ended ? row.bytesOut : NaN,
      };
    }
    case 'listener':
      return { ...row, ...common, accepted: then?.accepted ?? row.accepted };
  }
}

/** Threads and open connections, by process. */
function countLiving(rows: Map<string, Row>): void {
  const counts = new Map<string, { threads: number; connections: number }>();
  const of = (process: string): { threads: number; connections: number } => {
    let count = counts.get(process);
    if (count === undefined) counts.set(process, (count = { threads: 0, connections: 0 }));
    return count;
  };
  for (const row of rows.values()) {
    if (row.endNs !== null) continue;
    if (row.kind === 'thread' && row.parent !== null) of(row.parent).threads++;
    const owner = row.kind === 'connection' && row.owner !== null ? rows.get(row.owner) : undefined;
    const process = owner?.parent ?? null;
    if (process !== null) of(process).connections++;
  }
  for (const row of rows.values()) {
    if (row.kind === 'process') rows.set(row.id, { ...row, threads: counts.get(row.id)?.threads ?? 0, connections: counts.get(row.id)?.connections ?? 0 });
  }
}

export function infoAt(info: RunInfo, rows: ReadonlyMap<string, Row>): RunInfo {
  const living = (kind: Row['kind']): number => {
    let count = 0;
    for (const row of rows.values()) if (row.kind === kind && row.endNs === null) count++;
    return count;
  };
  return { ...info, processes: living('process'), threads: living('thread'), connections: living('connection') };
}

/** The debugger's stops, as the report shows them. */
import type { Model } from '../model/model';
import { Stalls } from '../model/stalls';
import { placeOf, reasonOf, stopsOf, type Halt } from '../model/stopJoin';
import type { ReportMark } from '../protocol/report';
import type { ReportTime } from './reportTime';

export function reportMarks(model: Model, time: ReportTime): ReportMark[] {
  const { halts, byThread } = stopsOf(model);
  if (halts.length === 0) return [];
  const along = new Map<Halt, string[]>(halts.map((halt) => [halt, []]));
  const stalled = new Map<Halt, string[]>(halts.map((halt) => [halt, []]));
  const add = (lists: Map<Halt, string[]>, halt: Halt, id: string): void => {
    const list = lists.get(halt);
    if (list !== undefined && list[list.length - 1] !== id) list.push(id);
  };
  for (const thread of model.threads) {
    for (const { halt } of byThread.get(thread) ?? []) if (halt.thread !== thread) add(along, halt, thread.id);
  }
  const stalls = new Stalls(model, model.latestNs);
  for (const connection of model.connections) for (const { halt } of stalls.bands(connection)) add(stalled, halt, connection.id);
  return halts.map((halt) => {
    const reason = reasonOf(model, halt);
    const at = placeOf(model, halt);
    return {
      kind: 'debugger-stop', process: halt.process?.id ?? null, thread: halt.thread?.id ?? null, fromNs: time.at(halt.fromNs), toNs: halt.toNs === Infinity ? null : time.at(halt.toNs),
      note: reason ?? 'stopped', reason, at: at === null ? null : { file: at.file, line: at.line }, session: sessionOf(model, halt), all: halt.all, along: along.get(halt)!, stalled: stalled.get(halt)!, exact: halt.exact,
    };
  });
}

function sessionOf(model: Model, { told }: Halt): ReportMark['session'] {
  if (told === null) return null;
  const { number, parent, name } = told.session;
  return { number, parent: parent?.number ?? null, name: model.text(name) };
}

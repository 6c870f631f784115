/** A model made from a table, with its report and short ways to ask for things. */
import { analyse, type Insights } from '../../../../src/insight/analyse';
import { buildReport, type ReportSource } from '../../../../src/insight/report';
import type { Connection } from '../../../../src/model/connection';
import { Model } from '../../../../src/model/model';
import type { Process } from '../../../../src/model/process';
import type { Thread } from '../../../../src/model/thread';
import type { Report } from '../../../../src/protocol/report';
import { spanStates } from '../../../../src/protocol/states';
import { batchOf, Encoder, type EncodedRecord } from './encode';
import { parseTable } from './table';

const source: ReportSource = {
  manifest: {
    format: 1, forkscope: 'test', command: ['python3', 'server.py'], directory: '/srv', startedAt: '2026-01-01T00:00:00.000Z',
    startedNs: '0', supervisor: null, root: null, exit: null, complete: true, droppedBytes: 0,
  },
  lostEvents: 0,
  droppedBytes: 0,
};

export class Story {
  private constructor(readonly model: Model) {}

  /** Reads the whole table at once, in the order of time. */
  static of(table: string): Story {
    const { encoder, records } = encodeTable(table);
    return Story.inBatches(encoder, [records]);
  }

  /** Each group of records is a batch of its own. */
  static inBatches(encoder: Encoder, groups: readonly (readonly EncodedRecord[])[]): Story {
    const model = new Model(encoder, encoder.owners);
    for (const group of groups) model.ingest(batchOf(group));
    return new Story(model);
  }

  get report(): Report {
    return buildReport(this.model, source, { version: 'test', allWaits: true });
  }

  get insights(): Insights {
    return analyse(this.model);
  }

  /** The youngest process of the pid. */
  process(pid: number): Process {
    return last(this.model.processes.filter((process) => process.pid === pid), `process ${String(pid)}`);
  }

  thread(tid: number): Thread {
    return last(this.model.threads.filter((thread) => thread.tid === tid), `thread ${String(tid)}`);
  }

  /** The connection whose peer has this port. */
  connection(port: number): Connection {
    return last(
      this.model.connections.filter((connection) => this.model.label(connection.peer)?.endsWith(`:${String(port)}`)),
      `connection from port ${String(port)}`,
    );
  }

  /** `accept 10–30 listener:l1`, one line per wait; times in milliseconds. */
  waits(tid: number): string[] {
    const thread = this.thread(tid);
    return Array.from({ length: thread.waits.count }, (_, row) => {
      const on = this.model.waitObject(thread, row);
      const state = spanStates[thread.waits.reason(row)]!;
      return `${state} ${span(thread.waits.begin(row), thread.waits.end(row))}${on === null ? '' : ` ${on}`}`;
    });
  }

  /** `working 30–40 t1`, one line per span of the connection's lane; what is not settled, up to `nowMs`, comes last. */
  lane(port: number, nowMs = NaN): string[] {
    const connection = this.connection(port);
    const { activity } = connection;
    const line = (state: number, begin: number, end: number, owner: number): string =>
      `${spanStates[state]!} ${span(begin, end)}${owner === 0 ? '' : ` t${String(owner)}`}`;
    const settled = Array.from({ length: activity.count }, (_, at) =>
      line(activity.state(at), activity.begin(at), activity.end(at), activity.owner(at)),
    );
    const tail = Number.isNaN(nowMs) ? [] : this.model.tail(connection, nowMs * 1e6);
    return [...settled, ...tail.map((each) => line(each.state, each.begin, each.end, each.owner))];
  }

  /** `fork t1→p2 @5`, one line per arrow. */
  get arrows(): string[] {
    return Array.from({ length: this.model.arrows.count }, (_, index) => {
      const { kind, from, to, atNs } = this.model.arrows.get(index);
      return `${kind} ${from}→${to} @${milliseconds(atNs)}`;
    });
  }
}

/** The table's records, in the order of its lines. */
export function encodeTable(table: string): { encoder: Encoder; records: EncodedRecord[] } {
  const encoder = new Encoder();
  return { encoder, records: parseTable(table).map((row) => encoder.encode(row)) };
}

/** Nanoseconds of so many milliseconds. */
export function ms(count: number): number {
  return count * 1e6;
}

function milliseconds(ns: number): string {
  return String(ns / 1e6);
}

function span(begin: number, end: number): string {
  return `${milliseconds(begin)}–${Number.isNaN(end) ? '' : milliseconds(end)}`;
}

function last<T>(found: readonly T[], what: string): T {
  const thing = found[found.length - 1];
  if (thing === undefined) throw new Error(`no ${what}`);
  return thing;
}

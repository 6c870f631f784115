/**
 * A report whose long lists are made while one goes over them (`base/lazyList.ts`): of ten million events it would be gigabytes as
 * objects. The contract is `report.ts`; a whole `Report` is one of these too.
 */
import type { Report, ReportProcess, ReportTask, ReportThread } from './report';

/** T, its lists under these keys as something to go over, as often as one likes. */
type Listing<T, K extends keyof T> = Omit<T, K> & { [Key in K]: T[Key] extends readonly (infer Thing)[] ? Iterable<Thing> : never };

export type StreamedThread = Listing<ReportThread, 'waits'>;
export type StreamedTask = Listing<ReportTask, 'waits'>;
export type StreamedProcess = Omit<ReportProcess, 'threads'> & { threads: Iterable<StreamedThread> };
export type ReportStream = Omit<Listing<Report, 'connections' | 'datagrams' | 'arrows'>, 'processes' | 'tasks'> & {
  processes: Iterable<StreamedProcess>;
  tasks: Iterable<StreamedTask>;
};

/** All of it as objects; keys keep their order. */
export function wholeReport(report: ReportStream): Report {
  return {
    ...report,
    processes: Array.from(report.processes, (process) => ({ ...process, threads: Array.from(process.threads, withWaits) })),
    connections: [...report.connections],
    tasks: Array.from(report.tasks, withWaits),
    datagrams: [...report.datagrams],
    arrows: [...report.arrows],
  };
}

function withWaits<T extends { waits: Iterable<unknown> }>(thing: T): Omit<T, 'waits'> & { waits: T['waits'] extends Iterable<infer Wait> ? Wait[] : never } {
  return { ...thing, waits: [...thing.waits] as T['waits'] extends Iterable<infer Wait> ? Wait[] : never };
}

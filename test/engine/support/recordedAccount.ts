/** The recording's account of a run: what the report says, and of the closes what the log says. */
import { recordFlags } from '../../../src/protocol/events';
import { flagsOffset, kinds, offsets } from '../../../src/protocol/layout';
import type { Report, ReportProcess } from '../../../src/protocol/report';
import { emptyAccount, ending, sorted, unknownEnding, type Account } from './account';
import { eachRecord } from './records';

export function isProbed(process: ReportProcess): boolean {
  return process.coverage.includes('python');
}

export async function recordedAccount(report: Report, file: string): Promise<Account> {
  const account = emptyAccount();
  const pids = new Map(report.processes.map((process) => [process.id, process.pid]));
  const forked = await forkedPids(file);
  const pidOf = (id: string | null | undefined): number | string => pids.get(id ?? '') ?? 'nobody';
  for (const process of report.processes) {
    account.births.push(`${process.pid} of ${pidOf(process.parent)}`);
    account.ends.push(`${process.pid} ${process.exit === null ? unknownEnding : ending(process.exit)}`);
    if (!isProbed(process)) continue;
    // The first image of a forked process is its parent's, also where an exec followed.
    process.images.slice(process.birth === 'fork' || forked.has(process.pid) ? 1 : 0).forEach(() => account.execs.push(`${process.pid} execs`));
    for (const thread of process.threads.filter((each) => !each.main)) {
      const line = `${thread.tid} of ${process.pid}`;
      account.threads.push(line);
      if (thread.endNs !== null && thread.endNs < (process.endNs ?? Infinity)) account.threadEnds.push(line);
    }
  }
  for (const each of report.connections) {
    const pid = pidOf(each.owners[0]?.process);
    const other = each.protocol === 'unix' ? 'unix' : String(each.peer);
    const isPair = each.protocol === 'unix' && each.peer === null && each.local === null;
    if (isPair) {
      account.bytes.push(`pair unix: ${each.bytesIn} in, ${each.bytesOut} out`);
      continue;
    }
    if (each.role === 'server') account.accepts.push(`${pid} accepts ${other}`);
    else account.connects.push(`${pid} connects to ${other}`);
    account.bytes.push(`${each.role} ${other}: ${each.bytesIn} in, ${each.bytesOut} out`);
  }
  account.closes = await closes(file);
  return sorted(account);
}

/** The processes that say themselves that they were forked. */
async function forkedPids(file: string): Promise<Set<number>> {
  const pids = new Set<number>();
  await eachRecord(file, (batch, record, pid) => {
    if (batch.kind(record) === kinds.forked) pids.add(pid);
  });
  return pids;
}

/** Closes of descriptors that were accepted or connected by the process, or that it has from another one. */
async function closes(file: string): Promise<string[]> {
  const found: string[] = [];
  const open = new Map<number, Set<number>>();
  /** `12 5`: a datagram socket, which is no connection although it may be connected. */
  const datagrams = new Set<string>();
  const of = (pid: number): Set<number> => {
    const known = open.get(pid) ?? new Set<number>();
    open.set(pid, known);
    return known;
  };
  await eachRecord(file, (batch, record, pid) => {
    if ((batch.u16(record, flagsOffset) & recordFlags.begin) !== 0) return;
    switch (batch.kind(record)) {
      case kinds.accept:
        if (batch.i32(record, offsets.accept.result) >= 0) of(pid).add(batch.i32(record, offsets.accept.result));
        return;
      case kinds.socketSeen:
        if (batch.u16(record, offsets.socketSeen.type) === 2) datagrams.add(`${pid} ${batch.u32(record, offsets.socketSeen.descriptor)}`);
        return;
      case kinds.connect:
        if (datagrams.has(`${pid} ${batch.u32(record, offsets.connect.descriptor)}`)) return;
        if ([0, -106, -115].includes(batch.i32(record, offsets.connect.result))) of(pid).add(batch.u32(record, offsets.connect.descriptor));
        return;
      case kinds.endpoints: // A socket that came from another process.
        if (!datagrams.has(`${pid} ${batch.u32(record, offsets.endpoints.descriptor)}`)) of(pid).add(batch.u32(record, offsets.endpoints.descriptor));
        return;
      case kinds.forked:
        open.set(pid, new Set(of(batch.u32(record, offsets.forked.parent))));
        return;
      case kinds.duplicate:
        if (of(pid).has(batch.u32(record, offsets.duplicate.from))) of(pid).add(batch.u32(record, offsets.duplicate.to));
        return;
      case kinds.close:
        datagrams.delete(`${pid} ${batch.u32(record, offsets.close.descriptor)}`);
        if (of(pid).delete(batch.u32(record, offsets.close.descriptor))) found.push(`${pid} closes ${batch.u32(record, offsets.close.descriptor)}`);
    }
  });
  return found;
}

/**
 * What a debugger did, as records: the attendant's lines (protocol/marks.ts), in the observer's own segments, so that the run has one writer
 * for what is seen from outside, and the disk's bound drops them as it drops others.
 *
 * A record's time is when it is written. The event's own moment stands in `at`: a record stamped with it would come later than its time, and
 * whoever follows the run would have to build its model again at each stop.
 */
import { breakpointPhases, continueWays, debugThreadPhases, noDebugThread, sessionPhases } from '../protocol/events';
import { kinds, offsets } from '../protocol/layout';
import type { BreakpointMark, ContinueMark, ExitMark, Mark, SessionMark, StopMark, ThreadMark } from '../protocol/marks';
import type { ObserverLog } from './observerLog';


export function tellMark(log: ObserverLog, mark: Mark): void {
  switch (mark.kind) {
    case 'session':
      tellSession(log, mark);
      return;
    case 'stop':
      tellStop(log, mark);
      return;
    case 'continue':
      tellContinue(log, mark);
      return;
    case 'thread':
      tellThread(log, mark);
      return;
    case 'breakpoint':
      tellBreakpoint(log, mark);
      return;
    case 'exit':
      tellExit(log, mark);
      return;
  }
}

function tellSession(log: ObserverLog, mark: SessionMark): void {
  const [type, name] = [textId(log, mark.type), textId(log, mark.name)];
  log.add(kinds.debugSession, (view, at) => {
    const to = offsets.debugSession;
    view.writeBigUInt64LE(BigInt(mark.at), at + to.at);
    view.writeUInt32LE(mark.session, at + to.session);
    view.writeUInt32LE(mark.parent ?? 0, at + to.parent);
    view.writeUInt32LE(mark.process ?? 0, at + to.process);
    view.writeUInt32LE(type, at + to.type);
    view.writeUInt32LE(name, at + to.name);
    view.writeUInt16LE(sessionPhases[mark.phase], at + to.phase);
  });
}

function tellStop(log: ObserverLog, mark: StopMark): void {
  const [reason, file] = [textId(log, mark.reason), textId(log, mark.file)];
  log.add(kinds.debugStop, (view, at) => {
    const to = offsets.debugStop;
    view.writeBigUInt64LE(BigInt(mark.at), at + to.at);
    view.writeUInt32LE(mark.session, at + to.session);
    view.writeUInt32LE(mark.process ?? 0, at + to.process);
    view.writeUInt32LE(mark.thread ?? 0, at + to.thread);
    view.writeUInt32LE(mark.debugThread ?? noDebugThread, at + to.debugThread);
    view.writeUInt32LE(reason, at + to.reason);
    view.writeUInt32LE(file, at + to.file);
    view.writeUInt32LE(mark.line ?? 0, at + to.line);
    view.writeUInt16LE(mark.all ? 1 : 0, at + to.all);
  });
}

function tellContinue(log: ObserverLog, mark: ContinueMark): void {
  log.add(kinds.debugContinue, (view, at) => {
    const to = offsets.debugContinue;
    view.writeBigUInt64LE(BigInt(mark.at), at + to.at);
    view.writeUInt32LE(mark.session, at + to.session);
    view.writeUInt32LE(mark.process ?? 0, at + to.process);
    view.writeUInt32LE(mark.debugThread ?? noDebugThread, at + to.debugThread);
    view.writeUInt16LE(mark.all ? 1 : 0, at + to.all);
    view.writeUInt16LE(continueWays[mark.how], at + to.how);
  });
}

function tellThread(log: ObserverLog, mark: ThreadMark): void {
  const name = textId(log, mark.name);
  log.add(kinds.debugThread, (view, at) => {
    const to = offsets.debugThread;
    view.writeBigUInt64LE(BigInt(mark.at), at + to.at);
    view.writeUInt32LE(mark.session, at + to.session);
    view.writeUInt32LE(mark.process ?? 0, at + to.process);
    view.writeUInt32LE(mark.debugThread, at + to.debugThread);
    view.writeUInt32LE(mark.thread ?? 0, at + to.thread);
    view.writeUInt32LE(name, at + to.name);
    view.writeUInt16LE(debugThreadPhases[mark.phase], at + to.phase);
  });
}

function tellBreakpoint(log: ObserverLog, mark: BreakpointMark): void {
  const file = textId(log, mark.file);
  log.add(kinds.debugBreakpoint, (view, at) => {
    const to = offsets.debugBreakpoint;
    view.writeBigUInt64LE(BigInt(mark.at), at + to.at);
    view.writeUInt32LE(mark.session, at + to.session);
    view.writeUInt32LE(file, at + to.file);
    view.writeUInt32LE(mark.line, at + to.line);
    view.writeUInt16LE(breakpointPhases[mark.phase], at + to.phase);
  });
}

function tellExit(log: ObserverLog, mark: ExitMark): void {
  log.add(kinds.debugExit, (view, at) => {
    const to = offsets.debugExit;
    view.writeBigUInt64LE(BigInt(mark.at), at + to.at);
    view.writeUInt32LE(mark.session, at + to.session);
    view.writeUInt32LE(mark.process ?? 0, at + to.process);
    view.writeInt32LE(mark.code | 0, at + to.code);
  });
}

function textId(log: ObserverLog, text: string | null): number {
  return text === null || text === '' ? 0 : log.text(text);
}

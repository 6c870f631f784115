/** The records about processes and threads, each with its fields. */
import { kinds, offsets } from '../protocol/layout';
import type { ObserverLog } from './observerLog';

/** @param command its arguments joined by NUL, '' where unknown. */
export function tellProcessSeen(log: ObserverLog, pid: number, parent: number, command: string): void {
  const text = command === '' ? 0 : log.text(command);
  log.add(kinds.processSeen, (view, at) => {
    view.writeUInt32LE(pid, at + offsets.processSeen.process);
    view.writeUInt32LE(parent, at + offsets.processSeen.parent);
    view.writeUInt32LE(text, at + offsets.processSeen.command);
  });
}

export function tellRootStarted(log: ObserverLog, pid: number, command: string): void {
  const text = log.text(command);
  log.add(kinds.rootStarted, (view, at) => {
    view.writeUInt32LE(pid, at + offsets.rootStarted.process);
    view.writeUInt32LE(text, at + offsets.rootStarted.command);
  });
}

/** @param executable the path behind /proc/PID/exe, '' where unknown. @param environment see `environments`. */
export function tellProgramSeen(log: ObserverLog, pid: number, executable: string, environment: number): void {
  const text = executable === '' ? 0 : log.text(executable);
  log.add(kinds.programSeen, (view, at) => {
    view.writeUInt32LE(pid, at + offsets.programSeen.process);
    view.writeUInt32LE(text, at + offsets.programSeen.executable);
    view.writeUInt16LE(environment, at + offsets.programSeen.environment);
  });
}

/** @param status a wait status, -1 where unknown. */
export function tellEnd(log: ObserverLog, kind: 'zombieSeen' | 'processGone' | 'rootEnded' | 'orphanLeft', pid: number, status: number): void {
  log.add(kinds[kind], (view, at) => {
    view.writeUInt32LE(pid, at + offsets[kind].process);
    view.writeInt32LE(status, at + offsets[kind].status);
  });
}

export function tellReparented(log: ObserverLog, pid: number, parent: number): void {
  log.add(kinds.reparented, (view, at) => {
    view.writeUInt32LE(pid, at + offsets.reparented.process);
    view.writeUInt32LE(parent, at + offsets.reparented.parent);
  });
}

export function tellProcessGroup(log: ObserverLog, pid: number, group: number): void {
  log.add(kinds.processGroup, (view, at) => {
    view.writeUInt32LE(pid, at + offsets.processGroup.process);
    view.writeUInt32LE(group, at + offsets.processGroup.group);
  });
}

export function tellThreadSeen(log: ObserverLog, pid: number, thread: number, name: string): void {
  const text = log.text(name);
  log.add(kinds.threadSeen, (view, at) => {
    view.writeUInt32LE(pid, at + offsets.threadSeen.process);
    view.writeUInt32LE(thread, at + offsets.threadSeen.thread);
    view.writeUInt32LE(text, at + offsets.threadSeen.name);
  });
}

export function tellThreadGone(log: ObserverLog, pid: number, thread: number): void {
  log.add(kinds.threadGone, (view, at) => {
    view.writeUInt32LE(pid, at + offsets.threadGone.process);
    view.writeUInt32LE(thread, at + offsets.threadGone.thread);
  });
}

/** No process of the run is left. */
export function tellAllGone(log: ObserverLog): void {
  log.add(kinds.allGone, () => undefined);
}

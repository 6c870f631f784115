/**
 * What a debugger does inside a process that it debugs is not the program's: its threads, and the processes that it starts. The probe marks
 * them (flags.debugger), and they stand in no list; but an observer tells of them too, and may come first:
 *
 *     observer    threadSeen 105                        105 is undecided: known, and in no list
 *     probe                threadBegin 105 (debugger)   it is the debugger's, for good
 *     probe                threadBegin 105              it is the program's: from now on it is in the lists, with all that was seen of it
 *
 * Only in processes with a debugger is anything undecided. What nobody has told of after two seconds (a thread of a C library, a shell of
 * os.system) is the program's. A thread that ended sooner without a word is the debugger's: pydevd starts one below threading for a moment,
 * when it begins to trace, and one to end the process, which may be killed first. A program's own says nothing only where it made no call at all.
 */
import type { Process } from './process';
import type { Thread } from './thread';
import type { World } from './world';

export type Hidden = 'undecided' | 'debugger';

/** A thread has told of its begin, and a call that starts a process has returned, long before; on a machine with many times more to do than it can, before. */
const undecidedNs = 2e9;

/** As what a process that is first seen begins. @param parent null where it is unknown. */
export function hiddenBelow(parent: Process | null): Hidden | null {
  return parent === null ? null : (parent.hidden ?? (parent.debugged ? 'undecided' : null));
}

/** It is the program's, if nobody has said otherwise. */
export function reveal(world: World, thing: Process | Thread): void {
  if (thing.hidden !== 'undecided') return;
  world.undecided.delete(thing);
  if (thing.kind === 'thread') revealThread(world, thing);
  else revealProcess(world, thing);
}

/** It is the debugger's, if it is not in the lists already. */
export function hide(world: World, thing: Process | Thread): void {
  if (thing.hidden !== 'undecided') return;
  world.undecided.delete(thing);
  thing.hidden = 'debugger';
  if (thing.kind === 'thread') return;
  for (const thread of thing.threads) thread.hidden = 'debugger';
  for (const other of [...world.undecided]) if (other.kind === 'process' && other.parent === thing) hide(world, other);
}

/** Nobody will tell any more of what has been undecided for long. @param all of nothing will be told any more. */
export function settleUndecided(world: World, nowNs: number, all: boolean): void {
  for (const thing of [...world.undecided]) {
    if (!all && nowNs - thing.startNs <= undecidedNs) continue;
    if (thing.kind === 'thread' && (thing.endNs ?? thing.process.endNs ?? nowNs) - thing.startNs <= undecidedNs) hide(world, thing);
    else reveal(world, thing);
  }
}

function revealThread(world: World, thread: Thread): void {
  thread.hidden = null;
  world.list(thread);
  thread.process.listThread(thread);
  thread.endNs ??= thread.process.endNs;
}

function revealProcess(world: World, process: Process): void {
  process.hidden = null;
  world.list(process);
  const { parent } = process;
  if (parent !== null) {
    reveal(world, parent);
    parent.children.push(process);
  }
  for (const thread of process.threads) {
    thread.hidden = null;
    world.list(thread);
  }
  for (const other of [...world.undecided]) if (other.kind === 'process' && other.parent === process) reveal(world, other);
}

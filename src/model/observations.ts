/** What the supervisor and the kernel observer saw, joined with what the processes say of themselves. */
import { kinds, offsets } from '../protocol/layout';
import { end, reap, setWaitStatus } from './ends';
import { hiddenBelow, settleUndecided, type Hidden } from './hidden';
import type { Process } from './process';
import type { Processes } from './processes';
import { takeQueuedClient, takeQueuedClientGone, takeQueueLength } from './queueObservations';
import type { Reading } from './reading';
import type { Reference } from './references';
import { takeProcessGroup } from './signals';
import { takeThreadGone, takeThreadSample, takeThreadSeen } from './threadObservations';
import type { World } from './world';

/**
 * An observer looks first and writes then, and a pid is not given out again so soon: what it saw so shortly after a process
 * was collected is still that one.
 */
const belatedNs = 2e9;

export function takeObservation(world: World, processes: Processes, reading: Reading): void {
  world.lookedNs = reading.key;
  if (world.undecided.size > 0) settleUndecided(world, reading.key, reading.kind === kinds.allGone);
  switch (reading.kind) {
    case kinds.rootStarted: {
      const root = seen(world, processes, reading, offsets.rootStarted.process, reading.reference(offsets.rootStarted.command));
      root.birth = 'root';
      return;
    }
    case kinds.processSeen: {
      const parent = reading.u32(offsets.processSeen.parent);
      const process = seen(world, processes, reading, offsets.processSeen.process, reading.reference(offsets.processSeen.command), hiddenBelow(world.process(parent)));
      processes.adopt(process, world.process(parent));
      // Its parent was gone before the observer first looked: it never saw the change.
      if (parent !== 0 && process.parent !== null && process.parent.pid !== parent) takeAdoption(process, parent, reading.key);
      return;
    }
    case kinds.programSeen: {
      const at = offsets.programSeen;
      const process = living(world, reading.u32(at.process));
      if (process === null) return;
      process.program = { executable: reading.reference(at.executable), environment: reading.u16(at.environment) };
      world.changed.add(process);
      return;
    }
    case kinds.orphanLeft: {
      takeOrphanLeft(world, reading);
      return;
    }
    case kinds.zombieSeen: {
      const process = living(world, reading.u32(offsets.zombieSeen.process));
      if (process === null) return;
      process.coverage.add('kernel');
      process.zombieSeen = true;
      setWaitStatus(process, reading.i32(offsets.zombieSeen.status));
      end(world, process, reading.key, 'seen');
      return;
    }
    case kinds.processGone:
      gone(world, reading, offsets.processGone.process, offsets.processGone.status, NaN);
      return;
    case kinds.rootEnded:
      // An observer may have seen that it is gone, and not how, before whoever started it said so.
      if (endedUnknown(world, reading)) return;
      // The supervisor stood waiting from the start.
      gone(world, reading, offsets.rootEnded.process, offsets.rootEnded.status, -Infinity);
      return;
    case kinds.allGone:
      for (const process of world.processes) if (process.endNs === null) end(world, process, reading.key, 'seen');
      return;
    case kinds.reparented: {
      const process = living(world, reading.u32(offsets.reparented.process));
      if (process === null) return;
      process.coverage.add('kernel');
      takeAdoption(process, reading.u32(offsets.reparented.parent), reading.key);
      if (process.alive) process.lastSeenNs = Math.max(process.lastSeenNs, reading.key);
      world.changed.add(process);
      return;
    }
    case kinds.processGroup:
      takeProcessGroup(world, reading);
      return;
    case kinds.threadSeen:
      takeThreadSeen(world, processes, reading);
      return;
    case kinds.threadGone:
      takeThreadGone(world, reading);
      return;
    case kinds.threadSample:
      takeThreadSample(world, reading);
      return;
    case kinds.queueLength:
      takeQueueLength(world, reading);
      return;
    case kinds.queuedClient:
      takeQueuedClient(world, reading);
      return;
    case kinds.queuedClientGone:
      takeQueuedClientGone(world, reading);
      return;
    default:
      world.stops.takeTold(world, reading);
  }
}

function seen(world: World, processes: Processes, reading: Reading, pidOffset: number, command: Reference | null, hidden: Hidden | null = null): Process {
  const pid = reading.u32(pidOffset);
  const known = world.process(pid);
  const same = known !== null && reading.key - (known.reapedNs ?? Infinity) < belatedNs;
  const process = same ? known : processes.make(pid, reading.key, hidden);
  process.coverage.add('kernel');
  if (process.alive) process.lastSeenNs = Math.max(process.lastSeenNs, reading.key);
  // Between fork and exec it still has its parent's command; nobody but the observer tells of what follows.
  if (command !== null && (process.images.length === 0 || (same && !process.reported && process.bornBy === null))) {
    process.images = [{ command, atNs: process.startNs }];
  }
  world.changed.add(process);
  return process;
}

/** The youngest process of the pid, unless it was collected: then the observation is about another one. */
function living(world: World, pid: number): Process | null {
  const process = world.process(pid);
  return process?.reapedNs === null ? process : null;
}

/** The first new parent counts. */
function takeAdoption(process: Process, parent: number, ns: number): void {
  process.reparentedNs ??= ns;
  process.adoptedBy ??= parent;
}

/** Told by the observer, or by itself among its last words. When it became an orphan is known no better than that it was one then. */
export function takeOrphanLeft(world: World, reading: Reading): void {
  const process = living(world, reading.u32(offsets.orphanLeft.process));
  if (process === null) return;
  setWaitStatus(process, reading.i32(offsets.orphanLeft.status));
  // An observer may have seen it later, when it was a zombie.
  process.reparentedNs = Math.min(process.reparentedNs ?? Infinity, (process.endNs ?? reading.key) - 1);
  world.changed.add(process);
}

/** Fills in how a root ended that is gone already. False where it is not. */
function endedUnknown(world: World, reading: Reading): boolean {
  const process = world.process(reading.u32(offsets.rootEnded.process));
  if (process?.birth !== 'root' || process.reapedNs === null) return false;
  if (process.exit === null) setWaitStatus(process, reading.i32(offsets.rootEnded.status));
  world.changed.add(process);
  return true;
}

function gone(world: World, reading: Reading, pidOffset: number, statusOffset: number, sinceNs: number): void {
  const process = living(world, reading.u32(pidOffset));
  if (process === null) return;
  process.coverage.add('kernel');
  setWaitStatus(process, reading.i32(statusOffset));
  if (process.endNs === null) end(world, process, reading.key, 'seen');
  reap(world, process, reading.key, sinceNs, null);
}

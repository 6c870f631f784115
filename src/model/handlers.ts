/**
 * What a framework's request handler did for a connection or a datagram:
 *
 *     thread   ── setup ──┤── handle ────────────────┤── finish ──┤
 *                            begin record … complete     `error` where an exception left it
 *
 * A phase's connection is the one that its descriptor led to when setup began: the handler may close it before it finishes.
 */
import { handlerPhases } from '../protocol/events';
import { offsets } from '../protocol/layout';
import type { Connection } from './connection';
import type { DatagramPeer } from './datagrams';
import { isDatagramSocket } from './datagramCalls';
import { receiving } from './ownership';
import type { Reading } from './reading';
import type { Reference } from './references';
import type { Thread } from './thread';
import type { World } from './world';

export type PhaseName = keyof typeof handlerPhases;

export interface HandlerPhase {
  readonly name: PhaseName;
  readonly thread: Thread;
  readonly beginNs: number;
  /** Null while it runs, or where its process ended inside it. */
  endNs: number | null;
  /** The type of the exception that left it. */
  error: Reference | null;
  /** The user's line that raised it. */
  errorAt: Reference | null;
  /** The method's first line. */
  readonly site: Reference | null;
}

/** What a thread's handler is at work for. */
export interface Handled {
  readonly descriptor: number;
  readonly connection: Connection | null;
  readonly peer: DatagramPeer | null;
}

export function takeHandlerPhase(world: World, thread: Thread, reading: Reading): void {
  const at = offsets.handlerPhase;
  const name = nameOf(reading.u16(at.phase));
  if (name === null) return;
  const handled = handledBy(thread, reading, name);
  const phases = handled.connection?.phases ?? handled.peer?.phases;
  if (phases === undefined) return;
  let phase = phases[phases.length - 1];
  if (phase?.name !== name || phase.endNs !== null || phase.thread !== thread) {
    phase = { name, thread, beginNs: reading.time, endNs: null, error: null, errorAt: null, site: reading.reference(at.site) };
    phases.push(phase);
  }
  if (handled.connection !== null) {
    receiving(world, handled.connection, thread, reading);
    world.changed.add(handled.connection);
  }
  if (reading.begins) return;
  phase.endNs = reading.end;
  phase.error = reading.reference(at.error);
  phase.errorAt = reading.reference(at.errorSite);
  if (phase.error !== null) world.failures.push({ phase, connection: handled.connection, peer: handled.peer });
  // Without a setup that worked there is nothing to finish.
  if (name === 'finish' || (name === 'setup' && phase.error !== null)) thread.handled = null;
}

const names = new Map(Object.entries(handlerPhases).map(([name, code]) => [code as number, name as PhaseName]));

function nameOf(code: number): PhaseName | null {
  return names.get(code) ?? null;
}

function handledBy(thread: Thread, reading: Reading, name: PhaseName): Handled {
  const at = offsets.handlerPhase;
  const descriptor = reading.u32(at.descriptor);
  if (name !== 'setup' && thread.handled?.descriptor === descriptor) return thread.handled;
  const socket = thread.process.descriptors.at(descriptor, reading.time);
  const peer = socket !== null && isDatagramSocket(socket) ? (socket.peers?.get(reading.peerKey(at)) ?? null) : null;
  peer?.threads.add(thread);
  thread.handled = { descriptor, connection: socket?.connection ?? null, peer };
  return thread.handled;
}

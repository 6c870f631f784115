/** Everything that a model holds, and how things come into it. */
import type { ArrowKind } from '../protocol/report';
import { ArrowColumns, type Identified } from './arrows';
import { Changes } from './changes';
import { Channel, type ChannelKind } from './channels';
import { Connection } from './connection';
import type { DatagramPeer } from './datagrams';
import type { HandlerPhase } from './handlers';
import type { Hidden } from './hidden';
import { Locks } from './locks';
import { Lookup } from './lookup';
import { Listener, type ListenerProtocol } from './listener';
import { connectionOver, socketOver } from './over';
import { Pages } from './packedRows';
import { Process } from './process';
import type { QueuedClient } from './queueObservations';
import type { Reading } from './reading';
import type { Reference } from './references';
import type { Socket } from './sockets';
import { Stops } from './stops';
import { Task } from './task';
import { Thread } from './thread';
import { Traffic } from './traffic';
import type { WaitingEnds } from './unixEnds';

/** 0.0.0.0 and ::, as `addressKey` writes them. */
const anyIpv4 = '0000000000ffff0000';
const anyIpv6 = '000000000000000000';

export type Thing = Process | Thread | Task | Listener | Connection | Channel;

/** A request handler that an exception left. */
export interface HandlerFailure {
  readonly phase: HandlerPhase;
  /** One of the two is what it was at work for. */
  readonly connection: Connection | null;
  readonly peer: DatagramPeer | null;
}

export class World {
  /** Where the rows of its things stand. */
  private readonly pages = new Pages();
  readonly processes: Process[] = [];
  readonly threads: Thread[] = [];
  readonly tasks: Task[] = [];
  readonly listeners: Listener[] = [];
  readonly connections: Connection[] = [];
  readonly datagrams: DatagramPeer[] = [];
  readonly channels: Channel[] = [];
  readonly failures: HandlerFailure[] = [];
  readonly arrows = new ArrowColumns(this.pages);
  readonly locks = new Locks();
  /** What a debugger stopped, as it was told. */
  readonly stops = new Stops();
  /** Bytes of all connections, by time. */
  readonly traffic = new Traffic();
  /** Things that are new or changed; whoever shows them clears the set. */
  readonly changed = new Changes<Thing>();
  /** The latest connection by local and peer address. */
  readonly byAddresses = new Lookup<Connection>((connection, nowNs, addresses) => connectionOver(this, connection, nowNs, addresses));
  /** Listeners by their address, where it is not a path. */
  readonly listenersByAddress = new Map<string, Listener>();
  /** The observer's last word; NaN before the first. */
  lookedNs = NaN;
  /** Sockets whose inode somebody told. */
  readonly socketsByInode = new Lookup<Socket>(socketOver);
  /** Unix connections whose other end is not known yet, by process and path. */
  readonly unixEnds = new Map<string, WaitingEnds>();
  /** The latest channel of an inode, in hexadecimal. */
  readonly channelByInode = new Map<string, Channel>();
  /** How many connections no accept is known of. */
  unaccepted = 0;
  /** By a connection that is accepted and not named yet: clients that were seen in its listener's queue, one of whom it may be. */
  readonly seenWhileUnnamed = new Map<Connection, QueuedClient[]>();
  /** What may be a debugger's, in the order in which it was seen. */
  readonly undecided = new Set<Process | Thread>();
  private readonly byPid = new Map<number, Process>();

  /** @param completeFromNs of the time up to it only a part of the records was kept. */
  constructor(readonly completeFromNs = -Infinity) {}

  /** Whether what happened then is counted: of the time that was dropped nobody knows how often. */
  counts(ns: number): boolean {
    return ns > this.completeFromNs;
  }

  /** The youngest process of this pid. */
  process(pid: number): Process | null {
    return this.byPid.get(pid) ?? null;
  }

  newProcess(pid: number, ns: number, hidden: Hidden | null = null): Process {
    const process = new Process(0, pid, ns);
    process.hidden = hidden;
    this.byPid.set(pid, process);
    if (hidden === null) this.list(process);
    else if (hidden === 'undecided') this.undecided.add(process);
    return process;
  }

  newThread(process: Process, tid: number, ns: number, hidden: Hidden | null = process.hidden): Thread {
    const thread = new Thread(0, process, tid, Math.max(ns, process.startNs), this.pages);
    thread.hidden = hidden;
    process.addThread(thread);
    if (hidden === null) this.list(thread);
    else if (hidden === 'undecided' && process.hidden === null) this.undecided.add(thread);
    return thread;
  }

  /** Gives it its number, and its place among all of its kind. */
  list(thing: Process | Thread): void {
    if (thing.kind === 'process') {
      thing.number = this.processes.push(thing);
      thing.id = `p${String(thing.number)}`;
    } else {
      thing.number = this.threads.push(thing);
      thing.id = `t${String(thing.number)}`;
    }
    thing.changedIn = 0;
    this.changed.add(thing);
  }

  newTask(thread: Thread, ns: number): Task {
    const task = new Task(this.tasks.length + 1, thread, ns, this.pages);
    this.tasks.push(task);
    this.changed.add(task);
    return task;
  }

  newListener(protocol: ListenerProtocol, datagram: boolean, ns: number): Listener {
    const listener = new Listener(this.listeners.length + 1, protocol, datagram, ns);
    this.listeners.push(listener);
    this.changed.add(listener);
    return listener;
  }

  newConnection(role: 'server' | 'client', socket: Socket, ns: number): Connection {
    const connection = new Connection(this.connections.length + 1, role, socket, ns, this.pages);
    connection.completeFromNs = this.completeFromNs;
    socket.connection = connection;
    this.connections.push(connection);
    this.changed.add(connection);
    return connection;
  }

  newChannel(kind: ChannelKind, ns: number, made: boolean): Channel {
    const channel = new Channel(this.channels.length + 1, kind, ns, made);
    this.channels.push(channel);
    return channel;
  }

  /** The listener that a client of this address comes to: that of the address itself, or of every address at its port. */
  listenerAt(reading: Reading, address: number, port: number): Listener | null {
    return this.listenerOf(reading.addressKey(address, port));
  }

  /** The same by the address's key. */
  listenerOf(key: string): Listener | null {
    const suffix = key.slice(key.indexOf(':'));
    return this.listenersByAddress.get(key) ?? this.listenersByAddress.get(anyIpv4 + suffix) ?? this.listenersByAddress.get(anyIpv6 + suffix) ?? null;
  }

  /** @param site the call that drew it, where one did. */
  arrow(kind: ArrowKind, from: Identified, to: Identified, ns: number, site: Reference | null = null): void {
    this.arrows.push(kind, from, to, ns, site);
  }
}

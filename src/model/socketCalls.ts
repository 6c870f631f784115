/** What finished socket calls do to a process's descriptors, and to listeners, connections and datagram peers. */
import { kinds, offsets } from '../protocol/layout';
import { streamProtocol } from './address';
import { release } from './closing';
import { begin, called, receiving } from './ownership';
import { joinEnds } from './endpoints';
import type { Connection } from './connection';
import type { Listener } from './listener';
import { queuedSince } from './queueTime';
import type { Reading } from './reading';
import { Socket } from './sockets';
import type { Thread } from './thread';
import { exchanged } from './datagramCalls';
import type { World } from './world';
import { stateCode } from '../protocol/states';

const datagramType = 2;
const typeMask = 0xf;
const writesNoMore = 1;
const errno = { pipe: 32, isConnected: 106, reset: 104, inProgress: 115 } as const;

export class SocketCalls {
  constructor(private readonly world: World) {}

  take(thread: Thread, reading: Reading): void {
    switch (reading.kind) {
      case kinds.bind:
        this.bind(thread, reading);
        return;
      case kinds.listen:
        this.listen(thread, reading);
        return;
      case kinds.accept:
        this.accept(thread, reading);
        return;
      case kinds.connect:
        this.connect(thread, reading);
        return;
      case kinds.endpoints:
        joinEnds(this.world, thread, reading);
        return;
      case kinds.receive:
        this.transfer(thread, reading, offsets.receive, true);
        return;
      case kinds.send:
        this.transfer(thread, reading, offsets.send, false);
        return;
      case kinds.receiveFrom:
        this.transferFrom(thread, reading, offsets.receiveFrom, true);
        return;
      case kinds.sendTo:
        this.transferFrom(thread, reading, offsets.sendTo, false);
        return;
      case kinds.shutdown:
        this.shutdown(thread, reading);
        return;
      case kinds.close:
        this.replace(thread, reading.u32(offsets.close.descriptor), null, reading.key);
        return;
      case kinds.duplicate:
        this.duplicate(thread, reading);
        return;
    }
  }

  private bind(thread: Thread, reading: Reading): void {
    const at = offsets.bind;
    if (reading.i32(at.result) < 0) return;
    const socket = this.socketAt(thread, reading.u32(at.descriptor), reading.key);
    const family = reading.u16(at.family);
    const datagram = (reading.u16(at.type) & typeMask) === datagramType;
    socket.bound = { family, text: reading.address(at), datagram };
    if (!datagram || socket.listener !== null) return;
    const stream = streamProtocol(family);
    const protocol = stream === 'tcp' ? 'udp' : stream === 'tcp6' ? 'udp6' : 'unix';
    socket.listener = this.world.newListener(protocol, true, reading.key);
    socket.listener.address = socket.bound.text;
    socket.listener.listenedAt = reading.reference(at.site);
    socket.listener.owners.add(thread.process);
  }

  private listen(thread: Thread, reading: Reading): void {
    const at = offsets.listen;
    if (reading.i32(at.result) < 0) return;
    const socket = this.socketAt(thread, reading.u32(at.descriptor), reading.key);
    const listener = (socket.listener ??= this.world.newListener(streamProtocol(reading.u16(at.family)), false, reading.key));
    listener.address = reading.address(at) ?? socket.bound?.text ?? listener.address;
    listener.backlog = reading.u32(at.backlog);
    listener.listenedAt ??= reading.reference(at.site);
    listener.owners.add(thread.process);
    this.world.listenersByAddress.set(reading.addressKey(at.address, at.port), listener);
    this.world.changed.add(listener);
  }

  private accept(thread: Thread, reading: Reading): void {
    const at = offsets.accept;
    const descriptor = reading.i32(at.result);
    if (descriptor < 0) return;
    const listener = this.listenerOf(thread, reading);
    const socket = new Socket();
    this.replace(thread, descriptor, socket, reading.end);
    const connection = this.world.newConnection('server', socket, reading.end);
    connection.protocol = listener.protocol === 'tcp6' || listener.protocol === 'unix' ? listener.protocol : 'tcp';
    connection.listener = listener;
    connection.acceptedNs = reading.end;
    connection.acceptedAt = reading.reference(at.site);
    connection.queuedNs = queuedSince(reading.time, reading.end, reading.u32(at.sinceEstablished), listener.startNs);
    connection.activity.push(connection.queuedNs ?? reading.end, reading.end, stateCode.queued, 0);
    listener.accepted++;
    listener.connections.push(connection);
    this.world.changed.add(listener);
    begin(this.world, connection, thread, reading.end);
  }

  /** The listener that accept was called on; one that nobody told of is made. */
  private listenerOf(thread: Thread, reading: Reading): Listener {
    const descriptor = reading.u32(offsets.accept.descriptor);
    const socket = thread.process.descriptors.at(descriptor, reading.time);
    const known = socket?.listener ?? null;
    if (known !== null) return known;
    const listener = this.world.newListener('tcp', false, reading.time);
    listener.owners.add(thread.process);
    listener.acceptors.add(thread);
    (socket ?? this.socketAt(thread, descriptor, reading.time)).listener = listener;
    return listener;
  }

  private connect(thread: Thread, reading: Reading): void {
    const at = offsets.connect;
    const result = reading.i32(at.result);
    const done = result === 0 || result === -errno.isConnected;
    if (!done && result !== -errno.inProgress) return;
    const socket = this.socketAt(thread, reading.u32(at.descriptor), reading.time);
    if (socket.bound?.datagram === true) return;
    const connection = socket.connection ?? this.newClient(thread, socket, reading);
    if (done) connection.acceptedNs ??= reading.end;
  }

  private newClient(thread: Thread, socket: Socket, reading: Reading): Connection {
    const at = offsets.connect;
    const connection = this.world.newConnection('client', socket, reading.end);
    connection.protocol = streamProtocol(reading.u16(at.family));
    connection.peer = reading.address(at);
    connection.acceptedAt = reading.reference(at.site);
    begin(this.world, connection, thread, reading.end);
    return connection;
  }

  /** A call that can block has begun. */
  begun(thread: Thread, reading: Reading): void {
    if (reading.kind !== kinds.receive && reading.kind !== kinds.receiveFrom) return;
    const descriptor = reading.u32(reading.kind === kinds.receive ? offsets.receive.descriptor : offsets.receiveFrom.descriptor);
    const connection = thread.process.descriptors.at(descriptor, reading.time)?.connection ?? null;
    if (connection !== null && connection.closedNs === null) receiving(this.world, connection, thread, reading.time);
  }

  private transfer(thread: Thread, reading: Reading, at: { descriptor: number; result: number }, receives: boolean): void {
    const connection = thread.process.descriptors.at(reading.u32(at.descriptor), reading.time)?.connection ?? null;
    if (connection !== null) this.count(connection, thread, reading, reading.i32(at.result), receives);
  }

  private transferFrom(
    thread: Thread, reading: Reading, at: { descriptor: number; result: number; address: number; port: number; family: number; path: number }, receives: boolean,
  ): void {
    const socket = thread.process.descriptors.at(reading.u32(at.descriptor), reading.time);
    if (socket === null) return;
    if (socket.connection !== null) this.count(socket.connection, thread, reading, reading.i32(at.result), receives);
    else if (socket.listener?.datagram === true) exchanged(this.world, socket, thread, reading, at, receives);
  }

  private count(connection: Connection, thread: Thread, reading: Reading, result: number, receives: boolean): void {
    if (result === -errno.reset) connection.firstEnd ??= 'reset';
    else if (result === -errno.pipe || (receives && result === 0)) connection.firstEnd ??= 'peer';
    if (result >= 0 && receives) {
      connection.receives++;
      connection.bytesIn += result;
    } else if (result >= 0) {
      connection.sends++;
      connection.bytesOut += result;
    }
    connection.lastCallNs = Math.max(connection.lastCallNs, reading.end);
    called(this.world, connection, thread, reading.time, reading.end, receives);
  }

  private shutdown(thread: Thread, reading: Reading): void {
    const at = offsets.shutdown;
    const connection = thread.process.descriptors.at(reading.u32(at.descriptor), reading.time)?.connection ?? null;
    if (connection === null || reading.i32(at.result) < 0 || reading.u32(at.how) < writesNoMore) return;
    connection.firstEnd ??= 'local';
    connection.finishedNs ??= reading.key;
    this.world.changed.add(connection);
  }

  private duplicate(thread: Thread, reading: Reading): void {
    const from = reading.u32(offsets.duplicate.from);
    const to = reading.u32(offsets.duplicate.to);
    const socket = thread.process.descriptors.current(from);
    if (from !== to) this.replace(thread, to, socket, reading.key);
  }

  private socketAt(thread: Thread, descriptor: number, ns: number): Socket {
    const known = thread.process.descriptors.current(descriptor);
    if (known !== null) return known;
    const socket = new Socket();
    this.replace(thread, descriptor, socket, ns);
    return socket;
  }

  /** The descriptor leads to another socket now, or to none; what it led to before is let go. */
  private replace(thread: Thread, descriptor: number, socket: Socket | null, ns: number): void {
    const { process } = thread;
    const before = process.descriptors.current(descriptor);
    if (before === null && socket === null) return;
    process.descriptors.set(descriptor, socket, ns);
    socket?.hold(process, ns);
    if (before !== null) release(this.world, process, before, ns, 'local');
  }
}

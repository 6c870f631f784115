/** What finished socket calls do to a process's descriptors, and to listeners, connections and datagram peers. */
import { kinds, offsets } from '../protocol/layout';
import { Accepting } from './accepting';
import { familyUnix, streamProtocol } from './address';
import { beginTransfer, channelOf, isRead, takeChannel, takeChannelGiven, transferred } from './channels';
import { begin, called, receiving } from './ownership';
import { joinEnds } from './endpoints';
import { settleSeen } from './queueObservations';
import type { Connection } from './connection';
import type { Listener } from './listener';
import type { Reading } from './reading';
import { Socket, type Peer } from './sockets';
import type { Thread } from './thread';
import { moved } from './transfers';
import { connected } from './unixEnds';
import { datagramListener, exchanged, isDatagramSocket } from './datagramCalls';
import { isDatagram, lead, socketAt, takeDescriptorCall } from './descriptorCalls';
import type { World } from './world';

const shutdownWays = { read: 0, write: 1, both: 2 } as const;
const errno = { isConnected: 106, reset: 104, inProgress: 115 } as const;

/** Where the descriptor stands in calls that move bytes. */
const transferring: ({ readonly descriptor: number; readonly receives: boolean } | null)[] = Array.from({ length: 256 }, () => null);
transferring[kinds.receive] = { descriptor: offsets.receive.descriptor, receives: true };
transferring[kinds.receiveFrom] = { descriptor: offsets.receiveFrom.descriptor, receives: true };
transferring[kinds.send] = { descriptor: offsets.send.descriptor, receives: false };

export class SocketCalls {
  readonly accepting: Accepting;

  constructor(private readonly world: World) {
    this.accepting = new Accepting(world);
  }

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
      case kinds.endpoints: {
        const named = joinEnds(this.world, thread, reading);
        if (named !== null) settleSeen(this.world, named);
        return;
      }
      case kinds.receive:
        this.transfer(thread, reading, offsets.receive, true);
        return;
      case kinds.send:
        this.transfer(thread, reading, offsets.send, false);
        return;
      case kinds.channel:
        takeChannel(this.world, reading);
        return;
      case kinds.channelGiven:
        takeChannelGiven(this.world, reading);
        return;
      case kinds.channelRead:
      case kinds.channelWrite:
        this.channelTransfer(thread, reading);
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
      case kinds.socketWait:
        this.waited(thread, reading);
        return;
      default:
        takeDescriptorCall(this.world, thread, reading);
    }
  }

  private bind(thread: Thread, reading: Reading): void {
    const at = offsets.bind;
    if (reading.i32(at.result) < 0) return;
    const socket = socketAt(this.world, thread.process, reading.u32(at.descriptor), reading.key);
    const family = reading.u16(at.family);
    const datagram = isDatagram(reading.u16(at.type));
    socket.bound = { family, text: reading.address(at), datagram };
    if (!datagram || socket.listener !== null) return;
    socket.datagram = true;
    datagramListener(this.world, socket, thread, reading.key).listenedAt = reading.reference(at.site);
  }

  private listen(thread: Thread, reading: Reading): void {
    const at = offsets.listen;
    if (reading.i32(at.result) < 0) return;
    const socket = socketAt(this.world, thread.process, reading.u32(at.descriptor), reading.key);
    const listener = (socket.listener ??= this.world.newListener(streamProtocol(reading.u16(at.family)), false, reading.key));
    listener.address = reading.address(at) ?? socket.bound?.text ?? listener.address;
    if (reading.u16(at.family) === familyUnix) listener.pathKey = reading.peerKey(at);
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
    lead(this.world, thread.process, descriptor, socket, reading.end);
    this.accepting.accept(thread, listener, socket, reading);
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
    (socket ?? socketAt(this.world, thread.process, descriptor, reading.time)).listener = listener;
    return listener;
  }

  private connect(thread: Thread, reading: Reading): void {
    const at = offsets.connect;
    const result = reading.i32(at.result);
    const done = result === 0 || result === -errno.isConnected;
    if (!done && result !== -errno.inProgress) return;
    const socket = socketAt(this.world, thread.process, reading.u32(at.descriptor), reading.time);
    if (isDatagramSocket(socket)) {
      const label = reading.address(at);
      socket.remote = label === null ? null : { key: reading.peerKey(at), label };
      return;
    }
    const isNew = socket.connection === null;
    const connection = socket.connection ?? this.newClient(thread, socket, reading);
    if (done) connection.acceptedNs ??= reading.end;
    if (isNew && done && connection.protocol === 'unix') {
      connected(this.world, connection, thread.process.pid, reading.peerKey(at), reading.time, reading.end);
    }
  }

  private newClient(thread: Thread, socket: Socket, reading: Reading): Connection {
    const at = offsets.connect;
    const connection = this.world.newConnection('client', socket, reading.end);
    connection.protocol = streamProtocol(reading.u16(at.family));
    connection.peer = reading.address(at);
    connection.connectNs = reading.time;
    connection.acceptedAt = reading.reference(at.site);
    begin(this.world, connection, thread, reading.end);
    return connection;
  }

  /** A call that can block has begun. */
  begun(thread: Thread, reading: Reading): void {
    if (reading.kind === kinds.channelWrite) this.channelTransfer(thread, reading);
    const at = transferring[reading.kind] ?? null;
    if (at === null) return;
    const socket = thread.process.descriptors.at(reading.u32(at.descriptor), reading.time);
    if (!at.receives) {
      if (socket !== null && socket.channel !== null) beginTransfer(socket.channel, thread, reading.time);
      return;
    }
    const connection = socket === null ? null : this.connectionOf(socket, thread, reading);
    if (connection !== null && connection.closedNs === null) receiving(this.world, connection, thread, reading);
  }

  private transfer(thread: Thread, reading: Reading, at: { descriptor: number; result: number }, receives: boolean): void {
    this.move(thread, reading, at, null, receives);
  }

  /** os.read and os.write on a pipe. */
  private channelTransfer(thread: Thread, reading: Reading): void {
    const channel = channelOf(this.world, reading);
    if (channel === null) return;
    if (!reading.begins) transferred(this.world, channel, thread, reading, reading.i32(offsets.channelRead.result), isRead(reading));
    else if (!isRead(reading)) beginTransfer(channel, thread, reading.time);
  }

  private transferFrom(
    thread: Thread, reading: Reading, at: { descriptor: number; result: number; address: number; port: number; family: number; path: number }, receives: boolean,
  ): void {
    const label = reading.address(at);
    this.move(thread, reading, at, label === null ? null : { key: reading.peerKey(at), label }, receives);
  }

  private move(thread: Thread, reading: Reading, at: { descriptor: number; result: number }, peer: Peer | null, receives: boolean): void {
    const socket = thread.process.descriptors.at(reading.u32(at.descriptor), reading.time);
    if (socket === null) return;
    const result = reading.i32(at.result);
    if (socket.channel !== null) transferred(this.world, socket.channel, thread, reading, result, receives);
    if (isDatagramSocket(socket)) {
      exchanged(this.world, socket, thread, reading, result, peer, receives);
      return;
    }
    const connection = this.connectionOf(socket, thread, reading);
    if (connection !== null) moved(this.world, connection, thread, reading, result, receives);
  }

  /** Of a pair each end becomes a connection with its first call: many a pair is only there to wake somebody. */
  private connectionOf(socket: Socket, thread: Thread, reading: Reading): Connection | null {
    if (socket.connection !== null || socket.pair === null || socket.datagram) return socket.connection;
    const connection = this.world.newConnection('client', socket, reading.time);
    connection.protocol = 'unix';
    connection.acceptedAt = socket.pairedAt;
    const other = socket.pair.connection;
    if (other !== null) {
      connection.otherEnd = other;
      other.otherEnd = connection;
      this.world.changed.add(other);
    }
    begin(this.world, connection, thread, reading.time);
    return connection;
  }

  /** A look at what has come, or TLS's own messages: it is waited, but nothing moves. */
  private waited(thread: Thread, reading: Reading): void {
    const at = offsets.socketWait;
    const connection = thread.process.descriptors.at(reading.u32(at.descriptor), reading.time)?.connection ?? null;
    if (connection === null) return;
    if (reading.i32(at.result) === -errno.reset) connection.firstEnd ??= 'reset';
    if (connection.lastCallNs < reading.end) connection.lastCallNs = reading.end;
    called(this.world, connection, thread, reading, true);
  }

  private shutdown(thread: Thread, reading: Reading): void {
    const at = offsets.shutdown;
    const connection = thread.process.descriptors.at(reading.u32(at.descriptor), reading.time)?.connection ?? null;
    if (connection === null || reading.i32(at.result) < 0) return;
    const how = reading.u32(at.how);
    if (how !== shutdownWays.write) connection.readsNoMore = true;
    if (how === shutdownWays.read) return;
    connection.firstEnd ??= 'local';
    connection.finishedNs ??= reading.key;
    this.world.changed.add(connection);
  }
}

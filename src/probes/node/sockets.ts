/**
 * Sockets of net, and so of http, https and tls: who listens, accepts, connects, receives, sends and closes.
 *
 * Every hook stands where nothing of the user's runs below it: at libuv's handles, at a method of Node's that each read calls first
 * (to put off a timeout), at channels of diagnostics. So nobody's stack has a frame of ours. What a read brought is what the handle has
 * counted since the last look; that holds as well where http's parser reads by itself.
 */
import { channel } from 'node:diagnostics_channel';
import { fstatSync } from 'node:fs';
import net from 'node:net';
import { recordFlags } from '../../protocol/events';
import { kinds, offsets } from '../../protocol/layout';
import { familyOf, families, pathName, putAddress, putPath } from './addresses';
import { replace, type Address, type Handle, type HandledServer, type HandledSocket, type Method } from './handles';
import { Known } from './known';
import { Observing } from './observing';
import type { Place } from './sites';
import { now } from './clock';

/** Taken before the program can put another in its place. */
const { apply } = Reflect;
const unknownMs = 0xffffffff;
const errnos = { aborted: 103, inProgress: 115 } as const;
const streamType = 1;
const shutdownWrite = 1;
const writes = ['writev', 'writeBuffer', 'writeAsciiString', 'writeUtf8String', 'writeUcs2String', 'writeLatin1String'];

export class Sockets extends Observing {
  private readonly known = new WeakMap<Handle, Known>();
  private readonly strangers = new WeakSet<Handle>();
  private readonly listenedAt = new WeakMap<object, Place>();
  private readonly patched = new WeakSet();
  private looks: Known[] = [];
  /** Held, or they would be collected with their subscribers. */
  private readonly channels: unknown[] = [];

  install(): void {
    const { prototype } = net.Socket;
    for (const key of Object.getOwnPropertySymbols(prototype)) if (key.description === 'kUpdateTimer') this.hookReads(prototype, key);
    this.hookReads(prototype, '_unrefTimer');
    this.hookListen(net.Server.prototype);
    this.subscribe('net.server.socket', (message: { socket?: HandledSocket }) => {
      if (message.socket !== undefined) this.accepted(message.socket);
    });
    this.subscribe('http.server.request.start', (message: { socket?: HandledSocket }) => {
      if (message.socket !== undefined) this.look(message.socket);
    });
  }

  /** Before the loop sleeps: who has hung up has been told to its socket by now. */
  settle(): void {
    if (this.looks.length === 0) return;
    for (const known of this.looks) {
      known.mayHaveEnded = false;
      this.tellEnd(known, known.looked);
    }
    this.looks.length = 0;
  }

  subscribe<T>(name: string, listener: (message: T) => void): void {
    const found = channel(name);
    this.channels.push(found);
    // The other way to subscribe came with 16.17.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    found.subscribe((message) => this.quietly(() => listener(message as T)));
  }

  // ── where Node is looked at ──────────────────────────────────────────────────────────────────────────────────

  private hookReads(prototype: object, key: string | symbol): void {
    const sockets = this as Sockets;
    replace(prototype, key, (original) => function (this: object, ...given: unknown[]): unknown {
      sockets.read(this as HandledSocket);
      return apply(original, this, given);
    });
  }

  /** A getter, so that what is called is Node's own function: its errors have no frame of ours. */
  private hookListen(prototype: object): void {
    const sockets = this as Sockets;
    const property = Object.getOwnPropertyDescriptor(prototype, 'listen');
    let listen: unknown = property?.value;
    if (property?.configurable !== true || typeof listen !== 'function') return;
    Object.defineProperty(prototype, 'listen', {
      configurable: true,
      enumerable: property.enumerable === true,
      get(this: object) {
        if (this !== prototype) sockets.quietly(() => sockets.listenedAt.set(this, sockets.sites.here(true)));
        return listen;
      },
      set(this: object, value: unknown) {
        if (this === prototype) listen = value;
        else Object.defineProperty(this, 'listen', { value, writable: true, enumerable: true, configurable: true });
      },
    });
    replace(prototype, '_listen2', (original) => function (this: object, ...given: unknown[]): unknown {
      const result = Reflect.apply(original, this, given);
      sockets.quietly(() => sockets.listening(this as HandledServer, given[3]));
      return result;
    });
  }

  /** Libuv's classes are found by their first object. */
  private hookHandle(handle: Handle): void {
    const sockets = this as Sockets;
    const prototype = Object.getPrototypeOf(handle) as object;
    if (this.patched.has(prototype)) return;
    this.patched.add(prototype);
    const about = (make: (known: Known, call: () => unknown, given: unknown[]) => unknown) => (original: Method): Method =>
      function (this: object, ...given: unknown[]): unknown {
        const call = (): unknown => Reflect.apply(original, this, given);
        const known = sockets.known.get(this);
        return known === undefined ? call() : make(known, call, given);
      };
    const before = (tell: (known: Known) => void) => about((known, call) => {
      sockets.quietly(() => tell(known));
      return call();
    });
    for (const name of writes) {
      replace(handle, name, (original) => function (this: object, ...given: unknown[]): unknown {
        const known = sockets.known.get(this);
        if (known === undefined || known.listens) return apply(original, this, given);
        const begin = sockets.sending(known);
        const result = apply(original, this, given);
        sockets.written(known, begin, result);
        return result;
      });
    }
    replace(handle, 'shutdown', before((known) => sockets.shutDown(known)));
    replace(handle, 'close', before((known) => sockets.closing(known)));
    replace(handle, 'reset', before((known) => sockets.closing(known)));
    for (const name of ['connect', 'connect6']) {
      replace(handle, name, (original) => function (this: object, ...given: unknown[]): unknown {
        const begin = now();
        const result = Reflect.apply(original, this, given);
        sockets.quietly(() => sockets.connecting(this as Handle, begin, result, given, name));
        return result;
      });
    }
  }

  // ── what each request calls: without a closure ───────────────────────────────────────────────────────────────

  private read(socket: HandledSocket): void {
    const { guard } = this;
    if (!guard.enter()) return;
    try {
      this.look(socket);
    } catch (error) {
      guard.fault(error);
    } finally {
      guard.leave();
    }
  }

  private sending(known: Known): number {
    const { guard } = this;
    if (!guard.enter()) return now();
    try {
      return this.loop.arrive(known, false);
    } catch (error) {
      guard.fault(error);
      return now();
    } finally {
      guard.leave();
    }
  }

  private written(known: Known, begin: number, result: unknown): void {
    const { guard } = this;
    if (!guard.enter()) return;
    try {
      this.sent(known, begin, result);
    } catch (error) {
      guard.fault(error);
    } finally {
      guard.leave();
    }
  }

  // ── listening and connections ────────────────────────────────────────────────────────────────────────────────

  private listening(server: HandledServer, backlog: unknown): void {
    const handle = server._handle;
    if (handle === null || handle === undefined || typeof handle.fd !== 'number' || handle.fd < 0) return;
    this.hookHandle(handle);
    const ns = this.loop.arrive(null, false);
    this.known.set(handle, new Known(handle, handle.fd, true));
    this.seen(handle.fd, ns);
    const { site, flags } = this.listenedAt.get(server) ?? this.sites.here(true);
    const put = this.addressOf(handle, server._pipeName);
    const { log } = this;
    const at = log.begin(ns);
    if (at < 0) return;
    log.view.setUint32(at + offsets.listen.site, site, true);
    log.view.setUint32(at + offsets.listen.descriptor, handle.fd, true);
    log.view.setUint32(at + offsets.listen.backlog, typeof backlog === 'number' && backlog > 0 ? backlog : 511, true);
    put(at, offsets.listen);
    log.commit(kinds.listen, flags);
    this.log.flushIfCheap();
    // A cluster's primary process takes the handle over once it listens, and hands its connections on.
    const own = handle.onconnection;
    process.nextTick(() => this.quietly(() => this.overtaken(server, handle, own)));
  }

  private overtaken(server: HandledServer, handle: Handle, own: unknown): void {
    const theirs = handle.onconnection;
    if (server._handle === handle || theirs === own || typeof theirs !== 'function') return;
    const sockets = this as Sockets;
    handle.onconnection = function (this: object, ...given: unknown[]): unknown {
      const client = given[1] as Handle | undefined;
      if (client !== undefined) sockets.quietly(() => sockets.take(client, sockets.known.get(handle)?.descriptor ?? null, true));
      return Reflect.apply(theirs as Method, this, given);
    };
  }

  private accepted(socket: HandledSocket): void {
    const handle = socket._handle;
    if (handle === null || handle === undefined) return;
    const listener = socket._server?._handle;
    const descriptor = listener === null || listener === undefined ? null : (this.known.get(listener)?.descriptor ?? null);
    const known = this.take(handle, descriptor, descriptor === null);
    if (known !== null) known.socket = socket;
  }

  /** @param listener the listening socket's descriptor; null where another process accepted it. */
  private take(handle: Handle, listener: number | null, named: boolean): Known | null {
    this.hookHandle(handle);
    const descriptor = handle.fd;
    if (descriptor === undefined || descriptor < 0 || this.known.has(handle)) return null;
    const ns = this.loop.arrive(null, true);
    const known = new Known(handle, descriptor, false);
    this.known.set(handle, known);
    const { log } = this;
    if (listener !== null) {
      const at = log.begin(ns);
      if (at < 0) return known;
      log.time(at + offsets.accept.end, ns);
      log.view.setInt32(at + offsets.accept.result, descriptor, true);
      log.view.setUint32(at + offsets.accept.descriptor, listener, true);
      log.view.setUint32(at + offsets.accept.sinceEstablished, unknownMs, true);
      log.commit(kinds.accept, recordFlags.foreign);
      this.endpoints(handle, descriptor, ns);
    }
    if (named) this.seen(descriptor, ns);
    log.flushIfCheap();
    return known;
  }

  /** Which socket of the kernel's it is: so that processes that hold the same one tell of one. */
  private seen(descriptor: number, ns: number): void {
    const inode = fstatSync(descriptor).ino;
    const { log } = this;
    const at = log.begin(ns);
    if (at < 0) return;
    log.time(at + offsets.socketSeen.inode, inode);
    log.view.setUint32(at + offsets.socketSeen.descriptor, descriptor, true);
    log.view.setUint16(at + offsets.socketSeen.type, streamType, true);
    log.commit(kinds.socketSeen, recordFlags.foreign);
  }

  private endpoints(handle: Handle, descriptor: number, ns: number): void {
    const local: Address = {};
    const peer: Address = {};
    if (handle.getsockname === undefined || handle.getpeername === undefined) return;
    if (handle.getsockname(local) !== 0 || handle.getpeername(peer) !== 0 || local.address === undefined || peer.address === undefined) return;
    const { log } = this;
    const at = log.begin(ns);
    if (at < 0) return;
    log.view.setUint32(at + offsets.endpoints.descriptor, descriptor, true);
    putAddress(log, at + offsets.endpoints.local, local.address);
    putAddress(log, at + offsets.endpoints.peer, peer.address);
    log.view.setUint16(at + offsets.endpoints.localPort, local.port ?? 0, true);
    log.view.setUint16(at + offsets.endpoints.peerPort, peer.port ?? 0, true);
    log.view.setUint16(at + offsets.endpoints.family, familyOf(local), true);
    log.commit(kinds.endpoints);
  }

  /** Writes where a handle stands: its address, or the path of a pipe. */
  private addressOf(handle: Handle, pipe: string | undefined): (at: number, to: { path: number; address: number; port: number; family: number }) => void {
    const local: Address = {};
    if (handle.getsockname?.(local) !== 0 || local.address === undefined) return this.path(pipe ?? '');
    return this.internet(local.address, local.port ?? 0, familyOf(local));
  }

  private path(pipe: string): (at: number, to: { path: number; address: number; family: number }) => void {
    const name = pathName(pipe);
    const path = this.names.text(name);
    return (at, to) => {
      this.log.view.setUint32(at + to.path, path, true);
      if (name !== '') putPath(this.log, at + to.address, name);
      this.log.view.setUint16(at + to.family, families.unix, true);
    };
  }

  private internet(address: string, port: number, family: number): (at: number, to: { address: number; port: number; family: number }) => void {
    return (at, to) => {
      putAddress(this.log, at + to.address, address);
      this.log.view.setUint16(at + to.port, port, true);
      this.log.view.setUint16(at + to.family, family, true);
    };
  }

  private connecting(handle: Handle, begin: number, result: unknown, given: unknown[], name: string): void {
    const descriptor = handle.fd;
    if (typeof result === 'number' && result !== 0) return;
    if (descriptor === undefined || descriptor < 0) return;
    const [, address, port] = given;
    if (typeof address !== 'string') return;
    this.loop.arrive(null, false);
    const known = new Known(handle, descriptor, false);
    this.known.set(handle, known);
    const write = typeof port === 'number' ? this.internet(address, port, name === 'connect6' ? families.internet6 : families.internet) : this.path(address);
    const place = this.sites.here();
    known.connecting = { place, put: (at) => write(at, offsets.connect) };
    this.tellConnect(known, begin, now(), -errnos.inProgress);
  }

  /** It succeeded or failed, while the loop was at something else. */
  private connected(known: Known, ns: number, result: number): void {
    this.tellConnect(known, ns, ns, result);
    known.connecting = null;
  }

  private tellConnect(known: Known, begin: number, end: number, result: number): void {
    const { connecting } = known;
    if (connecting === null) return;
    const { log } = this;
    const at = log.begin(begin);
    if (at < 0) return;
    log.time(at + offsets.connect.end, end);
    log.view.setInt32(at + offsets.connect.result, result, true);
    log.view.setUint32(at + offsets.connect.site, connecting.place.site, true);
    log.view.setUint32(at + offsets.connect.descriptor, known.descriptor, true);
    connecting.put(at);
    log.commit(kinds.connect, connecting.place.flags);
  }

  // ── bytes ────────────────────────────────────────────────────────────────────────────────────────────────────

  private look(socket: HandledSocket): void {
    const handle = socket._handle;
    if (handle === null || handle === undefined) return;
    const known = this.known.get(handle) ?? this.above(handle);
    if (known === null) return;
    known.socket = socket;
    if (known.connecting !== null) {
      if (socket.connecting) return;
      const ns = this.loop.arrive(null, true);
      this.connected(known, ns, 0);
      this.endpoints(handle._parent ?? handle, known.descriptor, ns);
      return;
    }
    const received = (known.handle.bytesRead ?? 0) - known.received;
    if (received > 0) {
      this.received(known, this.loop.arrive(null, true), received);
      this.log.flushIfCheap();
    } else if (!known.mayHaveEnded && !known.toldEnd) {
      known.mayHaveEnded = true;
      known.looked = now();
      this.looks.push(known);
    }
  }

  /** TLS on a socket that is known: from now on its bytes are those that count. Null where nothing is known. */
  private above(handle: Handle): Known | null {
    if (this.strangers.has(handle)) return null;
    this.hookHandle(handle);
    if (handle._parent !== undefined) this.hookHandle(handle._parent);
    const known = handle._parent === undefined ? undefined : this.known.get(handle._parent);
    if (known === undefined) {
      // Not yet known: a socket that is about to connect.
      if (handle.fd !== undefined && handle.fd >= 0) this.strangers.add(handle);
      return null;
    }
    const above = new Known(handle, known.descriptor, false);
    above.connecting = known.connecting;
    // The bytes below are TLS's.
    known.handle = {};
    this.known.set(handle, above);
    return above;
  }

  private received(known: Known, ns: number, result: number): void {
    if (result > 0) known.received += result;
    this.moved(kinds.receive, offsets.receive, known, ns, ns, result, null);
  }

  private sent(known: Known, begin: number, result: unknown): void {
    const bytes = (known.handle.bytesWritten ?? 0) - known.sent;
    if (bytes <= 0) return;
    known.sent += bytes;
    this.moved(kinds.send, offsets.send, known, begin, now(), typeof result === 'number' && result < 0 ? result : bytes, this.sites.here());
  }

  private moved(kind: number, to: { end: number; result: number; site: number; descriptor: number }, known: Known, begin: number, end: number, result: number, place: Place | null): void {
    const { log } = this;
    const at = log.begin(begin);
    if (at < 0) return;
    log.time(at + to.end, end);
    log.view.setInt32(at + to.result, result, true);
    log.view.setUint32(at + to.site, place?.site ?? 0, true);
    log.view.setUint32(at + to.descriptor, known.descriptor, true);
    log.commit(kind, place?.flags ?? recordFlags.foreign);
  }

  /** The peer has sent its last, or has broken off. */
  private tellEnd(known: Known, ns: number): void {
    const state = known.socket?._readableState;
    const errno = (state?.errored as NodeJS.ErrnoException | null | undefined)?.errno;
    if (known.toldEnd || known.connecting !== null || state === undefined || (state.ended !== true && typeof errno !== 'number')) return;
    known.toldEnd = true;
    this.received(known, ns, typeof errno === 'number' ? errno : 0);
  }

  private shutDown(known: Known): void {
    if (known.handle.fd === undefined) return;
    const ns = this.loop.arrive(known, false);
    this.tellEnd(known, ns);
    const { log } = this;
    const { site, flags } = this.sites.here();
    const at = log.begin(ns);
    if (at < 0) return;
    log.view.setUint32(at + offsets.shutdown.site, site, true);
    log.view.setUint32(at + offsets.shutdown.descriptor, known.descriptor, true);
    log.view.setUint32(at + offsets.shutdown.how, shutdownWrite, true);
    log.commit(kinds.shutdown, flags);
  }

  private closing(known: Known): void {
    if (known.toldEnd && known.descriptor < 0) return;
    const ns = this.loop.arrive(known, false);
    if (known.connecting !== null) {
      const errored = known.socket?._readableState?.errored as NodeJS.ErrnoException | null | undefined;
      this.connected(known, ns, typeof errored?.errno === 'number' ? errored.errno : -errnos.aborted);
    } else if (!known.listens) {
      const rest = (known.handle.bytesRead ?? 0) - known.received;
      if (rest > 0) this.received(known, ns, rest);
      this.tellEnd(known, ns);
    }
    const { site, flags } = this.sites.here();
    const { log } = this;
    const at = log.begin(ns);
    if (at < 0) return;
    log.view.setUint32(at + offsets.close.site, site, true);
    log.view.setUint32(at + offsets.close.descriptor, known.descriptor, true);
    log.commit(kinds.close, flags);
    this.known.delete(known.handle);
  }
}

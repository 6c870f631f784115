/** One family's accept queues: which listeners are the run's, how long their queues are and who stands in them. */
import { kinds, offsets } from '../protocol/layout';
import type { ProcFile } from './observerFiles';
import { writeNumber64, type ObserverLog } from './observerLog';
import { eachRow, SocketRow, socketsOf, stateListen, writeAddress } from './observerSockets';

/** No count: the table has to be read. */
const unknownCount = -2;
/** One socket gone and one come look like none: so the table is read now and then all the same. */
const patienceMs = 5000;
const shortestRetryMs = 100;
const longestRetryMs = 10_000;

interface Listener {
  readonly address: string;
  readonly port: number;
  readonly isWildcard: boolean;
  /** Of all sockets that listen here (SO_REUSEPORT). */
  length: number;
  told: number;
  /** Sockets in this scan. */
  sockets: number;
  /** Who stands in the queue, and in which scan that was seen last. */
  readonly clients: Map<string, number>;
}

/** A LISTEN row that is not known to be the run's. */
interface Stranger {
  askAtMs: number;
  retryMs: number;
}

interface Asked {
  readonly inode: number;
  readonly address: string;
  readonly port: number;
  readonly isWildcard: boolean;
  readonly length: number;
}

export class QueueTable {
  private readonly row = new SocketRow();
  private readonly listeners = new Map<string, Listener>();
  private readonly byInode = new Map<number, Listener>();
  private strangers = new Map<number, Stranger>();
  private count = unknownCount;
  private scan = 0;
  private askAtMs = Infinity;
  /** CLOCK_MONOTONIC ns of the last look that knows who stood in the queues. */
  private knownNs = 0;

  constructor(
    private readonly file: ProcFile,
    private readonly log: ObserverLog,
    private readonly pids: () => Iterable<number>,
  ) {}

  get hasListeners(): boolean {
    return this.listeners.size > 0;
  }

  /**
   * @param count how many TCP sockets there are, -1 where unknown.
   * @param mayHaveCome a client may have entered a queue since the last look.
   */
  look(nowMs: number, count: number, mayHaveCome: boolean): void {
    const nowNs = Number(process.hrtime.bigint());
    const isNeeded = count !== this.count || count < 0 || nowMs >= this.askAtMs || (this.hasListeners && (mayHaveCome || this.isAnybodyWaiting()));
    if (isNeeded) {
      const isRead = this.read(nowMs);
      this.count = isRead ? count : unknownCount;
      if (!isRead) return;
    }
    this.knownNs = nowNs;
  }

  /** Whether there were as many TCP sockets at the last look. */
  hasCounted(count: number): boolean {
    return count === this.count;
  }

  close(): void {
    this.file.close();
  }

  private isAnybodyWaiting(): boolean {
    for (const { told } of this.listeners.values()) if (told > 0) return true;
    return false;
  }

  private read(nowMs: number): boolean {
    const { row } = this;
    this.scan++;
    for (const listener of this.listeners.values()) {
      listener.sockets = 0;
      listener.length = 0;
    }
    let asked: Asked[] = [];
    const foreign = new Set<string>();
    const strangers = new Map<number, Stranger>();
    const settle = (): void => {
      if (asked.length > 0) this.ask(asked, strangers, foreign, nowMs);
      asked = [];
    };
    const isWhole = eachRow(this.file, row, () => {
      if (row.state !== stateListen) {
        settle(); // The LISTEN rows stand first.
        if (row.isQueued) this.queued(foreign);
        return;
      }
      const listener = this.byInode.get(row.inode);
      if (listener !== undefined) {
        listener.sockets++;
        listener.length += row.receiveQueue;
        return;
      }
      const stranger = this.strangers.get(row.inode);
      if (stranger !== undefined && nowMs < stranger.askAtMs) {
        strangers.set(row.inode, stranger);
        foreign.add(`${row.local()}:${String(row.localPort)}`);
      } else {
        asked.push({ inode: row.inode, address: row.local(), port: row.localPort, isWildcard: row.isLocalWildcard, length: row.receiveQueue });
      }
    });
    if (!isWhole) return false;
    settle();
    this.strangers = strangers;
    this.askAtMs = Math.min(nowMs + patienceMs, ...Array.from(strangers.values(), ({ askAtMs }) => askAtMs));
    this.tell();
    return true;
  }

  /** Finds out whose these are. */
  private ask(asked: readonly Asked[], strangers: Map<number, Stranger>, foreign: Set<string>, nowMs: number): void {
    const ours = socketsOf(this.pids(), new Set(asked.map(({ inode }) => inode)));
    for (const { inode, address, port, isWildcard, length } of asked) {
      const key = `${address}:${String(port)}`;
      if (!ours.has(inode)) {
        const retryMs = Math.min(longestRetryMs, (this.strangers.get(inode)?.retryMs ?? shortestRetryMs / 2) * 2);
        strangers.set(inode, { askAtMs: nowMs + retryMs, retryMs });
        foreign.add(key);
        continue;
      }
      let listener = this.listeners.get(key);
      if (listener === undefined) {
        listener = { address, port, isWildcard, length: 0, told: -1, sockets: 0, clients: new Map() };
        this.listeners.set(key, listener);
      }
      listener.sockets++;
      listener.length += length;
      this.byInode.set(inode, listener);
    }
  }

  /** The row is somebody in a queue: in one of ours? */
  private queued(foreign: ReadonlySet<string>): void {
    const key = `${this.row.local()}:${String(this.row.localPort)}`;
    // Who listens at just this address goes before who listens at all of them.
    const listener = this.listeners.get(key) ?? (foreign.has(key) ? undefined : this.wildcardAt(this.row.localPort));
    if (listener === undefined) return;
    const pair = this.row.pair();
    if (!listener.clients.has(pair)) this.tellClient('queuedClient', pair);
    listener.clients.set(pair, this.scan);
  }

  private wildcardAt(port: number): Listener | undefined {
    for (const listener of this.listeners.values()) if (listener.isWildcard && listener.port === port) return listener;
    return undefined;
  }

  private tell(): void {
    for (const [key, listener] of this.listeners) {
      for (const [pair, scan] of listener.clients) {
        if (scan === this.scan) continue;
        listener.clients.delete(pair);
        this.tellClient('queuedClientGone', pair);
      }
      if (listener.length !== listener.told && (listener.sockets > 0 || listener.told > 0)) {
        listener.told = listener.length;
        this.tellLength(listener);
      }
      if (listener.sockets === 0) {
        this.listeners.delete(key);
        for (const [inode, other] of this.byInode) if (other === listener) this.byInode.delete(inode);
      }
    }
  }

  private tellLength({ address, port, length }: Listener): void {
    this.log.add(kinds.queueLength, (view, at) => {
      writeAddress(address, view, at + offsets.queueLength.address);
      view.writeUInt16LE(port, at + offsets.queueLength.port);
      view.writeUInt16LE(address.length === 8 ? 2 : 10, at + offsets.queueLength.family);
      view.writeUInt32LE(length, at + offsets.queueLength.length);
    });
  }

  private tellClient(kind: 'queuedClient' | 'queuedClientGone', pair: string): void {
    const digits = (pair.length - 11) / 2;
    this.log.add(kinds[kind], (view, at) => {
      const place = offsets[kind];
      writeAddress(pair.slice(0, digits), view, at + place.local);
      writeAddress(pair.slice(digits + 6, 2 * digits + 6), view, at + place.peer);
      view.writeUInt16LE(parseInt(pair.slice(digits + 1, digits + 5), 16), at + place.localPort);
      view.writeUInt16LE(parseInt(pair.slice(2 * digits + 7), 16), at + place.peerPort);
      view.writeUInt16LE(digits === 8 ? 2 : 10, at + place.family);
      if (kind === 'queuedClient') writeNumber64(view, at + offsets.queuedClient.since, this.knownNs);
    });
  }
}

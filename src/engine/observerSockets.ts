/**
 * Rows of /proc/net/tcp and tcp6, without a string for those that are of no concern.
 *
 *       sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 *        0: 0100007F:E3A3 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 2795897 …
 *
 * An address is the memory's 32-bit words in hexadecimal: on a little-endian machine each word's bytes stand backwards.
 */
import { readlinkSync } from 'node:fs';
import { endianness } from 'node:os';
import type { ProcFile } from './observerFiles';
import { numbersIn } from './observerMembers';
import { hexDigit, Scanner } from './observerParse';

export const stateListen = 0x0a;
const stateEstablished = 0x01;
/** The client has ended its side already. */
const stateCloseWait = 0x08;

const newline = 10;
const colon = 58;
const isLittle = endianness() === 'LE';

/** The row at hand, where its fields stand in the bytes. */
export class SocketRow {
  readonly bytes = Buffer.alloc(256 * 1024);
  readonly scanner = new Scanner(this.bytes);
  state = 0;
  localPort = 0;
  /** LISTEN: the accept queue's length. */
  receiveQueue = 0;
  inode = 0;
  localBegin = 0;
  private digits = 8;

  /** IPv4's address has 8 digits, IPv6's 32. */
  get family(): 2 | 10 {
    return this.digits === 8 ? 2 : 10;
  }

  /** Only a socket that nobody has accepted has no inode in these states; one that was closed is in others. */
  get isQueued(): boolean {
    return this.inode === 0 && (this.state === stateEstablished || this.state === stateCloseWait);
  }

  /** Both addresses with their ports, as one text. */
  pair(): string {
    return this.bytes.toString('latin1', this.localBegin, this.peerBegin + this.digits + 5);
  }

  local(): string {
    return this.bytes.toString('latin1', this.localBegin, this.localBegin + this.digits);
  }

  get isLocalWildcard(): boolean {
    for (let at = this.localBegin; at < this.localBegin + this.digits; at++) if (this.bytes[at] !== 48) return false;
    return true;
  }

  /** Takes the row that begins here; false where it is none. */
  take(begin: number, end: number): boolean {
    let at = this.bytes.indexOf(colon, begin) + 2;
    if (at < 2 || at >= end) return false;
    this.localBegin = at;
    while (at < end && hexDigit(this.bytes[at]!) >= 0) at++;
    this.digits = at - this.localBegin;
    if (this.bytes[at] !== colon || (this.digits !== 8 && this.digits !== 32)) return false;
    const { scanner } = this;
    this.localPort = scanner.start(at + 1, end).hexadecimal();
    scanner.skip(1);
    this.state = scanner.hexadecimal();
    scanner.hexadecimal();
    scanner.at++;
    this.receiveQueue = scanner.hexadecimal();
    scanner.skip(4);
    this.inode = scanner.decimal();
    return true;
  }

  private get peerBegin(): number {
    return this.localBegin + this.digits + 6;
  }
}

/** Calls `each` for every row of the file, which is read piece by piece. False where it could not be read to its end. */
export function eachRow(file: ProcFile, row: SocketRow, each: () => void): boolean {
  let position = 0;
  let isHeader = true;
  let rest = 0;
  for (;;) {
    const length = file.read(rest === 0 ? row.bytes : row.bytes.subarray(rest), position);
    if (length <= 0) return length === 0;
    position += length;
    const end = rest + length;
    let begin = 0;
    for (let at = row.bytes.indexOf(newline); at >= 0 && at < end; at = row.bytes.indexOf(newline, begin)) {
      if (!isHeader && row.take(begin, at)) each();
      isHeader = false;
      begin = at + 1;
    }
    row.bytes.copyWithin(0, begin, end);
    rest = end - begin;
    if (rest > row.bytes.length / 2) return false;
  }
}

/** 16 bytes as the records have them, IPv4 as ::ffff:a.b.c.d, of an address' 8 or 32 digits. */
export function writeAddress(digits: string, into: Buffer, at: number): void {
  const bytes = Buffer.from(digits, 'hex');
  if (isLittle) bytes.swap32();
  if (bytes.length === 4) into.writeUInt16BE(0xffff, at + 10);
  bytes.copy(into, at + 16 - bytes.length);
}

/** Which of these sockets the processes have open. */
export function socketsOf(pids: Iterable<number>, wanted: ReadonlySet<number>): Set<number> {
  const found = new Set<number>();
  for (const pid of pids) {
    for (const descriptor of numbersIn(`/proc/${String(pid)}/fd`)) {
      let target: string;
      try {
        target = readlinkSync(`/proc/${String(pid)}/fd/${String(descriptor)}`);
      } catch {
        continue; // Closed meanwhile.
      }
      if (!target.startsWith('socket:[')) continue;
      const inode = Number(target.slice(8, -1));
      if (wanted.has(inode)) found.add(inode);
    }
    if (found.size === wanted.size) break;
  }
  return found;
}

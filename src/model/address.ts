/** Socket addresses: 16 raw bytes (IPv4 as ::ffff:a.b.c.d), a port and a family. */
import type { RecordBatch } from '../recording/batch';

export const familyUnix = 1;
const familyInet = 2;

export type StreamProtocol = 'tcp' | 'tcp6' | 'unix';

/** Families other than Unix and IPv4 are IPv6, whose number differs between systems. */
export function streamProtocol(family: number): StreamProtocol {
  return family === familyUnix ? 'unix' : family === familyInet ? 'tcp' : 'tcp6';
}

/** Identifies an address and port, whatever the family that names it; for matching. */
export function addressKey(batch: RecordBatch, record: number, offset: number, port: number): string {
  return `${batch.hex(record, offset)}${batch.hex(record, offset + 8)}:${String(port)}`;
}

/** `127.0.0.1:80`, `[::1]:80`. */
export function formatAddress(bytes: Uint8Array, port: number, family: number): string {
  return family === familyInet
    ? `${bytes.subarray(12, 16).join('.')}:${String(port)}`
    : `[${formatIpv6(bytes)}]:${String(port)}`;
}

/** RFC 5952: the longest run of zeros becomes `::`, a mapped IPv4 address is dotted. */
function formatIpv6(bytes: Uint8Array): string {
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return `::ffff:${bytes.subarray(12, 16).join('.')}`;
  const groups = Array.from({ length: 8 }, (_, group) => ((bytes[group * 2]! << 8) | bytes[group * 2 + 1]!).toString(16));
  let best = { from: 0, length: 1 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (from + length < 8 && groups[from + length] === '0') length++;
    if (length > best.length) best = { from, length };
  }
  if (best.length < 2) return groups.join(':');
  return `${groups.slice(0, best.from).join(':')}::${groups.slice(best.from + best.length).join(':')}`;
}

/** A Unix path for people: an abstract name's leading NUL becomes `@`. */
export function formatPath(path: string): string {
  return path.startsWith('\0') ? `@${path.slice(1)}` : path;
}

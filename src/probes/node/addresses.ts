/** Socket addresses as the log has them: 16 bytes and a port, or a path. */
import type { Address } from './handles';
import type { Log } from './log';

export const families = { unix: 1, internet: 2, internet6: 10 } as const;

const ipv4InIpv6 = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]; // RFC 4291, section 2.5.5.2
// RFC 9923: FNV-1a with 128 bits.
const basis = 0x6c62272e07bb014262b821756295c58dn;
const prime = 0x0000000001000000000000000000013bn;

export function familyOf(address: Address): number {
  return address.family === 'IPv6' ? families.internet6 : families.internet;
}

/** Writes the 16 bytes of an address as Node spells it. */
export function putAddress(log: Log, at: number, address: string): void {
  const bytes = address.includes(':') ? ipv6(address) : [...ipv4InIpv6, ...address.split('.').map(Number)];
  for (let byte = 0; byte < 16; byte++) log.view.setUint8(at + byte, bytes[byte] ?? 0);
}

/** Of a path its hash. */
export function putPath(log: Log, at: number, path: string): void {
  let hash = basis;
  for (const byte of Buffer.from(path)) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * prime);
  for (let byte = 15; byte >= 0; byte--, hash >>= 8n) log.view.setUint8(at + byte, Number(hash & 0xffn));
}

/** As in unix(7): a leading NUL marks a name in the abstract namespace. */
export function pathName(path: string): string {
  return path.startsWith('\0') ? `@${path.slice(1)}` : path;
}

function ipv6(address: string): number[] {
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const front = groups(head);
  if (tail === undefined) return front;
  const back = groups(tail);
  return [...front, ...new Array<number>(Math.max(0, 16 - front.length - back.length)).fill(0), ...back];
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => (group.includes('.') ? group.split('.').map(Number) : [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]));
}

/**
 * A read that races a writer may hold the first bytes of a record as they were before it was stored, and its last ones as they
 * were after. So what is new is read twice, and of the second read only that counts which the first had seen too:
 *
 *     first    second
 *     0        0         a place not filled yet: passed over
 *     0        filled    filled in between, maybe only half copied: this and what follows waits for the next look (it may be the
 *                        record that says whose the following ones are)
 *     filled   filled    true
 *     open     complete  completed in between, maybe half copied: still open
 */
import { begunFlag } from '../protocol/events';
import { flagsOffset, kindOffset, recordBytes } from '../protocol/layout';

/**
 * Takes back from the second read what the first did not see.
 * @returns how many bytes of `second` count.
 */
export function settleRace(first: Uint8Array, second: Uint8Array): number {
  const before = new DataView(first.buffer, first.byteOffset, first.byteLength);
  const after = new DataView(second.buffer, second.byteOffset, second.byteLength);
  const end = Math.min(first.length, second.length);
  let at = 0;
  for (; at + recordBytes <= end; at += recordBytes) {
    if (before.getUint16(at + kindOffset, true) === 0) {
      if (after.getUint16(at + kindOffset, true) !== 0) break;
      continue;
    }
    const flags = before.getUint16(at + flagsOffset, true);
    if ((flags & begunFlag) !== 0) after.setUint16(at + flagsOffset, flags, true);
  }
  return at;
}

/** Ids of texts and sites: late, in parts, and inherited over a fork. */
import { describe, expect, it } from 'vitest';
import { Decoder } from '../../../src/recording/decoder';
import { timeBaseOf } from '../../../src/recording/manifest';
import { NameTable } from '../../../src/recording/nameTable';
import { decodeUtf8, encodeUtf8 } from '../../../src/recording/utf8';
import { manifestOf, ownerOf, recordOf, startedNs, textOf } from './arenaWriter';

const parent = { process: 101, thread: 101, birth: 10 };
const child = { process: 102, thread: 102, parent: 101, birth: 500 };
const grandchild = { process: 103, thread: 103, parent: 102, birth: 900 };

function table(...chunks: Buffer[][]) {
  const names = new NameTable();
  const decoder = new Decoder(timeBaseOf(manifestOf()), names);
  chunks.forEach((records, chunk) => decoder.push('python', chunk + 1, Buffer.concat(records)));
  const ownerIn = (process: number) => decoder.owners.find((owner) => owner.process === process)!;
  return { names, ownerIn };
}

const forkedFrom = ({ process, birth }: { process: number; birth: number }): Buffer =>
  recordOf('forked', 500, { parent: process, parentBirth: startedNs + BigInt(birth) });

describe('names', () => {
  it('join parts in any order, and are unknown until the last one is there', () => {
    const long = 'a/very/long/path/with/ümläuts/ç/'.repeat(4);
    const parts = textOf(7, long);
    expect(parts.length).toBeGreaterThan(3);
    const whole = table([ownerOf(parent), ...[...parts].reverse()]);
    expect(whole.names.text(whole.ownerIn(101), 7)).toBe(long);
    const missing = table([ownerOf(parent), ...parts.slice(1)]);
    expect(missing.names.text(missing.ownerIn(101), 7)).toBeNull();
  });

  it('of a forked child are its own, else its ancestors’', () => {
    const { names, ownerIn } = table(
      [ownerOf(grandchild), forkedFrom(child)],
      [ownerOf(child), forkedFrom(parent), ...textOf(2, 'child')],
      [ownerOf(parent), ...textOf(1, 'server.py'), ...textOf(2, 'parent'), recordOf('site', 0, { id: 5, file: 1, functionName: 2, line: 12 })],
    );
    expect(names.text(ownerIn(103), 1)).toBe('server.py');
    expect(names.text(ownerIn(103), 2)).toBe('child');
    expect(names.text(ownerIn(101), 2)).toBe('parent');
    // The parent's site names the parent's text, whoever uses it.
    expect(names.site(ownerIn(103), 5)).toEqual({ file: 'server.py', line: 12, function: 'parent' });
    expect(names.site(ownerIn(103), 5)).toBe(names.site(ownerIn(101), 5));
    expect(names.text(ownerIn(103), 9)).toBeNull();
    expect(names.text(ownerIn(103), 0)).toBeNull();
    expect(names.site(ownerIn(103), 6)).toBeNull();
  });

  it('of another process that was given the same pid are not mixed up', () => {
    const again = { ...parent, birth: 2000 };
    const { names, ownerIn } = table([ownerOf(again), forkedFrom({ process: 55, birth: 3 })], [ownerOf(parent), ...textOf(1, 'old')]);
    expect(names.text(ownerIn(101), 1)).toBeNull();
  });

  it('survive a cycle of damaged forks', () => {
    const { names, ownerIn } = table([ownerOf(parent), forkedFrom(child)], [ownerOf(child), forkedFrom(parent)]);
    expect(names.text(ownerIn(101), 1)).toBeNull();
  });
});

describe('UTF-8', () => {
  it('is that of the platform, damage included', () => {
    for (const text of ['', 'plain', 'ümläut €', '𝄞 and 日本']) {
      expect(Buffer.from(encodeUtf8(text)).toString()).toBe(text);
      expect(decodeUtf8(Buffer.from(text))).toBe(text);
    }
    expect(decodeUtf8(Buffer.from([0x41, 0xff, 0x42]))).toBe('A\ufffdB');
    expect(decodeUtf8(Buffer.from([0xe2, 0x82]))).toContain('\ufffd');
  });
});

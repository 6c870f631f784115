/** A packed recording that is cut at every byte, damaged at every byte, empty, or newer. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForkscopeError } from '../../../src/base/errors';
import { nodeCodec, openRecording, packRecording } from '../../../src/engine/files';
import { headBytes } from '../../../src/recording/packed';
import { PackedReader } from '../../../src/recording/packedReader';
import { kinds, offsets } from '../../../src/protocol/layout';
import { ArenaWriter, ownerOf, recordOf, textOf } from './arenaWriter';

let root: string;
let whole: Buffer;
const count = 90;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'forkscope-test-'));
  const writer = new ArenaWriter(join(root, 'run'));
  let chunk = writer.claim();
  let rest: readonly Buffer[] = Array.from({ length: count }, (_, number) => recordOf('close', 100 + number, { descriptor: number }));
  for (let thread = 1; rest.length > 0; thread++, chunk += 2) {
    writer.write(chunk, [ownerOf({ process: 101, thread, birth: 10 }, 90 + count - rest.length), ...(thread === 1 ? textOf(1, 'server.py') : [])]);
    rest = writer.write(chunk, rest);
  }
  writer.manifest({ complete: true, exit: { code: 0, signal: null } });
  writer.close();
  const file = join(root, 'whole.forkscope');
  const { bytes } = await packRecording({ kind: 'folder', path: join(root, 'run') }, file);
  whole = readFileSync(file);
  expect(bytes).toBe(whole.length);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Result {
  closes: number[];
  complete: boolean;
  problems: string[];
  dropped: number;
}

/** Reads from memory: a file for each of thousands of trials would take a minute. */
function read(bytes: Uint8Array): Result | ForkscopeError {
  const file = {
    size: () => bytes.length,
    read(position: number, into: Uint8Array) {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
    close: () => undefined,
  };
  try {
    const reader = new PackedReader(file, nodeCodec, 'trial.forkscope');
    const closes: number[] = [];
    for (let batches = reader.read(50); batches.length > 0; batches = reader.read(50)) {
      for (const batch of batches) {
        for (const at of batch.order) if (batch.kind(at) === kinds.close) closes.push(batch.u32(at, offsets.close.descriptor));
      }
    }
    return { closes, complete: reader.manifest.complete, problems: reader.problems.map(({ code }) => code), dropped: reader.droppedBytes };
  } catch (error) {
    if (error instanceof ForkscopeError) return error;
    throw error;
  }
}

const all = Array.from({ length: count }, (_, number) => number);

describe('a packed recording', () => {
  it('is small and whole',  () => {
    expect(read(whole)).toEqual({ closes: all, complete: true, problems: [], dropped: 0 });
    expect(whole.length).toBeLessThan(count * 64 * 0.5);
    expect(statSync(join(root, 'whole.forkscope')).mode & 0o777).toBe(0o600);
  });

  it('cut at any byte gives what stands before the cut', () => {
    let before = -1;
    for (let length = 0; length < whole.length; length++) {
      const result = read(whole.subarray(0, length));
      if (result instanceof ForkscopeError) {
        expect(before).toBe(-1);
        expect(result.code).toBe(length === 0 ? 'recording-empty' : 'recording-corrupt');
        expect(result.message).toMatch(/^[^\n]*\.$/);
        continue;
      }
      const isPrefix = result.closes.every((number, index) => number === index) && result.closes.length >= before;
      if (!isPrefix || result.complete || result.problems.length > 0) expect.fail(`cut at ${String(length)}: ${JSON.stringify(result)}`);
      before = result.closes.length;
    }
    // The last cuts are in the closing manifest, after all the records.
    expect(before).toBe(count);
  });

  it('with any byte damaged gives the blocks that are sound, and says what was skipped',  () => {
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = damaged[at]! ^ 0x55;
      const result = read(damaged);
      if (result instanceof ForkscopeError) {
        expect(at).toBeLessThan(headBytes);
        expect(['recording-corrupt', 'recording-newer']).toContain(result.code);
        continue;
      }
      if (at < headBytes) continue; // An older format number: there is none yet.
      const sound = result.closes.length === count || (result.closes.length === 0 && result.problems[0] === 'recording-corrupt');
      if (!sound) expect.fail(`damaged at ${String(at)}: ${JSON.stringify(result)}`);
    }
  });

  it('of a newer version is refused with a sentence',  () => {
    const newer = Buffer.from(whole);
    newer.writeUInt32LE(2, headBytes - 4);
    expect(read(newer)).toMatchObject({ code: 'recording-newer', message: expect.stringMatching(/newer version.*update/i) as string });
  });

  it('that is something else, empty or absent is refused', async () => {
    expect(read(Buffer.from('PK\u0003\u0004 something else entirely'))).toMatchObject({ code: 'recording-corrupt' });
    expect(read(Buffer.alloc(0))).toMatchObject({ code: 'recording-empty' });
    await expect(openRecording({ kind: 'file', path: join(root, 'absent') })).rejects.toMatchObject({ code: 'recording-missing' });
    await expect(openRecording({ kind: 'file', path: root })).rejects.toMatchObject({ code: 'recording-missing' });
  });

  it('with foreign bytes after it is whole, and says so',  () => {
    const tailed = Buffer.concat([whole, Buffer.alloc(1000, 'x')]);
    expect(read(tailed)).toMatchObject({ closes: all, problems: ['recording-corrupt'] });
  });

  it('is copied by packing it again', async () => {
    const copy = join(root, 'copy.forkscope');
    await packRecording({ kind: 'file', path: join(root, 'whole.forkscope') }, copy);
    expect(readFileSync(copy).equals(whole)).toBe(true);
    const missing = packRecording({ kind: 'file', path: join(root, 'absent') }, copy);
    await expect(missing).rejects.toMatchObject({ code: 'recording-missing' });
    const unwritable = packRecording({ kind: 'folder', path: join(root, 'run') }, join(root, 'no/such/folder/x.forkscope'));
    await expect(unwritable).rejects.toMatchObject({ code: 'recording-folder-unwritable' });
  });
});

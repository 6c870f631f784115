/**
 * Where a report goes: a descriptor, or a file that is there whole or not at all. It is written as it is made, by pieces of 64 KiB, so
 * that its length costs no memory.
 */
import { closeSync, fchmodSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';

const pieceLength = 1 << 16;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Whole, also into a pipe that is full: the descriptor may have been made non-blocking by whoever shares it. Throws what the system says. */
export function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(sleeper, 0, 0, 5);
    }
  }
}

/** @param pieces text, made while it is written. @throws where the system refuses an Error with one sentence for a person. */
export function writeToDescriptor(pieces: Iterable<string>, descriptor: number): void {
  try {
    writePieces(pieces, descriptor);
  } catch (error) {
    throw sentence(error, 'the report');
  }
}

/**
 * As `writeToDescriptor`; a device or a FIFO is written into, and where it fails a file that stood there before is as it was.
 * @param recording what the report is made from: it is not written over.
 */
export function writeToFile(pieces: Iterable<string>, path: string, recording: string): void {
  let temporary: string | null = null;
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there !== undefined && isSame(there, statSync(recording))) throw new Error(`${path} is the recording itself: name another file after -o.`);
    const special = there !== undefined && !there.isFile();
    const target = there?.isFile() === true ? realpathSync(path) : path;
    if (!special) temporary = `${target}.${String(process.pid)}.part`;
    const output = openSync(temporary ?? target, 'w', 0o600);
    try {
      if (there?.isFile() === true) fchmodSync(output, there.mode & 0o777);
      writePieces(pieces, output);
    } finally {
      closeSync(output);
    }
    if (temporary !== null) renameSync(temporary, target);
  } catch (error) {
    if (temporary !== null) rmSync(temporary, { force: true });
    throw sentence(error, path);
  }
}

function writePieces(pieces: Iterable<string>, descriptor: number): void {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < pieceLength) continue;
    writeWhole(descriptor, Buffer.from(text));
    text = '';
  }
  writeWhole(descriptor, Buffer.from(text));
}

function isSame(a: { dev: number; ino: number }, b: { dev: number; ino: number }): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

function codeOf(error: unknown): string | null {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

/** What the system refused, said for a person; anything else as it is. */
function sentence(error: unknown, what: string): unknown {
  const code = codeOf(error);
  switch (code) {
    case null: return error;
    case 'EPIPE': return new Error(`${what} is cut: its reader closed the pipe.`);
    case 'ENOSPC':
    case 'EDQUOT': return new Error(`The disk is full: ${what} can't be written. Free some space and try again.`);
    case 'ENOENT':
    case 'ENOTDIR': return new Error(`${what} can't be written: its folder isn't there.`);
    case 'EISDIR': return new Error(`${what} is a folder: name a file after -o.`);
    default: return new Error(`${what} can't be written (${code}): choose another place with -o.`);
  }
}

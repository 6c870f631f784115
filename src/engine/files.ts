/**
 * The recording's file access in Node, and the one way in: `openRecording` gives the same reader for the folder of a run
 * that still grows, a folder whose run is over, and a packed file; `packRecording` writes any of them into one file.
 *
 * Reads are synchronous: the engine is a worker thread that has nothing else to do meanwhile, and a promise per 4 KiB
 * would cost more than the read.
 */
import { closeSync, constants, copyFileSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as immediately, setTimeout as delay } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import { ForkscopeError, messageOf } from '../base/errors';
import { statFields } from '../base/procStat';
import type { RecordingSource } from '../protocol/engine';
import { manifestFile, notesFile, type Manifest } from '../protocol/files';
import type { Codec, FolderAccess, OpenFile } from '../recording/access';
import { FolderReader, type FolderSurroundings } from '../recording/folderReader';
import { parseManifest, timeBaseOf } from '../recording/manifest';
import type { NameTable } from '../recording/nameTable';
import { FolderChunks } from '../recording/ordered';
import { PackedWriter } from '../recording/packed';
import { PackedFile } from '../recording/packedFile';
import { PackedReader } from '../recording/packedReader';
import { Segments } from '../recording/segments';
import type { RecordingReader } from '../recording/source';

/** How long a run's folder that has no manifest yet is waited for. */
const manifestDeadlineMs = 10_000;

/**
 * Opens a recording. A folder that exists but has no manifest yet (its supervisor is starting) is waited for.
 * @param newNames makes the table that definitions are put into, at every start from the first record.
 * @param sliceMs what takes longer before a folder's first records are there is `waiting`.
 * @throws ForkscopeError recording-missing, recording-empty, recording-corrupt, recording-newer.
 */
export async function openRecording(source: RecordingSource, newNames?: () => NameTable, sliceMs?: number): Promise<RecordingReader> {
  if (source.kind === 'file') {
    const file = openFile(source.path);
    if (file === null) throw missing(source.path);
    return new PackedReader(file, nodeCodec, source.path, newNames);
  }
  const folder = folderAccess(source.path);
  const until = performance.now() + manifestDeadlineMs;
  while (folder.readText(manifestFile) === null && folder.list() !== null && performance.now() < until) await delay(20);
  return new FolderReader(folder, surroundings, source.path, newNames, sliceMs);
}

/** Two may pack into the same file at once, one after the other is right then. */
let packings = 0;

/**
 * Packs everything recorded so far into one file, written beside the target and renamed, so that the target is whole or
 * not there. Lets other work run between blocks.
 * @param manifest what the packed file says about the run; null: what the source says.
 * @returns the file's size in bytes.
 * @throws ForkscopeError disk-full, recording-folder-unwritable, recording-missing and those of a damaged source.
 */
export async function packRecording(source: RecordingSource, targetPath: string, manifest: Manifest | null = null): Promise<{ bytes: number }> {
  const temporary = `${targetPath}.${String(process.pid)}-${String(++packings)}.part`;
  try {
    if (source.kind === 'file') {
      if (!existsSync(source.path)) throw missing(source.path);
      copyFileSync(source.path, temporary);
    } else {
      await packFolder(source.path, temporary, manifest);
    }
    renameSync(temporary, targetPath);
    return { bytes: statSync(targetPath).size };
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // Where nothing could be written nothing can be removed; the first failure is the one that is told.
    }
    throw writeError(error, targetPath);
  }
}

/** A run folder's segments as its manifest says they are, open. */
export function openSegments(folder: string, manifest: Manifest): Segments {
  const segments = new Segments(folderAccess(folder));
  segments.setDropped(manifest.dropped);
  segments.refresh(false);
  return segments;
}

async function packFolder(path: string, temporary: string, manifest: Manifest | null): Promise<void> {
  const folder = folderAccess(path);
  const text = folder.readText(manifestFile);
  if (text === null) throw missing(path);
  const said = manifest ?? parseManifest(text, path);
  const segments = openSegments(path, said);
  const output = openSync(temporary, 'w', 0o600);
  try {
    const writer = new PackedWriter(nodeCodec, (bytes) => writeWhole(output, bytes));
    writer.begin(said);
    const chunks = new FolderChunks(segments, timeBaseOf(said));
    for (let chunk = chunks.next(); chunk !== null; chunk = chunks.next()) {
      if (writer.add(chunk)) await immediately();
    }
    // The newest: somebody may have written one meanwhile.
    writer.end(said, folder.readText(notesFile));
  } finally {
    closeSync(output);
    segments.dispose();
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at);
}

/** A thrown thing as the error that a person can act on. */
function writeError(error: unknown, path: string): ForkscopeError {
  if (error instanceof ForkscopeError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ForkscopeError('disk-full', `The disk is full: ${path} can't be written. Free some space and try again.`, [path]);
  }
  if (code !== undefined && ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) {
    const folder = dirname(path);
    return new ForkscopeError('recording-folder-unwritable', `${path} can't be written (${code}): choose another folder than ${folder}.`, [path, folder]);
  }
  return new ForkscopeError('internal', `${path} can't be written: ${messageOf(error)}.`, [path, messageOf(error)]);
}

function missing(path: string): ForkscopeError {
  return new ForkscopeError('recording-missing', `There is no recording at ${path}: check the path.`, [path]);
}

/** Of what zlib writes into at a time, bytes: it takes no less. */
const leastPiece = 64;

/** Deflate without a header: blocks have their own checksum. Level 3 packs at 150 MB/s and a fifth of the size. */
export const nodeCodec: Codec = {
  // Node has it since 20.15.
  crc32: (zlib as Partial<Pick<typeof zlib, 'crc32'>>).crc32,
  deflate: (bytes) => zlib.deflateRawSync(bytes, { level: 3 }),
  inflate: (bytes, rawLength, cut) => {
    // In one piece: put together from pieces a block takes twice as long. A byte more, or the last piece is followed by an empty one.
    const limit = { maxOutputLength: Math.max(1, rawLength), chunkSize: Math.max(leastPiece, rawLength + 1) };
    if (!cut) return zlib.inflateRawSync(bytes, limit);
    try {
      return zlib.inflateRawSync(bytes, { ...limit, finishFlush: zlib.constants.Z_SYNC_FLUSH });
    } catch {
      return new Uint8Array(0);
    }
  },
};

const surroundings: FolderSurroundings = {
  isAlive: ({ pid, start }) => startTicks(pid) === start,
  milliseconds: () => performance.now(),
  openPacked(path) {
    const file = openFile(path);
    if (file === null) return null;
    try {
      return { packed: new PackedFile(file, nodeCodec, path), close: () => file.close() };
    } catch (error) {
      file.close();
      throw error;
    }
  },
};

/** When the process began, in the kernel's clock ticks since boot: with the pid its identity. Null where it is gone or a zombie. */
function startTicks(pid: number): string | null {
  try {
    const fields = statFields(readFileSync(`/proc/${String(pid)}/stat`, 'latin1'));
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function folderAccess(path: string): FolderAccess {
  return {
    list: () => orNull(() => readdirSync(path)),
    open: (name) => openFile(join(path, name)),
    readText: (name) => orNull(() => readFileSync(join(path, name), 'utf8')),
  };
}

/** Null where it is gone, or no file. */
export function openFile(path: string): OpenFile | null {
  const descriptor = orNull(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
  if (descriptor === null) return null;
  if (!fstatSync(descriptor).isFile()) {
    closeSync(descriptor);
    return null;
  }
  let open = true;
  return {
    size: () => fstatSync(descriptor).size,
    read(position, into) {
      let got = 0;
      while (got < into.length) {
        const step = readSync(descriptor, into, got, into.length - got, position + got);
        if (step === 0) break;
        got += step;
      }
      return got;
    },
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

/** Null where the file is gone; what can't be read for another reason is an error that says so. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new ForkscopeError('recording-missing', `${messageOf(error)}: check that you may read it.`, [messageOf(error)]);
  }
}

/**
 * The folder of a run: made before the program starts, private to the user, holding the manifest and the lease that
 * makes the probes work. Deleting the lease turns them off.
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, rmdirSync, statfsSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ForkscopeError, messageOf } from '../base/errors';
import { arenaBytes, arenaRefusedOffset, leaseFile, manifestFile, targetFile, type Manifest } from '../protocol/files';
import type { ProcessIdentity } from './processTree';

/** Less free space than this can't hold the first segments of a run. */
const leastFreeBytes = 16 << 20;

/**
 * Makes the folder (0700; it may exist), its manifest, its lease, and the note where it will be packed.
 * @throws ForkscopeError recording-folder-unwritable, disk-full.
 */
export function createRunFolder(folder: string, manifest: Manifest, supervisor: ProcessIdentity, target: string): void {
  try {
    makeFolder(folder);
    chmodSync(folder, 0o700);
    requireSpace(folder);
    replaceFile(join(folder, targetFile), target);
    replaceFile(join(folder, leaseFile), `${String(supervisor.pid)} ${supervisor.start}\n`);
    writeRunManifest(folder, manifest);
  } catch (error) {
    throw folderError(error, folder);
  }
}

/** Replaces the manifest, whole. Throws what the file system says. */
export function writeRunManifest(folder: string, manifest: Manifest): void {
  replaceFile(join(folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Whether a writer was refused room for its records, because the disk was full: then some are missing. */
export function claimsRefused(folder: string): boolean {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.arena')).some((name) => {
      const arena = readFileSync(join(folder, name));
      return arena.length >= arenaBytes && arena.readBigUInt64LE(arenaRefusedOffset) !== 0n;
    });
  } catch {
    return false; // The folder is gone; saving it will say so.
  }
}

/** Whether a probe has written anything: an observer may miss a program that lived for a moment. */
export function hasProbed(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith('.arena'));
  } catch {
    return false;
  }
}

/** The probes of processes that are still there write nothing more once they look. */
export function removeLease(folder: string): void {
  rmSync(join(folder, leaseFile), { force: true });
}

const ownFiles = /^(run\.json|notes\.json|lease|target|.+\.new|.+\.arena|.+\.table|.+\.segment|\d+\.status)$/;

/** Deletes only what a run puts there, never a folder that holds something else. */
export function deleteRunFolder(folder: string): void {
  try {
    for (const name of readdirSync(folder)) if (ownFiles.test(name)) rmSync(join(folder, name), { force: true });
    rmdirSync(folder);
  } catch {
    // Deleted already, or something of somebody else's is in it.
  }
}

/**
 * Says whether a file could be written there, before the program starts.
 * @throws ForkscopeError recording-folder-unwritable, disk-full.
 */
export function requireWritable(path: string): void {
  const trial = `${path}.${String(process.pid)}.part`;
  try {
    makeFolder(dirname(path));
    replaceFile(trial, 'x');
    rmSync(trial, { force: true });
    requireSpace(dirname(path));
  } catch (error) {
    for (const file of [trial, temporaryOf(trial)]) removeQuietly(file);
    throw folderError(error, dirname(path));
  }
}

/** Where nothing could be written, nothing can be removed either: not even "below a file" is worth a word then. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The first failure is the one that is told.
  }
}

/**
 * Makes the folder and what it stands in. Not mkdir's own `recursive`: in a file system that answers "no such folder"
 * below a folder that is there (/proc does), Node 20 tries again for ever.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    // Somebody else made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

const temporaryOf = (path: string): string => `${path}.new`;

function replaceFile(path: string, text: string): void {
  const temporary = temporaryOf(path);
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, path);
}

function requireSpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < leastFreeBytes) throw diskFull(folder);
}

function diskFull(folder: string): ForkscopeError {
  return new ForkscopeError('disk-full', `The disk that holds ${folder} is full: free some space, or record elsewhere.`, [folder]);
}

function folderError(error: unknown, folder: string): ForkscopeError {
  if (error instanceof ForkscopeError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder);
  if (code === 'ENOTDIR') {
    return new ForkscopeError('recording-folder-unwritable', `${folder} can't be written (it is, or lies below, a file): choose another folder.`, [folder, code]);
  }
  return new ForkscopeError(
    'recording-folder-unwritable',
    `${folder} can't be written (${code ?? messageOf(error)}): choose another folder, or change its permissions.`,
    [folder, code ?? messageOf(error)],
  );
}

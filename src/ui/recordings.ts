/**
 * The folder of recordings: live runs grow there in folders of their own, each finished one is a file. It is bounded (the
 * newest N stay), and only what Forkscope itself has named is ever removed from it: a person may have pointed the setting
 * at a folder that holds other things.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ForkscopeError, messageOf } from '../base/errors';
import { isAlive } from '../launch/processTree';
import { requireWritable } from '../launch/runFolder';
import { claimPlace, recordingExtension, runFolderSuffix, titleOfStem, type RunPlace } from '../launch/runPlace';
import { manifestFile, type Manifest } from '../protocol/files';
import type { RecordingSource } from '../protocol/engine';

/** A recording on disk. `folder` is one whose supervisor ended before it was packed. */
export interface Recording {
  readonly source: RecordingSource;
  readonly title: string;
  readonly modified: number;
  readonly bytes: number;
}

export class Recordings {
  constructor(readonly folder: string) {}

  /** Makes sure that a run can be written here, or rejects with a ForkscopeError that says what is wrong. */
  async prepare(): Promise<void> {
    try {
      if (!existsSync(this.folder)) await mkdir(this.folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      const full = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
      const code = full ? 'disk-full' : 'recording-folder-unwritable';
      throw new ForkscopeError(code, `${this.folder} can't be made: ${messageOf(error)}.`, [this.folder, messageOf(error)]);
    }
    requireWritable(join(this.folder, 'trial'));
  }

  /** A place for a run that begins now. */
  claim(title: string): RunPlace {
    return claimPlace(this.folder, title);
  }

  /** What is there, newest first; a folder that doesn't exist holds nothing. Run folders named in `skip` are being followed. */
  async list(skip: ReadonlySet<string>): Promise<Recording[]> {
    const names = await readdir(this.folder).catch(() => []);
    const found = await Promise.all(names.map((name) => this.look(name, skip)));
    return found.filter((recording) => recording !== null).sort((a, b) => b.modified - a.modified);
  }

  /** Removes all of our own recordings but the newest `keep`; those in `inUse` stay. */
  async prune(keep: number, inUse: ReadonlySet<string>): Promise<number> {
    const own = (await this.list(inUse)).filter(({ source }) => titleOfStem(stemOf(source.path)) !== null);
    let removed = 0;
    for (const { source } of own.slice(keep)) {
      if (inUse.has(source.path)) continue;
      await rm(source.path, { recursive: true, force: true }).then(() => removed++, () => undefined);
    }
    return removed;
  }

  private async look(name: string, skip: ReadonlySet<string>): Promise<Recording | null> {
    const path = join(this.folder, name);
    if (skip.has(path)) return null;
    try {
      const facts = await stat(path);
      if (facts.isFile() && name.endsWith(recordingExtension)) {
        return { source: { kind: 'file', path }, title: titleOf(path), modified: facts.mtimeMs, bytes: facts.size };
      }
      if (facts.isDirectory() && name.endsWith(runFolderSuffix) && existsSync(join(path, manifestFile))) {
        // While its supervisor lives, in another window maybe, or after it has packed, the file is the recording.
        if (existsSync(packedFileOf(path)) || (await isSupervised(path))) return null;
        return { source: { kind: 'folder', path }, title: titleOf(path), modified: facts.mtimeMs, bytes: 0 };
      }
    } catch {
      // It went away while we looked.
    }
    return null;
  }
}

/** The packed file that belongs to a run's folder. */
export function packedFileOf(folder: string): string {
  return folder.endsWith(runFolderSuffix) ? folder.slice(0, -runFolderSuffix.length) + recordingExtension : folder + recordingExtension;
}

/** The recording that is, or will be, in `file`: the folder that it grows in while it isn't packed. */
export function recordingOf(file: string): RecordingSource {
  const folder = (file.endsWith(recordingExtension) ? file.slice(0, -recordingExtension.length) : file) + runFolderSuffix;
  return !existsSync(file) && existsSync(join(folder, manifestFile)) ? { kind: 'folder', path: folder } : { kind: 'file', path: file };
}

/** Whether the one who packs a run's folder is still there. */
export async function isSupervised(folder: string): Promise<boolean> {
  const supervisor = (await readManifest(folder))?.supervisor ?? null;
  return supervisor !== null && isAlive(supervisor);
}

/** The manifest of a run's folder; null where there is none that can be read. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    return JSON.parse(await readFile(join(folder, manifestFile), 'utf8')) as Manifest;
  } catch {
    return null;
  }
}

/** A recording's title: its name without our date, or its whole name. */
export function titleOf(path: string): string {
  const stem = stemOf(path);
  return titleOfStem(stem) ?? stem;
}

function stemOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  for (const suffix of [recordingExtension, runFolderSuffix]) if (name.endsWith(suffix)) return name.slice(0, -suffix.length);
  return name;
}

/**
 * Keeps a person's notes in the recording they are about.
 *
 *     live       notes.json in the run's folder, replaced by rename; the supervisor packs it with the rest
 *     packed     a block of the file, which is written anew beside it, flushed to the disk, and renamed over it
 *
 * So the recording is whole at every moment, whatever fails. What could not be written (a read-only file, a full disk, a folder that
 * was packed a moment ago) is kept here, told, and written with the next change. Each change is made to what stands in the
 * recording now: two windows may have it open.
 */
import { accessSync, closeSync, constants, existsSync, fchmodSync, fsyncSync, openSync, readdirSync, readFileSync, readSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate as immediately } from 'node:timers/promises';
import type { RecordingSource } from '../protocol/engine';
import { notesFile } from '../protocol/files';
import type { Note, NotesAnswer, NotesFault, NotesRequest } from '../protocol/notes';
import { formatNotes, parseNotes } from '../recording/notes';
import { blockTypes, largestBlock, packedBlock } from '../recording/packed';
import { PackedFile } from '../recording/packedFile';
import { encodeUtf8 } from '../recording/utf8';
import { nodeCodec, openFile } from './files';

const pieceBytes = 1 << 20;
const longestWriteMs = 3600e3;
/** Two may be written at once. */
let rewrites = 0;

class NotesError extends Error {
  constructor(readonly fault: NotesFault) {
    super(fault);
  }
}

export class Notes {
  /** Not in the recording yet, by id; null: deleted. */
  private readonly unsaved = new Map<string, Note | null>();
  private turn: Promise<unknown> = Promise.resolve();

  /** @param source where the recording stands now. @param originNs the first event's time, ns from the recording's base. */
  constructor(
    private readonly source: () => RecordingSource,
    private readonly originNs: () => number,
  ) {}

  /** Never rejects; one change after the other. */
  answer(ask: NotesRequest): Promise<NotesAnswer> {
    const next = this.turn.then(() => this.change(ask));
    this.turn = next;
    return next;
  }

  /** Times as they stand in the recording: ns from its base. Where it can't be read, those that are not in it yet. */
  get all(): Note[] {
    try {
      return this.withUnsaved(readNotes(this.source()));
    } catch {
      return this.withUnsaved([]);
    }
  }

  private async change({ change }: NotesRequest): Promise<NotesAnswer> {
    const origin = Number.isFinite(this.originNs()) ? this.originNs() : 0;
    if (change?.type === 'put') this.unsaved.set(change.note.id, { ...change.note, atNs: change.note.atNs + origin });
    else if (change !== null) this.unsaved.set(change.id, null);
    const source = this.source();
    let notes: Note[] = [];
    let problem: NotesAnswer['problem'] = null;
    try {
      notes = this.withUnsaved(readNotes(source));
      if (this.unsaved.size > 0) {
        await writeNotes(source, formatNotes(notes));
        this.unsaved.clear();
      }
    } catch (error) {
      if (notes.length === 0) notes = this.withUnsaved([]);
      problem = { fault: faultOf(error), path: source.path };
    }
    return { notes: notes.map((note) => ({ ...note, atNs: note.atNs - origin })).sort((a, b) => a.atNs - b.atNs), problem };
  }

  private withUnsaved(notes: readonly Note[]): Note[] {
    const all = new Map(notes.map((note) => [note.id, note]));
    for (const [id, note] of this.unsaved) {
      if (note === null) all.delete(id);
      else all.set(id, note);
    }
    return [...all.values()];
  }
}

function readNotes({ kind, path }: RecordingSource): Note[] {
  if (kind === 'folder') {
    if (!existsSync(path)) throw new NotesError('gone');
    const file = join(path, notesFile);
    return existsSync(file) ? parseNotes(readFileSync(file, 'utf8')) : [];
  }
  return withPacked(path, (packed) => parseNotes(packed.notesText()));
}

function withPacked<T>(path: string, use: (packed: PackedFile) => T): T {
  const file = openFile(path);
  if (file === null) throw new NotesError('gone');
  try {
    return use(new PackedFile(file, nodeCodec, path));
  } finally {
    file.close();
  }
}

async function writeNotes({ kind, path }: RecordingSource, text: string): Promise<void> {
  const raw = encodeUtf8(text);
  if (raw.length > largestBlock) throw new NotesError('tooLong');
  if (kind === 'folder') {
    const target = join(path, notesFile);
    await replace(target, `${target}.new`, 0o600, (output) => {
      writeWhole(output, raw);
      return Promise.resolve();
    });
    return;
  }
  // The file itself, not a link to it.
  const target = realpathSync(path);
  const { mode } = statSync(target);
  requireWritable(target, mode);
  removeLeftBehind(target);
  const { before, without } = withPacked(target, (packed) => packed.notesPlace());
  await replace(target, `${target}.${String(process.pid)}-${String(++rewrites)}.part`, 0o600, async (output) => {
    // Whoever could read it can still.
    fchmodSync(output, mode & 0o777);
    const input = openSync(target, 'r');
    try {
      await copyRange(input, output, 0, before);
      for (const part of packedBlock(nodeCodec, blockTypes.notes, raw)) writeWhole(output, part);
      let at = before;
      for (const { from, to } of without) {
        await copyRange(input, output, at, from);
        at = to;
      }
      await copyRange(input, output, at, Infinity);
    } finally {
      closeSync(input);
    }
  });
}

/** Copies that writers who were killed have left beside the file: none is written for so long. */
function removeLeftBehind(target: string): void {
  const [folder, name] = [dirname(target), basename(target)];
  try {
    for (const each of readdirSync(folder)) {
      if (!each.startsWith(`${name}.`) || !/^\d+-\d+\.part$/.test(each.slice(name.length + 1))) continue;
      const path = join(folder, each);
      if (Date.now() - statSync(path).mtimeMs > longestWriteMs) rmSync(path, { force: true });
    }
  } catch {
    // They cost room, no more.
  }
}

/** A rename would replace a file that may not be written: who protected it meant it. */
function requireWritable(path: string, mode: number): void {
  if ((mode & 0o222) === 0) throw new NotesError('readOnly');
  try {
    accessSync(path, constants.W_OK);
  } catch {
    throw new NotesError('readOnly');
  }
}

/** Whole or not at all: written beside it, on the disk, then in its place. */
async function replace(target: string, temporary: string, mode: number, write: (output: number) => Promise<void>): Promise<void> {
  try {
    const output = openSync(temporary, 'w', mode);
    try {
      await write(output);
      fsyncSync(output);
    } finally {
      closeSync(output);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  flushFolder(dirname(target));
}

/** The new name is on the disk too. Some file systems know no such thing. */
function flushFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // The file is whole either way.
  }
}

/** Lets tiles be answered between pieces. */
async function copyRange(input: number, output: number, from: number, to: number): Promise<void> {
  const piece = new Uint8Array(pieceBytes);
  for (let at = from; at < to; ) {
    const got = readSync(input, piece, 0, Math.min(pieceBytes, to - at), at);
    if (got === 0) return;
    writeWhole(output, piece.subarray(0, got));
    at += got;
    await immediately();
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at);
}

function faultOf(error: unknown): NotesFault {
  if (error instanceof NotesError) return error.fault;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT': return 'diskFull';
    case 'ENOENT':
    case 'ENOTDIR': return 'gone';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS': return 'unwritable';
    default: return 'other';
  }
}

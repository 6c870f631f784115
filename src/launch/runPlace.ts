/**
 * Where a run writes, and what it is called:
 *
 *     server-20261120-203000.run           the folder that it grows in
 *     server-20261120-203000.forkscope     the file that it is packed into
 *
 * The folder is made when the name is chosen, so that two that begin in the same second, in two windows maybe, get different names.
 */
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

export const recordingExtension = '.forkscope';
export const runFolderSuffix = '.run';

export interface RunPlace {
  readonly folder: string;
  readonly file: string;
}

/** File systems allow 255 bytes for a name, and a letter may take four. */
const longestTitle = 50;

/**
 * A name for a run that begins now, with its empty folder.
 * @param base the folder that recordings go to.
 * @param title what is run; it becomes the first part of the name.
 * @param now the clock on the wall.
 */
export function claimPlace(base: string, title: string, now = new Date()): RunPlace {
  const stem = `${fileTitle(title)}-${stamp(now)}`;
  for (let number = 1; ; number++) {
    const path = join(base, number === 1 ? stem : `${stem}-${String(number)}`);
    const place = { folder: path + runFolderSuffix, file: path + recordingExtension };
    if (!claimFolder(place.folder)) continue;
    // Looked for after the claim: a run that has ended has its file before it gives up its folder.
    if (!existsSync(place.file)) return place;
    releasePlace(place);
  }
}

/** Takes back a claim that nothing was written to. */
export function releasePlace({ folder }: RunPlace): void {
  try {
    rmdirSync(folder);
  } catch {
    // Never made, or something is in it.
  }
}

/** The title that a stem was made of; null where it is none of ours. */
export function titleOfStem(stem: string): string | null {
  return /^(.*)-\d{8}-\d{6}(?:-\d+)?$/.exec(stem)?.[1] ?? null;
}

/** What a command is called: the script's or module's name where an interpreter runs one, else the program's. */
export function titleOfCommand(words: readonly string[]): string {
  const [program = '', ...rest] = words;
  const name = baseName(program);
  if (!/^(python[\d.]*|node)$/.test(name)) return name;
  // The first word that is no flag, unless a flag before it takes the program from the command line itself.
  const first = rest.findIndex((word) => word === '-m' || word === '-c' || word === '-e' || !word.startsWith('-'));
  const found = rest[first];
  if (found === undefined || found === '-c' || found === '-e') return name;
  return found === '-m' ? (rest[first + 1] ?? name) : baseName(found);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function fileTitle(title: string): string {
  const plain = title.replace(/\.py$/, '').replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^[._]+/, '');
  return Array.from(plain).slice(0, longestTitle).join('') || 'run';
}

/** 20261120-203000 */
function stamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(now.getFullYear())}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

/** False where it is there already. What else hinders it is told by whoever writes there. */
function claimFolder(folder: string): boolean {
  try {
    mkdirSync(folder, 0o700);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EEXIST';
  }
}

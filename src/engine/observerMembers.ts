/**
 * Who belongs to the run: a new process whose parent does, a new process that carries the run's token in its environment.
 * Small readers of /proc that open a file once.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { tokenVariable } from '../protocol/files';
import { withoutAccessTokens } from './observerDebugger';
import { keepsNone, ProcFile } from './observerFiles';
import { Scanner } from './observerParse';

/** Whose thread a number is, and who that process's parent is. */
export interface Lineage {
  process: number;
  parent: number;
}

const buffer = Buffer.alloc(4096);
const scanner = new Scanner(buffer);

/** Null where there is no such process or thread, or where it is hidden. */
export function lineageOf(number: number): Lineage | null {
  const length = new ProcFile(`/proc/${String(number)}/status`, keepsNone).read(buffer);
  if (length <= 0) return null;
  return { process: field(length, '\nTgid:\t'), parent: field(length, '\nPPid:\t') };
}

/**
 * True where the kernel tells us this process's wait status; of another user's it says 0, which would read as a success.
 */
export function isStatusShown(pid: number): boolean {
  const user = process.geteuid?.() ?? 0;
  if (user === 0) return true;
  const length = new ProcFile(`/proc/${String(pid)}/status`, keepsNone).read(buffer);
  return length > 0 && isAll(length, '\nUid:\t', user) && isAll(length, '\nGid:\t', process.getegid?.() ?? 0);
}

/** Real, effective and saved are all this one. */
function isAll(length: number, name: string, id: number): boolean {
  return field(length, name) === id && scanner.start(scanner.at + 1, length).decimal() === id && scanner.start(scanner.at + 1, length).decimal() === id;
}

function field(length: number, name: string): number {
  const at = buffer.indexOf(name, 0, 'latin1');
  return at < 0 || at >= length ? 0 : scanner.start(at + name.length, length).decimal();
}

/** The token as it stands in a member's environment. */
export function tokenOf(folder: string): Buffer {
  return Buffer.from(`${tokenVariable}=${folder}`);
}

/** Whether the process has just this in its environment. */
export function carries(pid: number, token: Buffer): boolean {
  let environment: Buffer;
  try {
    environment = readFileSync(`/proc/${String(pid)}/environ`);
  } catch {
    return false; // Gone, or another user's.
  }
  for (let at = environment.indexOf(token); at >= 0; at = environment.indexOf(token, at + 1)) {
    const end = at + token.length;
    if ((at === 0 || environment[at - 1] === 0) && (end === environment.length || environment[end] === 0)) return true;
  }
  return false;
}

/** More than the log takes of a text, so that it sees that there was more. */
const commandBuffer = Buffer.alloc(8192);

/** The arguments joined by NUL, the first 8 KiB of them, but for what lets a debugger in; '' where there are none (a zombie, a kernel thread). */
export function commandOf(pid: number): string {
  const length = new ProcFile(`/proc/${String(pid)}/cmdline`, keepsNone).read(commandBuffer);
  return length <= 0 ? '' : withoutAccessTokens(commandBuffer.toString('utf8', 0, length).replace(/\0+$/, ''));
}

/** The numbers in a folder of /proc; none where it is gone or there is no /proc. */
export function numbersIn(folder: string): number[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const numbers: number[] = [];
  for (const name of names) {
    const first = name.charCodeAt(0);
    if (first >= 48 && first <= 57) numbers.push(Number(name));
  }
  return numbers;
}

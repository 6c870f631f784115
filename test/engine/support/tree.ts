/** The living processes below one that the test started: whom to kill, and whether all are gone. */
import { readFileSync, readdirSync } from 'node:fs';

/** Direct children. Empty when the process is gone. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((tid) => numbers(readFileSync(`/proc/${pid}/task/${tid}/children`, 'latin1')));
  } catch {
    return [];
  }
}

export function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** The process below `pid` whose command has this word, nearest first. */
export function findBelow(pid: number, word: string): number | undefined {
  return descendantsOf(pid).find((each) => commandOf(each).some((part) => part.endsWith(word)));
}

export function commandOf(pid: number): string[] {
  return read(pid, 'cmdline').split('\0').slice(0, -1);
}

/** A variable of the environment that a process was started with. */
export function variableOf(pid: number, name: string): string | undefined {
  const entry = read(pid, 'environ').split('\0').find((each) => each.startsWith(`${name}=`));
  return entry?.slice(name.length + 1);
}

/** Every living process (a zombie is dead) whose starting environment has this entry. */
export function processesWith(name: string, value: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => variableOf(pid, name) === value);
}

/** Kills one process; false when it had ended. */
export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

function numbers(text: string): number[] {
  return text.split(' ').filter((word) => word.trim() !== '').map(Number);
}

/** The exit statuses that orphans leave in the run's folder: nobody waits for them, and init collects them at once. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { statusSuffix } from '../protocol/files';

const statusBytes = 4;

/** The wait status of a process that has ended, -1 where it left none. A process that was killed as it left has written nothing. */
export function takeStatus(folder: string, pid: number): number {
  const path = join(folder, `${String(pid)}${statusSuffix}`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
    rmSync(path, { force: true });
  } catch {
    return -1;
  }
  return bytes.length === statusBytes ? (bytes.readInt32LE(0) & 0xff) << 8 : -1;
}

/** The processes that have left one which nobody has taken. */
export function leftStatuses(folder: string): number[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(statusSuffix)).map((name) => Number.parseInt(name, 10));
  } catch {
    return [];
  }
}

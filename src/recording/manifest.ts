/**
 * The manifest of a run (`run.json`, and the first and last block of a packed recording): read leniently, because an
 * older version may have left a field out, refused where a newer version wrote it, because its records may mean something else.
 */
import { ForkscopeError } from '../base/errors';
import { parseDropped } from './dropped';
import { packedFormat, type Manifest } from '../protocol/files';
import type { TimeBase } from './batch';

const manifestFormat = packedFormat;

export function newerError(what: string): ForkscopeError {
  return new ForkscopeError('recording-newer', `${what} was written by a newer version of Forkscope: update Forkscope to open it.`, [what]);
}

/** Some of it can't be read by this version: none where `records` is 0. */
export function unknownProblems(what: string, records: number): ForkscopeError[] {
  if (records === 0) return [];
  const message = `${what} was made by a newer version of Forkscope: ${String(records)} records of kinds that this one does not know were skipped, the rest is shown. Update Forkscope to see all of it.`;
  return [new ForkscopeError('recording-newer', message, [what])];
}

export function corruptError(what: string, why: string): ForkscopeError {
  return new ForkscopeError('recording-corrupt', `${what} can't be read: ${why}. Choose another recording, or record the program again.`, [what, why]);
}

/**
 * @param text the JSON text.
 * @param what names the recording in errors.
 * @throws ForkscopeError recording-corrupt, recording-newer.
 */
export function parseManifest(text: string, what: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw corruptError(what, 'its manifest is not JSON');
  }
  if (!isObject(value) || typeof value.format !== 'number') throw corruptError(what, 'its manifest has no format number');
  if (value.format > manifestFormat) throw newerError(what);
  const startedNs = value.startedNs;
  if (typeof startedNs !== 'string' || !/^\d{1,20}$/.test(startedNs)) throw corruptError(what, 'its manifest has no start time');
  const supervisor = value.supervisor;
  const root = value.root;
  const exit = value.exit;
  return {
    format: manifestFormat,
    forkscope: textOr(value.forkscope, 'unknown'),
    command: Array.isArray(value.command) ? value.command.filter((part): part is string => typeof part === 'string') : [],
    directory: textOr(value.directory, ''),
    startedAt: textOr(value.startedAt, '1970-01-01T00:00:00.000Z'),
    startedNs,
    supervisor:
      isObject(supervisor) && typeof supervisor.pid === 'number' && typeof supervisor.start === 'string'
        ? { pid: supervisor.pid, start: supervisor.start }
        : null,
    root: isObject(root) && typeof root.pid === 'number' ? { pid: root.pid } : null,
    exit: isObject(exit) ? { code: numberOrNull(exit.code), signal: typeof exit.signal === 'string' ? exit.signal : null } : null,
    complete: value.complete === true,
    droppedBytes: numberOrNull(value.droppedBytes) ?? 0,
    ...parseDropped(value.dropped),
  };
}

export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The origin of the recording's times. BigInt once per recording, never per record. */
export function timeBaseOf(manifest: Manifest): TimeBase {
  const started = BigInt(manifest.startedNs);
  return { low: Number(started & 0xffffffffn), high: Number(started >> 32n) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

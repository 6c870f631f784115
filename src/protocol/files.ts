/**
 * The files of a recording: a live run is a folder that grows, a finished one is a single packed file.
 *
 * A run's folder (mode 0700, its files 0600):
 *
 *     run.json                  the manifest below, replaced by rename, never edited in place
 *     lease                     "PID START\n" of the supervisor: the probe is inert without it
 *     python.arena              24 bytes: magic "FSARENA\n", the next free chunk's number as u64, and as u64 how many
 *                               claims were refused (a full disk): where it is not 0 the recording is not whole
 *     python-000000.segment     4 MiB each: chunk 0 is the segment's header, the others are claimed
 *     holders.table             who holds multiprocessing's locks, for the processes of the run alone: nothing of it is kept
 *     PID.status                an orphan's exit status, 4 bytes: the supervisor makes it a record and deletes it
 *     kernel-000000.segment     written by the supervisor, which appends whole records
 *
 * A segment is cut into chunks of 4 KiB (64 records). Chunk number N of a writer stands in segment ⌊N / 1024⌋ at chunk
 * N mod 1024; the allocator never hands out number 0 of a segment. Writers claim pieces of 16 chunks (64 KiB: a page
 * boundary on every supported machine) under an advisory lock on the arena file, and have the disk blocks allocated
 * before they store into the mapping, so a full disk is an error they see and never a SIGBUS.
 */

export const segmentFormat = 1;
export const chunkBytes = 4096;
export const chunksPerSegment = 1024;
export const chunksPerPiece = 16;
export const segmentBytes = chunkBytes * chunksPerSegment;

/** Header of a segment, at its start: magic, format u32, segment number u32, record bytes u32, chunk bytes u32. */
export const segmentMagic = 'FSSEGMT\n';
export const arenaMagic = 'FSARENA\n';
export const arenaBytes = 24;
/** Where the count of refused claims stands in an arena file. */
export const arenaRefusedOffset = 16;

/** First bytes of a packed recording; the format number follows as u32. */
export const packedMagic = 'FORKSCOPE\n';
export const packedFormat = 1;

export const manifestFile = 'run.json';
export const leaseFile = 'lease';
/** Ends the name of the file in which an orphan leaves its exit status; before it stands its pid. */
export const statusSuffix = '.status';

/** The one variable that the traced program's environment carries: the run folder's path. */
export const tokenVariable = 'FORKSCOPE_RUN';

export function segmentFile(writer: string, segment: number): string {
  return `${writer}-${String(segment).padStart(6, '0')}.segment`;
}

export interface Manifest {
  format: number;
  /** The version that wrote it. */
  forkscope: string;
  command: string[];
  directory: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** CLOCK_MONOTONIC ns when the recording began, as a decimal string: no event is older. */
  startedNs: string;
  supervisor: { pid: number; start: string } | null;
  root: { pid: number } | null;
  /** Set when the root program has ended. */
  exit: { code: number | null; signal: string | null } | null;
  /** Set when the recording is whole. */
  complete: boolean;
  droppedBytes: number;
}

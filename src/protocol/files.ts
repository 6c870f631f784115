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
 *     node-000000.segment       a thread of a Node process's each, appended by it: whoever makes the file has the number
 *     holders.table             who holds multiprocessing's locks, for the processes of the run alone: nothing of it is kept
 *     PID.status                an orphan's exit status, 4 bytes: the supervisor makes it a record and deletes it
 *     kernel-000000.segment     written by the supervisor, which appends whole records
 *     notes.json                a person's notes (notes.ts), replaced by rename; written by whoever watches the run
 *     kept-000000.segment       written by the supervisor where the disk is bounded: see Dropped below
 *
 * A segment is cut into chunks of 4 KiB (64 records). Chunk number N of a writer stands in segment ⌊N / 1024⌋ at chunk
 * N mod 1024; the allocator never hands out number 0 of a segment. Writers claim pieces of 16 chunks (64 KiB: a page
 * boundary on every supported machine) under an advisory lock on the arena file, and have the disk blocks allocated
 * before they store into the mapping, so a full disk is an error they see and never a SIGBUS. Who claimed a piece of a segment stands
 * in the segment's header: its rest belongs to no other process, so once that one is dead nobody will write there any more.
 */

export const segmentFormat = 1;
export const chunkBytes = 4096;
export const chunksPerSegment = 1024;
export const chunksPerPiece = 16;
export const segmentBytes = chunkBytes * chunksPerSegment;

/** Header of a segment, at its start: magic, format u32, segment number u32, record bytes u32, chunk bytes u32. */
export const segmentMagic = 'FSSEGMT\n';
/** In the header: by piece the pid of the process that claimed it, u32. */
export const claimersOffset = 64;
export const arenaMagic = 'FSARENA\n';
export const arenaBytes = 24;
/** Where the count of refused claims stands in an arena file. */
export const arenaRefusedOffset = 16;

/** First bytes of a packed recording; the format number follows as u32. */
export const packedMagic = 'FORKSCOPE\n';
export const packedFormat = 1;

export const manifestFile = 'run.json';

/**
 * In the run folder: the path that the supervisor is going to pack the run into. A reader whose folder vanishes between
 * two polls (the run ended, was packed and deleted) finds the rest there.
 */
export const targetFile = 'target';
export const leaseFile = 'lease';
export const notesFile = 'notes.json';
/** Ends the name of the file in which an orphan leaves its exit status; before it stands its pid. */
export const statusSuffix = '.status';

/** The one variable that the traced program's environment carries: the run folder's path. */
export const tokenVariable = 'FORKSCOPE_RUN';

export function segmentFile(writer: string, segment: number): string {
  return `${writer}-${String(segment).padStart(6, '0')}.segment`;
}

/** The writer of segments that hold what is left of dropped ones. Their records have owners of all writers, and their own times. */
export const keptWriter = 'kept';

/**
 * The disk's bound was reached and the oldest part was dropped. Up to `completeFromNs` only the records in the kept segments count
 * (what lived at that moment, and how it began); what other segments still hold of that time is passed over. The manifest's
 * replacement is the moment at which a drop becomes true: segments named here may still be in the folder, kept ones that it does
 * not name are leftovers or not yet true.
 */
export interface Dropped {
  /** CLOCK_MONOTONIC ns as a decimal string: every record after this moment is there. */
  completeFromNs: string;
  /** The segments of the writer "kept": `count` of them, from number `first` on. */
  kept: { first: number; count: number };
  /** By writer: dropped segments as ranges [first, last] of their numbers, ascending. */
  segments: Record<string, [number, number][]>;
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
  /** Bytes of segments that were dropped, without those that were kept of them. */
  droppedBytes: number;
  /** Absent while nothing was dropped. */
  dropped?: Dropped;
}

/**
 * MiB that a growing recording may have where nobody says otherwise. An engine that watches it needs about three times as much
 * memory (`npm run bench -- longrun`), and that is the editor's machine.
 */
export const usualMaxMiB = 512;

/**
 * What stands at the lines of source files: the question of the editor's line ends (`lanes/standing.ts` answers it).
 *
 *     server.py   17   connection, address = listener.accept()        1 thread here · 12.4 s
 *                 21   data = connection.recv(1024)                   3 threads here · longest 9.8 s · 41 waits, 2 min 3 s
 */
import type { SpanState } from './states';

export interface StandingRequest {
  /** Absolute paths of the files in sight. */
  files: string[];
  /** The program's directory, which relative positions start from; null where it is unknown. */
  directory: string | null;
}

/** A thread or task that stands at a line now. */
export interface StandingRow {
  row: string;
  label: string;
  process: { row: string; label: string; pid: number };
  state: SpanState;
  /** ns from the first event. */
  sinceNs: number;
}

export interface StandingLine {
  /** From 1. */
  line: number;
  /** How many stand there now. */
  threads: number;
  tasks: number;
  /** Those that have stood there longest, the longest first; at most `mostStandingRows`. */
  rows: StandingRow[];
  /** Waits that are over: how many, ns of all, ns of the longest. */
  waits: number;
  waitedNs: number;
  longestNs: number;
  /** Processes and threads that this line made. */
  processes: number;
  threadsStarted: number;
}

export const mostStandingRows = 20;

export interface Standing {
  /** The present, ns from the first event. */
  nowNs: number;
  /** False: the waits of a long recording are not all counted yet; ask again. */
  counted: boolean;
  /** Of those files that the program was at; lines in order. */
  files: { file: string; lines: StandingLine[] }[];
}

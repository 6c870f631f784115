/**
 * Where a debugger would have to stop a program for what a person asks of a lane: before a connection's next receive, when a process
 * forks. The engine knows the recorded lines and descriptors; the editor makes a breakpoint of them.
 */
import type { SourcePosition } from './report';

export interface BreakPlacesRequest {
  /** A process, a thread or task, a connection. */
  row: string;
}

/**
 * Why there is no place:
 *   nothing   the row has no open connection, or no living process
 *   several   of its open connections nobody knows which is meant
 *   waiting   the client stands in the accept queue
 *   noLine    no line was recorded at which it happens
 *   library   a library does it below a line that the program does not come to again
 */
export type NoPlace = 'nothing' | 'several' | 'waiting' | 'noLine' | 'library';

export interface ReceivePlace {
  /** What people call the connection. */
  label: string;
  pid: number;
  /** Of the process. */
  descriptor: number;
  /** The kernel's id of the only thread that receives on it; null where that may be another one next time. */
  thread: number | null;
  site: SourcePosition;
}

export interface ForkPlace {
  label: string;
  pid: number;
  site: SourcePosition;
  /** Null: the line forks. Else a library forks, and this is a line that its fresh children come to, but for these, which live already: pids. */
  children: number[] | null;
}

/** `at`: the line of the library's call, where that is why. */
export interface NoBreakPlace {
  why: NoPlace;
  at: SourcePosition | null;
}

export interface BreakPlaces {
  receive: ReceivePlace | NoBreakPlace;
  fork: ForkPlace | NoBreakPlace;
}

export function isMissing(place: ReceivePlace | ForkPlace | NoBreakPlace): place is NoBreakPlace {
  return 'why' in place;
}

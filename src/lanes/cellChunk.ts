/**
 * A stretch of one lane as a tile shows it, kept in two arrays: the vectors that are in sight of so many bins, and the cells of these bins.
 *
 *     bins      |    |    |    |    |    |    |    …    256 of them, at multiples of 256 bins from time 0
 *     chunk    ▕████████▏ ▂    ▅    ▂   ▕███████████▏   a vector that reaches beyond it stands in its neighbours too
 *
 * Put together again (`TileBuilder.addChunk`) they say what a tile that was made at once says.
 */

export const chunkBins = 256;
/** An array has so many bytes beside its numbers, about. */
const arrayBytes = 180;

export interface Chunk {
  /** So many bins from its first one on are told. */
  readonly bins: number;
  readonly vectors: number;
  readonly runs: number;
  readonly cells: number;
  /** Begin and end of each vector, ns from the first event. */
  readonly times: Float64Array;
  /** State and owner of each vector; bin (from the chunk's first) and length, and owner, of each run; each cell (`packedCell`); then the counts of the cells of many spans. */
  readonly words: Uint32Array;
}

/** A cell's four bytes. */
export function packedCell(state: number, share: number, rest: number, spans: number): number {
  return (state | (share << 8) | (rest << 16) | (spans << 24)) >>> 0;
}

/** Bytes that it takes in memory, about. */
export function bytesOf({ times, words }: Chunk): number {
  return times.byteLength + words.byteLength + 2 * arrayBytes;
}

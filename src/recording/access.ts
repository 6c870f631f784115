/**
 * What the recording needs of files, so that it runs (and is tested) without Node: the engine passes these in.
 * Every function reads what is there now; none of them throws for a file that is gone.
 */

export interface OpenFile {
  /** Bytes, now. */
  size(): number;
  /** Fills `into` from `position` on; returns how many bytes were there. */
  read(position: number, into: Uint8Array): number;
  close(): void;
}

export interface FolderAccess {
  /** The names of the folder's files; null where the folder is gone. */
  list(): string[] | null;
  /** Null where the file is gone. */
  open(name: string): OpenFile | null;
  /** Null where the file is gone. */
  readText(name: string): string | null;
}

export interface Codec {
  /** As crc32.ts, faster; absent where there is none. */
  crc32?: ((bytes: Uint8Array) => number) | undefined;
  deflate(bytes: Uint8Array): Uint8Array;
  /**
   * @param rawLength how long the result is.
   * @param cut true where `bytes` ends early: gives what can be had, never throws.
   * @throws where the bytes are damaged.
   */
  inflate(bytes: Uint8Array, rawLength: number, cut: boolean): Uint8Array;
}

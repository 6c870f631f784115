/**
 * Errors that a person can act on. `code` is stable and is what the user interface translates;
 * `message` is one English sentence that says what is wrong and what to do, for the command line and the log.
 */
export type ErrorCode =
  | 'recording-missing'
  | 'recording-empty'
  | 'recording-corrupt'
  | 'recording-newer'
  | 'recording-folder-unwritable'
  | 'disk-full'
  | 'interpreter-missing'
  | 'program-missing'
  | 'program-not-executable'
  | 'engine-stopped'
  | 'internal';

export class ForkscopeError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** The values that a translated sentence needs, in the order of its placeholders. */
    readonly values: readonly string[] = [],
  ) {
    super(message);
    this.name = 'ForkscopeError';
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

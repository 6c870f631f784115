/**
 * Texts and source positions stay ids until somebody shows them, because their definition may arrive after their use.
 */
import type { Owner } from '../recording/batch';

/** A text or a site as its writer named it: resolve it with the recording's `Names`. */
export interface Reference {
  readonly owner: Owner;
  readonly id: number;
}

/** Null for id 0, which means "unknown" in every record. */
export function reference(owner: Owner, id: number): Reference | null {
  return id === 0 ? null : { owner, id };
}

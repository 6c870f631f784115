/** Resolves the ids that records carry for texts and source positions; late, because a definition may arrive after its use. */
import type { SourcePosition } from '../protocol/report';
import type { Owner } from './batch';

export interface Names {
  /** The text that this owner's process, or an ancestor it was forked from, defined; null for 0 or an unknown id. */
  text(owner: Owner, id: number): string | null;
  /** Likewise a source position. */
  site(owner: Owner, id: number): SourcePosition | null;
}

/** Why the lanes show nothing, or not what they should. */
import type { Tile } from '../../src/protocol/tile';
import type { TimeView } from './geometry';

export type Trouble =
  /** The browser took the canvas's memory away; it comes back by itself, or never. */
  | 'lost'
  /** Painting threw: a fault of ours, which the log has. */
  | 'failed'
  /** There is a picture, and nothing is in this window. */
  | 'empty';

/** Whether what is known covers the whole window and has nothing in it. */
export function nothingIn(tile: Tile | undefined, view: TimeView): boolean {
  if (tile === undefined || tile.fromNs > view.fromNs || tile.toNs < view.toNs) return false;
  return !Object.values(tile).some((part) => part instanceof ArrayBuffer && part.byteLength > 0);
}

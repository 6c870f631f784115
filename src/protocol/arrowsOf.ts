/** The arrows of some things alone: the tile has those of a whole picture, of which only some can be shown. */
import type { TileArrow } from './tile';

export interface ArrowsOfRequest {
  /** Row ids: the selection, and those of its chain of causes. A process stands for its threads too. */
  rows: string[];
  /** ns from the first event. */
  fromNs: number;
  toNs: number;
  /** Of too many those that are nearest to this moment are told. */
  nearNs: number;
}

export interface ArrowsOf {
  /** In the order of time. */
  arrows: TileArrow[];
  /** There are, or may be, more of them in the range. */
  more: boolean;
}

/**
 * The viewport's arrows. Of more than a picture can show those are chosen that tell most of where something happened: one for each
 * stretch of the time in sight, as long as there are some in it, then evenly among the others. The rest is counted.
 */
import { packedIds, type ArrowColumns } from '../model/arrows';
import type { TileArrow } from '../protocol/tile';

/** More arrows than a picture can show: the rest waits for a closer look. */
export const mostArrows = 400;

/**
 * Arrows of the time range that begin or end in a visible row.
 * @param originNs subtracted from the model's times; the range is without it.
 */
export function arrowsBetween(columns: ArrowColumns, originNs: number, visible: readonly string[], fromNs: number, toNs: number): { arrows: TileArrow[]; moreArrows: number } {
  const ids = packedIds(visible);
  const touching: number[] = [];
  for (let index = columns.firstAfter(fromNs + originNs); index < columns.count && columns.at(index) - originNs <= toNs; index++) {
    if (columns.touches(index, ids)) touching.push(index);
  }
  const chosen = touching.length <= mostArrows ? touching : spread(touching, (index) => (columns.at(index) - originNs - fromNs) / Math.max(toNs - fromNs, 1));
  const arrows = chosen.map((index) => {
    const arrow = columns.get(index);
    return { ...arrow, atNs: arrow.atNs - originNs };
  });
  return { arrows, moreArrows: touching.length - chosen.length };
}

/** @param place where an arrow is in the range, 0 to 1. */
function spread(touching: readonly number[], place: (index: number) => number): number[] {
  const chosen = new Set<number>();
  const others: number[] = [];
  let last = -1;
  for (const index of touching) {
    const stretch = Math.min(mostArrows - 1, Math.floor(place(index) * mostArrows));
    if (stretch === last) others.push(index);
    else chosen.add(index);
    last = stretch;
  }
  const room = mostArrows - chosen.size;
  for (let at = 0; at < room; at++) chosen.add(others[Math.floor((at * others.length) / room)]!);
  return [...chosen].sort((a, b) => a - b);
}

/**
 * The viewport's arrows. Of more than a picture can show those are chosen that tell most of where something happened: one for each
 * stretch of the time in sight, as long as there are some in it, then evenly among the others. The rest is counted.
 */
import { ArrowEnds, ArrowRows, type ArrowColumns } from '../model/arrows';
import { grown } from '../model/columns';
import type { TileArrow } from '../protocol/tile';

/** More arrows than a picture can show: the rest waits for a closer look. */
export const mostArrows = 400;

const read = new ArrowRows();
/** Rows that were not chosen at once; used again and again. */
let others = new Uint32Array(1024);

/**
 * Arrows of the time range that begin or end in a visible row.
 * @param originNs subtracted from the model's times; the range is without it.
 */
export function arrowsBetween(columns: ArrowColumns, originNs: number, visible: readonly string[], fromNs: number, toNs: number): { arrows: TileArrow[]; moreArrows: number } {
  const ends = new ArrowEnds(visible);
  const first = columns.firstAfter(fromNs + originNs);
  const last = ends.isEmpty ? first : columns.firstAfter(toNs + originNs);
  const perStretch = mostArrows / Math.max(toNs - fromNs, 1);
  const chosen: number[] = [];
  let more = 0;
  let stretch = -1;
  for (let row = first; row < last; row += read.count) {
    columns.read(row, last, read);
    const { count, at, from, to } = read;
    for (let each = 0; each < count; each++) {
      if (!ends.has(from[each]!) && !ends.has(to[each]!)) continue;
      const begins = Math.min(mostArrows - 1, Math.floor((at[each]! - originNs - fromNs) * perStretch));
      if (begins !== stretch) chosen.push(row + each);
      else {
        if (more === others.length) others = grown(others, 2 * more);
        others[more++] = row + each;
      }
      stretch = begins;
    }
  }
  const room = Math.min(mostArrows - chosen.length, more);
  for (let each = 0; each < room; each++) chosen.push(others[Math.floor((each * more) / room)]!);
  const arrows = chosen.sort((a, b) => a - b).map((row) => {
    const arrow = columns.get(row);
    return { ...arrow, atNs: arrow.atNs - originNs };
  });
  return { arrows, moreArrows: more - room };
}

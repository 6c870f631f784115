/**
 * Draws a lane's cells: thin spans, a column per bin.
 *
 *     ┌ 16 px ┐   the rest of the bin: nothing began there, or it belongs to a vector
 *     │       │
 *     │░░░░░░░│   other states' share
 *     │███████│   the share of the state that took the most time, in its own fill
 *
 * So what is sparse is low and what is dense is high, and what one pixel can't say the next zoom does. Where several bins fall on
 * a pixel (a tile drawn from further away than it was asked for) the fullest of them is drawn.
 */
import { stateCode } from '../../src/protocol/states';
import type { Columns, RowRange } from './columns';
import { spanOf, type TimeView } from './geometry';
import { stripHeight, type LaneImage } from './laneImage';
import type { Palette } from './palette';
import { textureOf } from './texture';

/** Shares that add up to this are the whole bin. */
const whole = 250;
const leastHeight = 3;

/** @param strip where in the image. */
export function paintCells(image: LaneImage, strip: number, columns: Columns, range: RowRange, view: TimeView, palette: Palette): void {
  const { binNs, firstBin } = columns.tile;
  const { runBin, runLength, runCell, runOwner, cellShare, cellRest } = columns;
  const scale = image.width / spanOf(view);
  const binWidth = binNs * scale;
  const origin = (firstBin * binNs - view.fromNs) * scale;
  // The pixel that is gathered where bins are narrower than pixels, and its fullest cell.
  let pixel = -1;
  let fullest = -1;
  let fullestOwner = 0;
  const flush = (): void => {
    if (fullest >= 0) paintCell(image, strip, columns, fullest, fullestOwner, pixel, pixel + 1, palette);
    fullest = -1;
  };
  for (let run = range.runFrom; run < range.runTo; run++) {
    const left = origin + runBin[run]! * binWidth;
    if (left > image.width) break;
    const length = runLength[run]!;
    if (left + length * binWidth < 0) continue;
    const first = left < 0 ? Math.max(0, Math.floor(-left / binWidth) - 1) : 0;
    const last = Math.min(length, Math.ceil((image.width - left) / binWidth) + 1);
    const cells = runCell[run]!;
    const owner = runOwner[run]!;
    if (binWidth >= 1) {
      for (let at = first; at < last; at++) {
        const x = Math.round(left + at * binWidth);
        paintCell(image, strip, columns, cells + at, owner, x, Math.round(left + (at + 1) * binWidth), palette);
      }
      continue;
    }
    for (let at = first; at < last; at++) {
      const cell = cells + at;
      const x = Math.floor(left + (at + 0.5) * binWidth);
      if (x !== pixel) {
        flush();
        pixel = x;
      }
      if (fullest < 0 || cellShare[cell]! + cellRest[cell]! > cellShare[fullest]! + cellRest[fullest]!) {
        fullest = cell;
        fullestOwner = owner;
      }
    }
  }
  flush();
}

function paintCell(image: LaneImage, strip: number, columns: Columns, cell: number, owner: number, left: number, right: number, palette: Palette): void {
  if (right <= 0 || left >= image.width) return;
  const fill = palette.fillOf(columns.cellState[cell]!, owner);
  const share = columns.cellShare[cell]!;
  const rest = columns.cellRest[cell]!;
  const isLine = fill.height <= 6;
  const full = isLine ? stripHeight - 2 : fill.height;
  const bottom = (stripHeight + full) >> 1;
  const own = isLine ? 0 : rest === 0 && share >= whole ? full : Math.max(leastHeight, Math.round((share * full) / 255));
  const others = isLine || share + rest < whole ? Math.min(full - own, Math.round((rest * full) / 255)) : full - own;
  if (others > 0 && rest > 0) image.fill(strip, left, right, bottom - own - others, bottom - own, textureOf(palette.fillOf(stateCode.mixed, 0)));
  if (isLine) {
    const top = (stripHeight - fill.height) >> 1;
    image.fill(strip, left, right, top, top + fill.height, textureOf(fill));
  } else image.fill(strip, left, right, bottom - own, bottom, textureOf(fill));
}

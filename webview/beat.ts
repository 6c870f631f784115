/**
 * While the present is followed the lanes are painted with every frame. All else that shows the time (ages, the minimap's frame, texts)
 * changes with a beat, all of it in the same frame: an element that changes costs layout, a hit test under the pointer and the picture
 * of its layer, which together took more than the lanes themselves.
 */

/** ns. A second that is shown is late by less than that. */
export const beatNs = 250e6;

/** The number of the beat that a moment is in. */
export function beatOf(ns: number): number {
  return Math.floor(ns / beatNs);
}

/**
 * The window as a frame in the strip, and what a pointer does to it. Pure.
 *
 *     ┌──────────────────────────────────────────┐
 *     │        ┃░░░░░░░░░░░┃                     │   edge: resizes · inside: moves · beside: draws a new window
 *     └──────────────────────────────────────────┘   a click anywhere centres the window there
 */
import { clampView, spanOf, type TimeView } from '../../timeline/geometry';

export type Part = 'from' | 'to' | 'inside' | 'beside';

export interface Frame {
  left: number;
  right: number;
}

/** A frame is never thinner, or it could be neither seen nor taken hold of. CSS pixels. */
const leastWidth = 6;
const edgeReach = 5;

/** Where the window stands, within the strip. */
export function frameOf(view: TimeView, extentNs: number, width: number): Frame {
  const place = (ns: number): number => Math.min(Math.max((ns / extentNs) * width, 0), width);
  const [left, right] = [place(view.fromNs), place(view.toNs)];
  if (right - left >= leastWidth) return { left, right };
  const middle = Math.min(Math.max((left + right) / 2, leastWidth / 2), width - leastWidth / 2);
  return { left: middle - leastWidth / 2, right: middle + leastWidth / 2 };
}

export function partAt(x: number, { left, right }: Frame): Part {
  // Of a thin frame the middle third still moves it.
  const reach = Math.min(edgeReach, (right - left) / 3);
  if (x < left - edgeReach || x > right + edgeReach) return 'beside';
  if (x <= left + reach) return 'from';
  return x >= right - reach ? 'to' : 'inside';
}

/** The window after the part was dragged from one moment to another. */
export function dragged(view: TimeView, part: Part, fromNs: number, toNs: number, extentNs: number): TimeView {
  const by = toNs - fromNs;
  switch (part) {
    case 'from': return ordered(view.fromNs + by, view.toNs, extentNs);
    case 'to': return ordered(view.fromNs, view.toNs + by, extentNs);
    case 'inside': return clampView({ fromNs: view.fromNs + by, toNs: view.toNs + by }, extentNs);
    case 'beside': return ordered(fromNs, toNs, extentNs);
  }
}

/** An edge that is dragged over the other changes places with it. */
function ordered(one: number, other: number, extentNs: number): TimeView {
  return clampView({ fromNs: Math.min(one, other), toNs: Math.max(one, other) }, extentNs);
}

export function centred(view: TimeView, atNs: number, extentNs: number): TimeView {
  const half = spanOf(view) / 2;
  return clampView({ fromNs: atNs - half, toNs: atNs + half }, extentNs);
}

/** By arrow key: a tenth of the window. Resizing keeps the begin where it is. */
export function stepped(view: TimeView, by: 1 | -1, resize: boolean, extentNs: number): TimeView {
  const step = (spanOf(view) / 10) * by;
  return resize ? clampView({ fromNs: view.fromNs, toNs: view.toNs + step }, extentNs) : clampView({ fromNs: view.fromNs + step, toNs: view.toNs + step }, extentNs);
}

/**
 * Time to pixel and back. Pure.
 *
 * Limits come from the arithmetic. Times are integer nanoseconds in float64: exact to 2⁵³ ns = 104 days, so a window of
 * `minSpanNs` still tells neighbouring pixels apart at the end of any recording that fits. A canvas, though, keeps its
 * coordinates in float32 (24 bits): at full zoom the far end of a long span lies 10¹² pixels away and would be rounded
 * into view, so every x is clamped to just outside the canvas before it is drawn (`clampX`).
 */
export interface TimeView {
  fromNs: number;
  toNs: number;
}

/** One microsecond over the whole width: about a nanosecond for a pixel. */
export const minSpanNs = 1000;

export function spanOf(view: TimeView): number {
  return view.toNs - view.fromNs;
}

/** CSS pixels from the left edge. */
export function timeToX(view: TimeView, width: number, ns: number): number {
  return ((ns - view.fromNs) / spanOf(view)) * width;
}

export function xToTime(view: TimeView, width: number, x: number): number {
  return view.fromNs + (x / width) * spanOf(view);
}

/** Outside by enough that no edge or rounded corner shows. */
export function clampX(x: number, width: number): number {
  return x < -4 ? -4 : x > width + 4 ? width + 4 : x;
}

/** `extentNs` is the recording's length. The middle of the window stays inside the recording; it shows at most a fifth more than all of it. */
export function clampView(view: TimeView, extentNs: number): TimeView {
  const extent = Math.max(extentNs, minSpanNs);
  const span = Math.min(Math.max(spanOf(view), minSpanNs), extent * 1.2);
  const middle = Math.min(Math.max((view.fromNs + view.toNs) / 2, 0), extent);
  return { fromNs: middle - span / 2, toNs: middle + span / 2 };
}

/** factor < 1 zooms in; `atNs` keeps its pixel where the limits allow it. */
export function zoom(view: TimeView, factor: number, atNs: number, extentNs: number): TimeView {
  const span = Math.min(Math.max(spanOf(view) * factor, minSpanNs), Math.max(extentNs, minSpanNs) * 1.2);
  const share = (atNs - view.fromNs) / spanOf(view);
  const fromNs = atNs - share * span;
  return clampView({ fromNs, toNs: fromNs + span }, extentNs);
}

export function pan(view: TimeView, byNs: number, extentNs: number): TimeView {
  return clampView({ fromNs: view.fromNs + byNs, toNs: view.toNs + byNs }, extentNs);
}

/** All of the recording, with a little air on both sides. */
export function fitView(extentNs: number): TimeView {
  const extent = Math.max(extentNs, minSpanNs);
  return { fromNs: -extent * 0.01, toNs: extent * 1.03 };
}

/** A window around a span, three times as wide as the span. */
export function around(beginNs: number, endNs: number, extentNs: number): TimeView {
  const span = Math.max(endNs - beginNs, minSpanNs / 3);
  return clampView({ fromNs: beginNs - span, toNs: endNs + span }, extentNs);
}

/** What is asked for: a little more than what is seen, so that a pan finds something drawn. */
export function overscan(view: TimeView, share: number): TimeView {
  const more = spanOf(view) * share;
  return { fromNs: view.fromNs - more, toNs: view.toNs + more };
}

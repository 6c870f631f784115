/**
 * A fill with its pattern as 8 × 8 pixels, for what is drawn pixel by pixel: the same patterns as `patterns.ts` strokes, so that a
 * state looks alike in a wide span and in a row of thin ones.
 */
import type { Rgb } from './colors';
import type { Pattern } from './looks';
import type { Fill } from './palette';

export const textureSize = 8;

const strokes: Readonly<Record<Pattern, (x: number, y: number) => boolean>> = {
  none: () => false,
  hatch: (x, y) => (x + y) % 8 === 0,
  backhatch: (x, y) => (x + 8 - y) % 8 === 0,
  cross: (x, y) => (x + y) % 8 === 0 || (x + 8 - y) % 8 === 0,
  lines: (_, y) => y === 2 || y === 6,
  bars: (x) => x === 4,
  dots: (x, y) => (x >> 1 === 1 && y >> 1 === 1) || (x >> 1 === 3 && y >> 1 === 3),
};

/** One opaque pixel of an ImageData, as a little-endian number. */
function pixel([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

const made = new WeakMap<Fill, Uint32Array>();

/** Row by row. */
export function textureOf(fill: Fill): Uint32Array {
  let texture = made.get(fill);
  if (texture === undefined) {
    const [base, stroke] = [pixel(fill.rgb.base), pixel(fill.rgb.stroke)];
    texture = Uint32Array.from({ length: textureSize * textureSize }, (_, at) => (strokes[fill.pattern](at % textureSize, Math.floor(at / textureSize)) ? stroke : base));
    made.set(fill, texture);
  }
  return texture;
}

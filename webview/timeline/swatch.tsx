/**
 * A sample of a state's fill, painted as the lanes are. An image and no canvas: a browser gives each canvas a layer of its own, and
 * puts the twenty of a legend together anew with every frame of the lanes.
 */
import type { JSX } from 'preact';
import type { SpanState } from '../../src/protocol/states';
import type { Fill, Palette } from './palette';
import { Patterns } from './patterns';
import { density, palette } from './theme';

const width = 18;
const height = 12;

export function Swatch({ state, owner }: { state: SpanState; owner: number }): JSX.Element {
  return <img class="swatch" src={pictureOf(palette.value, state, owner, density.value)} width={width} height={height} alt="" aria-hidden="true" draggable={false} />;
}

const patterns = new Patterns();
/** Each fill's, a palette's few dozen: a palette makes a fill once. */
const pictures = new WeakMap<Fill, { dense: number; url: string }>();

/** @param dense device pixels per CSS pixel. @returns a data URL; empty where the browser has no canvas to give. */
function pictureOf(colors: Palette, state: SpanState, owner: number, dense: number): string {
  const fill = colors.fill(state, owner);
  let picture = pictures.get(fill);
  if (picture?.dense !== dense) {
    picture = { dense, url: draw(colors, fill, dense) };
    pictures.set(fill, picture);
  }
  return picture.url;
}

function draw(colors: Palette, fill: Fill, dense: number): string {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * dense);
  canvas.height = Math.round(height * dense);
  const context = canvas.getContext('2d');
  if (context === null) return '';
  context.setTransform(dense, 0, 0, dense, 0, 0);
  const high = Math.min(fill.height, height);
  const top = (height - high) / 2;
  context.fillStyle = fill.base;
  context.fillRect(0, top, width, high);
  const pattern = patterns.get(fill.pattern, fill.stroke, dense);
  if (pattern !== null) {
    context.fillStyle = pattern;
    context.fillRect(0, top, width, high);
  }
  if (colors.outline !== null) {
    context.strokeStyle = colors.outline;
    context.strokeRect(0.5, top + 0.5, width - 1, high - 1);
  }
  return canvas.toDataURL();
}

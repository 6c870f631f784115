/**
 * What is too thin for a rectangle each is drawn pixel by pixel into one picture, a strip per lane, and laid over the lanes: 64 lanes of
 * 1,600 cells took 47 ms as rectangles and 0.7 ms so. Columns are device pixels; rows are CSS pixels, stretched where the screen is denser.
 */
import { textureSize } from './texture';

/** Makes a picture of the pixels, in the browser's way: they may change after the next call. */
export type MakePicture = (pixels: Uint32Array, width: number, height: number) => CanvasImageSource | null;

/** Height of the highest bar. */
export const stripHeight = 16;

export class LaneImage {
  private pixels = new Uint32Array(0);
  width = 0;
  strips = 0;

  constructor(private readonly makePicture: MakePicture) {}

  /** A new picture, so many device pixels wide. */
  begin(width: number): void {
    this.width = width;
    this.strips = 0;
  }

  /** @returns the number of a strip that is empty. */
  addStrip(): number {
    const strip = this.strips++;
    const size = this.width * stripHeight;
    if (this.pixels.length < (strip + 1) * size) {
      const larger = new Uint32Array(Math.max((strip + 1) * size, this.pixels.length * 2));
      larger.set(this.pixels.subarray(0, strip * size));
      this.pixels = larger;
    }
    this.pixels.fill(0, strip * size, (strip + 1) * size);
    return strip;
  }

  /** Fills a part of a strip; what is outside of it is left out. */
  fill(strip: number, left: number, right: number, top: number, bottom: number, texture: Uint32Array): void {
    const { pixels, width } = this;
    const from = left < 0 ? 0 : left;
    const to = right > width ? width : right;
    for (let y = top; y < bottom; y++) {
      const line = (strip * stripHeight + y) * width;
      const row = (y % textureSize) * textureSize;
      for (let x = from; x < to; x++) pixels[line + x] = texture[row + (x & 7)]!;
    }
  }

  /** A pixel, 0 where nothing was drawn. */
  at(strip: number, x: number, y: number): number {
    return this.pixels[(strip * stripHeight + y) * this.width + x]!;
  }

  picture(): CanvasImageSource | null {
    return this.strips === 0 ? null : this.makePicture(this.pixels, this.width, this.strips * stripHeight);
  }
}

/** On a canvas that is kept and grows; null where the browser has none to give. */
export function pictureMaker(): MakePicture {
  let canvas: OffscreenCanvas | null = null;
  return (pixels, width, height) => {
    if (canvas?.width !== width || canvas.height < height) {
      canvas = new OffscreenCanvas(width, Math.ceil(height / (8 * stripHeight)) * 8 * stripHeight);
    }
    const context = canvas.getContext('2d');
    if (context === null) return null;
    const bytes = new Uint8ClampedArray(pixels.buffer as ArrayBuffer, pixels.byteOffset, width * height * 4);
    context.putImageData(new ImageData(bytes, width, height), 0, 0);
    return canvas;
  };
}

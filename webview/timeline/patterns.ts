/**
 * Patterns over the fills: small tiles, made once per pattern, colour and pixel density. Drawn at device pixels and scaled
 * back, or lines would blur on dense screens.
 */
import type { Pattern } from './looks';

const size = 8;

/** Draws one tile of `size` units; lines wrap at the edges so that tiles join without a seam. */
function strokeTile(context: OffscreenCanvasRenderingContext2D, pattern: Exclude<Pattern, 'none'>): void {
  context.lineWidth = 1.2;
  context.beginPath();
  const line = (x1: number, y1: number, x2: number, y2: number): void => {
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
  };
  const hatch = (): void => {
    line(-2, 2, 2, -2);
    line(-2, size + 2, size + 2, -2);
    line(size - 2, size + 2, size + 2, size - 2);
  };
  const backhatch = (): void => {
    line(-2, size - 2, 2, size + 2);
    line(-2, -2, size + 2, size + 2);
    line(size - 2, -2, size + 2, 2);
  };
  switch (pattern) {
    case 'hatch': hatch(); break;
    case 'backhatch': backhatch(); break;
    case 'cross': hatch(); backhatch(); break;
    case 'lines':
      line(0, 2, size, 2);
      line(0, 6, size, 6);
      break;
    case 'bars': line(4, 0, 4, size); break;
    case 'dots':
      for (const [x, y] of [[2, 2], [6, 6]] as const) {
        context.moveTo(x + 1, y);
        context.arc(x, y, 1, 0, Math.PI * 2);
      }
      context.fill();
      return;
  }
  context.stroke();
}

export class Patterns {
  private readonly cache = new Map<string, CanvasPattern | null>();

  /** `null` where there is nothing to lay over the fill. */
  get(pattern: Pattern, color: string, density: number): CanvasPattern | null {
    if (pattern === 'none') return null;
    const key = `${pattern}/${color}/${density}`;
    let made = this.cache.get(key);
    if (made === undefined) {
      made = this.make(pattern, color, density);
      this.cache.set(key, made);
    }
    return made;
  }

  private make(pattern: Exclude<Pattern, 'none'>, color: string, density: number): CanvasPattern | null {
    const pixels = Math.max(1, Math.round(size * density));
    const context = new OffscreenCanvas(pixels, pixels).getContext('2d');
    if (context === null) return null;
    context.scale(pixels / size, pixels / size);
    context.strokeStyle = color;
    context.fillStyle = color;
    strokeTile(context, pattern);
    const made = context.createPattern(context.canvas, 'repeat');
    made?.setTransform(new DOMMatrix().scale(size / pixels));
    return made;
  }

  clear(): void {
    this.cache.clear();
  }
}

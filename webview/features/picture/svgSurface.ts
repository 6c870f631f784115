/**
 * A surface that writes SVG: the painters of the screen draw a picture that can be scaled, searched and edited. Rectangles of one fill that
 * follow each other are one path; dense cells, which are pixels on the screen too, are an embedded image.
 */
import { offCanvas } from './offCanvas';
import type { Surface } from '../../timeline/surface';

type Style = Pick<Surface, 'fillStyle' | 'strokeStyle' | 'lineWidth' | 'font' | 'textAlign' | 'textBaseline'>;

export function escapeXml(text: string): string {
  // Control characters are no XML, escaped or not.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const n = (value: number): string => String(Math.round(value * 100) / 100);
const anchors: Readonly<Record<string, string>> = { center: 'middle', right: 'end', end: 'end' };

export class SvgSurface implements Surface {
  fillStyle: Surface['fillStyle'] = '#000';
  strokeStyle: Surface['strokeStyle'] = '#000';
  lineWidth = 1;
  font = '11px sans-serif';
  textAlign: CanvasTextAlign = 'left';
  textBaseline: CanvasTextBaseline = 'alphabetic';
  private readonly out: string[] = [];
  private path = '';
  private dash: number[] = [];
  private readonly stack: (Style & { dash: number[] })[] = [];
  /** Rectangles that wait for one of another fill. */
  private rects = '';
  private rectFill = '';
  private readonly measure = offCanvas(1, 1);

  /** What was drawn, as elements. */
  get content(): string {
    this.flush();
    return this.out.join('\n');
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, font, textAlign, textBaseline, dash } = this;
    this.stack.push({ fillStyle, strokeStyle, lineWidth, font, textAlign, textBaseline, dash });
  }

  restore(): void {
    const before = this.stack.pop();
    if (before !== undefined) Object.assign(this, before);
  }

  beginPath(): void {
    this.path = '';
  }

  closePath(): void {
    this.path += 'Z';
  }

  moveTo(x: number, y: number): void {
    this.path += `M${n(x)} ${n(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.path += `L${n(x)} ${n(y)}`;
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.path += `C${n(x1)} ${n(y1)} ${n(x2)} ${n(y2)} ${n(x)} ${n(y)}`;
  }

  /** Of the painters' arcs each is whole. */
  arc(x: number, y: number, radius: number): void {
    this.path += `M${n(x - radius)} ${n(y)}a${n(radius)} ${n(radius)} 0 1 0 ${n(2 * radius)} 0a${n(radius)} ${n(radius)} 0 1 0 ${n(-2 * radius)} 0`;
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.path += box(x, y, width, height);
  }

  /** Each part of the picture is clipped as a whole. */
  clip(): void {
    this.flush();
  }

  fill(): void {
    this.element(`<path d="${this.path}" fill="${paint(this.fillStyle)}"/>`);
  }

  stroke(): void {
    this.element(`<path d="${this.path}" fill="none" ${this.line()}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const fill = paint(this.fillStyle);
    if (fill !== this.rectFill) this.flush();
    this.rectFill = fill;
    this.rects += box(x, y, width, height);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.element(`<path d="${box(x, y, width, height)}" fill="none" ${this.line()}/>`);
  }

  fillText(text: string, x: number, y: number): void {
    const [, weight = '', size = '11', family = 'sans-serif'] = /^(bold )?([\d.]+)px (.*)$/.exec(this.font) ?? [];
    const anchor = anchors[this.textAlign];
    const middle = this.textBaseline === 'middle' ? ' dominant-baseline="central"' : this.textBaseline === 'top' ? ' dominant-baseline="hanging"' : '';
    this.element(`<text x="${n(x)}" y="${n(y)}" font-size="${size}"${weight === '' ? '' : ' font-weight="bold"'} font-family="${escapeXml(family)}"${anchor === undefined ? '' : ` text-anchor="${anchor}"`}${middle} fill="${paint(this.fillStyle)}" xml:space="preserve">${escapeXml(text)}</text>`);
  }

  measureText(text: string): TextMetrics {
    this.measure.font = this.font;
    return this.measure.measureText(text);
  }

  setLineDash(segments: number[]): void {
    this.dash = segments;
  }

  setTransform(): void {
    // The painters draw in CSS pixels, and so does this.
  }

  drawImage(image: CanvasImageSource, ...at: number[]): void {
    if (at.length !== 8) return;
    const [sx, sy, sw, sh, x, y, width, height] = at as [number, number, number, number, number, number, number, number];
    const part = offCanvas(Math.max(1, Math.round(sw)), Math.max(1, Math.round(sh)));
    part.drawImage(image, sx, sy, sw, sh, 0, 0, sw, sh);
    this.element(`<image x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" preserveAspectRatio="none" href="${part.canvas.toDataURL('image/png')}"/>`);
  }

  private element(text: string): void {
    this.flush();
    this.out.push(text);
  }

  private flush(): void {
    if (this.rects !== '') this.out.push(`<path d="${this.rects}" fill="${this.rectFill}"/>`);
    this.rects = '';
    this.rectFill = '';
  }

  private line(): string {
    const dash = this.dash.length === 0 ? '' : ` stroke-dasharray="${this.dash.map(n).join(' ')}"`;
    return `stroke="${paint(this.strokeStyle)}" stroke-width="${n(this.lineWidth)}"${dash}`;
  }
}

function box(x: number, y: number, width: number, height: number): string {
  return `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}z`;
}

/** A pattern is a reference to one that the picture defines. */
function paint(style: Surface['fillStyle']): string {
  return typeof style === 'string' ? escapeXml(style) : 'none';
}

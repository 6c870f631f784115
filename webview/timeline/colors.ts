/**
 * Theme colours come as the text of CSS variables. What is drawn on the canvas is mixed with the background here, once, and
 * not by alpha on the canvas: overlapping translucent spans would add up, and text contrast could not be told.
 */
export type Rgb = readonly [red: number, green: number, blue: number];

/** #rgb, #rrggbb, #rrggbbaa, rgb(…), rgba(…); a translucent colour is mixed with `behind`. Undefined for anything else. */
export function parseColor(text: string, behind: Rgb): Rgb | undefined {
  const value = text.trim();
  const hex = /^#([\da-f]{3,8})$/i.exec(value)?.[1];
  if (hex !== undefined) {
    const wide = hex.length <= 4 ? hex.replace(/./g, '$&$&') : hex;
    if (wide.length !== 6 && wide.length !== 8) return undefined;
    const part = (at: number): number => parseInt(wide.slice(at, at + 2), 16);
    const alpha = wide.length === 8 ? part(6) / 255 : 1;
    return mix([part(0), part(2), part(4)], behind, alpha);
  }
  const parts = /^rgba?\(([^)]+)\)$/i.exec(value)?.[1]?.split(/[\s,/]+/).filter((part) => part !== '');
  if (parts === undefined || parts.length < 3) return undefined;
  const numbers = parts.map((part) => (part.endsWith('%') ? (Number(part.slice(0, -1)) / 100) : Number(part)));
  if (numbers.some((number) => Number.isNaN(number))) return undefined;
  return mix([numbers[0]!, numbers[1]!, numbers[2]!], behind, numbers[3] ?? 1);
}

/** Whether it is a colour that looks the same on every background. */
export function isOpaque(text: string): boolean {
  const [onBlack, onWhite] = [parseColor(text, [0, 0, 0]), parseColor(text, [255, 255, 255])];
  return onBlack !== undefined && onWhite !== undefined && css(onBlack) === css(onWhite);
}

/** `share` of the first colour over the second. */
export function mix(over: Rgb, under: Rgb, share: number): Rgb {
  const channel = (index: 0 | 1 | 2): number => Math.round(over[index] * share + under[index] * (1 - share));
  return [channel(0), channel(1), channel(2)];
}

export function css(color: Rgb): string {
  return `rgb(${color[0]}, ${color[1]}, ${color[2]})`;
}

function luminance(color: Rgb): number {
  const linear = (value: number): number => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(color[0]) + 0.7152 * linear(color[1]) + 0.0722 * linear(color[2]);
}

/** WCAG contrast, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The first of the inks that can be read on it, else black or white. */
export function inkOn(background: Rgb, inks: readonly Rgb[]): Rgb {
  for (const ink of inks) {
    if (contrast(ink, background) >= 4.5) return ink;
  }
  return contrast([0, 0, 0], background) >= contrast([255, 255, 255], background) ? [0, 0, 0] : [255, 255, 255];
}

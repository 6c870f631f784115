/**
 * The theme's colours as the canvas needs them: read once from the computed style, read again when the theme changes.
 */
import { spanStates, type SpanState } from '../../src/protocol/states';
import { css, inkOn, isOpaque, mix, parseColor, type Rgb } from './colors';
import { looks, type Hue, type Pattern } from './looks';

/** How one kind of span is filled. */
export interface Fill {
  /** Tells fills apart in caches. */
  key: string;
  base: string;
  pattern: Pattern;
  /** The pattern's strokes. */
  stroke: string;
  /** Text on it. */
  ink: string;
  height: number;
  /** `base` and `stroke` as numbers, for pictures that are made pixel by pixel. */
  rgb: { base: Rgb; stroke: Rgb };
}

export interface Palette {
  highContrast: boolean;
  background: string;
  foreground: string;
  muted: string;
  grid: string;
  rowLine: string;
  processRow: string;
  hoverRow: string;
  selectedRow: string;
  focus: string;
  now: string;
  arrow: string;
  arrowStrong: string;
  cause: string;
  warning: string;
  /** What a debugger stopped. */
  stop: string;
  /** Border around every span in high contrast; null elsewhere. */
  outline: string | null;
  font: string;
  /** Fill of a state; connection states take the owner's hue. */
  fill(state: SpanState, owner: number): Fill;
  /** The same by the state's code in a tile; the same object for the same fill. */
  fillOf(code: number, owner: number): Fill;
  /** The hue that stands for a thread; grey for none. */
  owner(owner: number): string;
}

/** What a CSS variable says; '' where it is not set. */
export type ReadVariable = (name: string) => string;

type PlainHue = Exclude<Hue, 'owner'>;

const hueVariables: Readonly<Record<PlainHue, readonly [variable: string, dark: string, light: string]>> = {
  green: ['--vscode-charts-green', '#89d185', '#388a34'],
  blue: ['--vscode-charts-blue', '#3794ff', '#1a85ff'],
  purple: ['--vscode-charts-purple', '#b180d7', '#652d90'],
  orange: ['--vscode-charts-orange', '#d18616', '#d18616'],
  yellow: ['--vscode-charts-yellow', '#cca700', '#bf8803'],
  red: ['--vscode-charts-red', '#f14c4c', '#e51400'],
  cyan: ['--vscode-terminal-ansiCyan', '#11a8cd', '#0598bc'],
  grey: ['--vscode-descriptionForeground', '#9d9d9d', '#717171'],
};

/**
 * Hues of owners: each lies between two hues of the theme, so that no owner looks like a state (green is active, blue waits
 * for the network), and neighbours are far apart: teal, pink, amber, indigo, lime, coral, cyan.
 */
const ownerHues: readonly (readonly [first: PlainHue, second: PlainHue, share: number])[] = [
  ['green', 'cyan', 0.35], ['red', 'purple', 0.45], ['yellow', 'orange', 0.5], ['purple', 'blue', 0.55], ['green', 'yellow', 0.45], ['red', 'orange', 0.55], ['cyan', 'blue', 0.8],
];

export function readPalette(read: ReadVariable, highContrast: boolean): Palette {
  const background = parseColor(read('--vscode-editor-background'), [30, 30, 30]) ?? [30, 30, 30];
  const dark = background[0] + background[1] + background[2] < 384;
  const color = (variable: string, fallback: string): Rgb =>
    parseColor(read(variable), background) ?? parseColor(fallback, background) ?? background;
  const hueOf = (name: PlainHue): Rgb => {
    const [variable, onDark, onLight] = hueVariables[name];
    // One that is translucent is made to lie over text (VS Code's orange is that of a match found): mixed with the background it is no hue.
    const value = read(variable);
    return color(isOpaque(value) ? variable : '', dark ? onDark : onLight);
  };

  const foreground = color('--vscode-editor-foreground', dark ? '#cccccc' : '#3b3b3b');
  const muted = color('--vscode-descriptionForeground', dark ? '#9d9d9d' : '#717171');
  const focus = color('--vscode-focusBorder', '#0078d4');
  const line = mix(foreground, background, highContrast ? 0.35 : 0.09);
  const owners = ownerHues.map(([first, second, share]) => mix(hueOf(first), hueOf(second), share));
  const ownerOf = (owner: number): Rgb => (owner === 0 ? muted : owners[(owner - 1) % owners.length]!);
  const contrastBorder = parseColor(read('--vscode-contrastBorder'), background);

  const cache = new Map<string, Fill>();
  const make = (key: string, state: SpanState, owner: number): Fill => {
    const look = looks[state];
    const hue = look.hue === 'owner' ? ownerOf(owner) : hueOf(look.hue);
    const base = mix(hue, background, look.strength);
    const stroke = mix(hue, background, Math.min(1, look.strength + 0.36));
    return {
      key,
      base: css(base),
      pattern: look.pattern,
      stroke: css(stroke),
      ink: css(inkOn(base, [foreground, background])),
      height: look.height,
      rgb: { base, stroke },
    };
  };
  const fill = (state: SpanState, owner: number): Fill => {
    const key = looks[state].hue === 'owner' ? `${state}/${owner === 0 ? 0 : ((owner - 1) % owners.length) + 1}` : state;
    let known = cache.get(key);
    if (known === undefined) cache.set(key, (known = make(key, state, owner)));
    return known;
  };
  // A picture asks for thousands of fills: found by number, without making a key.
  const byCode: (Fill | undefined)[] = [];

  return {
    highContrast,
    background: css(background),
    foreground: css(foreground),
    muted: css(muted),
    grid: css(line),
    rowLine: css(mix(foreground, background, highContrast ? 0.25 : 0.05)),
    processRow: css(mix(foreground, background, highContrast ? 0 : 0.04)),
    hoverRow: css(color('--vscode-list-hoverBackground', dark ? '#2a2d2e' : '#f2f2f2')),
    selectedRow: css(color('--vscode-list-inactiveSelectionBackground', dark ? '#37373d' : '#e4e6f1')),
    focus: css(focus),
    now: css(hueOf('red')),
    arrow: css(mix(foreground, background, 0.6)),
    arrowStrong: css(foreground),
    cause: css(hueOf('red')),
    warning: css(hueOf('yellow')),
    stop: css(highContrast ? foreground : mix(hueOf('red'), foreground, 0.7)),
    outline: highContrast ? css(contrastBorder ?? foreground) : null,
    font: read('--vscode-font-family') || 'system-ui, sans-serif',
    fill,
    fillOf(code, owner) {
      const place = code * (owners.length + 1) + (owner === 0 ? 0 : ((owner - 1) % owners.length) + 1);
      return (byCode[place] ??= fill(stateOfCode(code), owner));
    },
    owner: (owner) => css(ownerOf(owner)),
  };
}

/** A state that this version knows by its code in a tile; a newer engine's is unknown. */
export function stateOfCode(code: number): SpanState {
  return spanStates[code] ?? 'unknown';
}

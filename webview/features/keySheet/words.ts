/** What the caps of a keyboard say, and what the mouse does. */
import { t } from '../../words';

const symbols: Readonly<Record<string, string>> = {
  ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Shift: '⇧', Enter: '↵', Backspace: '⌫', Escape: 'Esc', PageUp: 'PgUp', PageDown: 'PgDn',
};

/** The caps of a key's name in `Action.keys`: `Shift+a` → ⇧ A. */
export function keyCaps(name: string): string[] {
  const shifted = name.startsWith('Shift+');
  const key = shifted ? name.slice('Shift+'.length) : name;
  const cap = key === 'Space' ? t('Space') : symbols[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  return shifted ? ['⇧', cap] : [cap];
}

export interface MouseGesture {
  gesture: string;
  meaning: string;
}

/** In the person's language. */
export function mouseGestures(): readonly MouseGesture[] {
  return [
    { gesture: t('Click a span'), meaning: t('Select it and open its source line') },
    { gesture: t('Double-click a row name'), meaning: t('Open the source line') },
    { gesture: t('Drag the lanes'), meaning: t('Move through time and rows') },
    { gesture: t('Shift+drag the lanes'), meaning: t('Totals of these rows and this time') },
    { gesture: t('Drag the axis'), meaning: t('Totals of this time') },
    { gesture: t('Wheel'), meaning: t('Scroll the rows') },
    { gesture: t('Shift+wheel, or sideways'), meaning: t('Move through time') },
    { gesture: t('Ctrl+wheel, or pinch'), meaning: t('Zoom at the pointer') },
    { gesture: t('Click or drag in the overview'), meaning: t('Move the window; drag beside its frame for a new one') },
  ];
}

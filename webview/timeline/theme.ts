/**
 * The theme as signals: VS Code changes the variables on the root element and the classes of the body, and neither tells
 * a canvas. Whoever paints reads `palette` and paints again when it changes.
 */
import { signal } from '@preact/signals';
import { readPalette, type Palette } from './palette';

function read(): Palette {
  const style = getComputedStyle(document.body);
  const { classList } = document.body;
  return readPalette((name) => style.getPropertyValue(name), classList.contains('vscode-high-contrast') || classList.contains('vscode-high-contrast-light'));
}

export const palette = signal<Palette>(readPalette(() => '', false));
/** Device pixels per CSS pixel: changes with the zoom level and when the window moves to another screen. */
export const density = signal(1);

export function watchTheme(): void {
  const update = (): void => {
    palette.value = read();
  };
  const observer = new MutationObserver(update);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id', 'data-vscode-theme-kind'] });
  const watchDensity = (): void => {
    density.value = devicePixelRatio;
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener('change', watchDensity, { once: true });
  };
  watchDensity();
  update();
}

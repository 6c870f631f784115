/** The saved picture: valid XML that shows the rows on the screen, and a PNG at twice the size. Both are put beside the screenshots to be looked at. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { pageTests } from './support/drive';
import type { ThemeName } from './support/themes';
import './support/fakeHost.types';

const { open } = pageTests();
const pictures = resolve(import.meta.dirname, '../screenshots');

it.each(['dark', 'light'] as ThemeName[])('is what is on the screen, in the theme %s', async (theme) => {
  const page = await open({ scenario: 'threading', theme });
  await page.locator('canvas.lanes').focus();
  await page.keyboard.press('e');
  await page.locator('[data-testid=save-svg]').click();
  await page.keyboard.press('e');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => window.fakeHost.messages('saveFile').length)).toBe(2);
  const saved = await page.evaluate(() => {
    const [svg, png] = window.fakeHost.messages('saveFile');
    const parsed = new DOMParser().parseFromString(svg!.content as string, 'image/svg+xml');
    const bytes = new Uint8Array(png!.content as ArrayBuffer);
    return {
      names: [svg!.name, png!.name], svg: svg!.content as string, faults: parsed.querySelectorAll('parsererror').length,
      texts: [...parsed.querySelectorAll('text')].map(({ textContent }) => textContent), patterns: parsed.querySelectorAll('pattern').length,
      width: Number(parsed.documentElement.getAttribute('width')), png: [...bytes],
    };
  });
  expect(saved.names).toEqual(['echo_server.py.svg', 'echo_server.py.png']);
  expect(saved.faults).toBe(0);
  for (const text of ['MainThread', '127.0.0.1:50418', 'receive', '2 s']) expect(saved.texts).toContain(text);
  expect(saved.patterns).toBeGreaterThan(2);
  const png = Buffer.from(saved.png);
  expect(png.toString('latin1', 1, 4)).toBe('PNG');
  expect(png.readUInt32BE(16)).toBe(Math.round(saved.width * 2));
  mkdirSync(pictures, { recursive: true });
  writeFileSync(join(pictures, `saved-${theme}.svg`), saved.svg);
  writeFileSync(join(pictures, `saved-${theme}.png`), png);
});

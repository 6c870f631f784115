/** One picture of every recording in every theme, to be looked at; a fault in the page (content policy, exception) fails it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Harness, painted, screenshot, type OpenPage } from './support/page';
import { scenarios, type ScenarioName } from './support/scenarios';
import { themes, type ThemeName } from './support/themes';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.stop());

const names = Object.keys(scenarios) as ScenarioName[];

/** Panels are docked beside editors, and screens are dense. */
it.each([[480, 420, 1], [340, 300, 1], [900, 560, 2]])('fits %i × %i at %i device pixels', async (width, height, density) => {
  const { page, faults, close } = await harness.open({ scenario: 'threading', width, height, density });
  await painted(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await screenshot(page, `size-${width}x${height}@${density}`);
  expect(overflow).toBe(0);
  expect(faults).toEqual([]);
  await close();
});

/** Its words are longer or shorter, and its lines higher. */
it.each(['zh-cn', 'zh-tw'])('has room for the words of %s', async (language) => {
  const words = JSON.parse(readFileSync(join(import.meta.dirname, `../../l10n/bundle.l10n.${language}.json`), 'utf8')) as Record<string, string>;
  const { page, faults, close } = await harness.open({ scenario: 'threading', words, width: 1300, height: 760 });
  await painted(page);
  await page.locator('[data-row-id=c2]').click();
  await page.getByTestId('doing').waitFor();
  await page.waitForTimeout(300);
  await screenshot(page, `words-${language}`);
  await page.locator('canvas.lanes').focus();
  await page.keyboard.press('?');
  await page.waitForTimeout(300);
  await screenshot(page, `words-keys-${language}`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  expect(faults).toEqual([]);
  await close();
});

/** In one page for each recording (and for none), which changes its theme as an open panel does: to open one takes seconds. */
describe.each([...names, 'empty'] as const)('%s', (name) => {
  let open: OpenPage;
  beforeAll(async () => {
    open = await harness.open(name === 'empty' ? {} : { scenario: name });
    if (name === 'empty') await open.page.waitForSelector('[data-testid=empty]');
    else await painted(open.page);
    await open.page.waitForTimeout(600);
  });
  afterAll(() => open.close());

  it.each(Object.keys(themes) as ThemeName[])('is shown in the theme %s', async (theme) => {
    await open.wear(theme);
    expect(await open.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(rgb(themes[theme].variables['editor-background']));
    await screenshot(open.page, `${name}-${theme}`);
    expect(open.faults).toEqual([]);
  });
});

/** `rgb(31, 31, 31)`, as a page says `#1f1f1f`. */
function rgb(hex: string): string {
  return `rgb(${[1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(', ')})`;
}

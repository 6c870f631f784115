/** One picture of every recording in every theme, to be looked at; a fault in the page (content policy, exception) fails it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Harness, painted, screenshot } from './support/page';
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

describe.each(Object.keys(themes) as ThemeName[])('in the theme %s', (theme) => {
  it.each(names)('shows %s', async (scenario) => {
    const { page, faults, close } = await harness.open({ scenario, theme });
    await painted(page);
    await page.waitForTimeout(600);
    await screenshot(page, `${scenario}-${theme}`);
    expect(faults).toEqual([]);
    await close();
  });

  it('says what to do first', async () => {
    const { page, faults, close } = await harness.open({ theme });
    await page.waitForSelector('[data-testid=empty]');
    await screenshot(page, `empty-${theme}`);
    expect(faults).toEqual([]);
    await close();
  });
});

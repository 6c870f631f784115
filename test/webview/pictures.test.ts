/** One picture of every recording in every theme, to be looked at; a fault in the page (content policy, exception) fails it. */
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

/**
 * axe-core over the panel in every theme: roles, names, contrast of the words. In one page for each theme, in which all that can be opened
 * is opened one after the other: a page costs seconds, a look at it less than one.
 */
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Harness, painted } from './support/page';
import { answerAll, parts } from './support/parts';
import { themes, type ThemeName } from './support/themes';

const axeScript = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Finding {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
}, 60_000);
afterAll(() => harness.stop());

/** @param root only there: all of a page takes a second. */
async function findings(page: Page, root = 'html'): Promise<string[]> {
  // Transitions of the tree have ended: words that are still half transparent have no contrast of their own.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  const found = await page.evaluate(async (selector) => {
    const { axe } = window as unknown as { axe: { run(root: string, options: object): Promise<{ violations: Finding[] }> } };
    return (await axe.run(selector, { resultTypes: ['violations'] })).violations;
  }, root);
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary?.split('\n')[1] ?? ''}`));
}

describe.each(Object.keys(themes) as ThemeName[])('in the theme %s', (theme) => {
  it('finds nothing, whatever is open', async () => {
    const { page, faults, close } = await harness.open({ scenario: 'iterative', theme, width: 1300, height: 760, scripts: [axeScript], reducedMotion: true });
    await painted(page);
    await answerAll(page);
    const all: Record<string, string[]> = { 'nothing open': await findings(page) };
    for (const part of parts) {
      await part.open(page);
      all[part.name] = await findings(page, part.root);
      await part.close(page);
    }
    await page.evaluate(() => window.fakeHost.show('family'));
    await page.locator('[data-row-id=p3]').first().waitFor();
    await page.locator('[data-row-id=p1]').first().click();
    all.family = await findings(page);
    expect(Object.entries(all).filter(([, found]) => found.length > 0)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  }, 120_000);

  it('finds nothing where there is no recording', async () => {
    const { page, close } = await harness.open({ scenario: null, theme, width: 1300, height: 760, scripts: [axeScript] });
    await page.getByTestId('empty').waitFor();
    expect(await findings(page)).toEqual([]);
    await close();
  });
});

it('shows where the keyboard is at every stop, and keeps the theme where the system forces colours', async () => {
  const { page, close } = await harness.open({ scenario: 'iterative', theme: 'highContrast', width: 1300, height: 760, reducedMotion: true });
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await painted(page);
  expect(await page.evaluate(() => getComputedStyle(document.querySelector('.details')!).color)).toBe('rgb(255, 255, 255)');
  const hidden: string[] = [];
  let stops = 0;
  for (let last = false; !last && stops < 100; stops++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const at = document.activeElement;
      if (at === null || at === document.body) return null;
      const isClear = (color: string): boolean => color === 'rgba(0, 0, 0, 0)' || color === 'transparent';
      const [own, after] = [getComputedStyle(at), getComputedStyle(at, '::after')];
      const ring = (own.outlineStyle !== 'none' && !isClear(own.outlineColor)) || (at.classList.contains('splitter') && !isClear(after.backgroundColor));
      return `${ring ? 'ring' : 'hidden'} ${at.tagName} ${at.className}`;
    });
    last = stop === null;
    if (stop?.startsWith('hidden') === true) hidden.push(stop);
  }
  expect(hidden).toEqual([]);
  expect(stops).toBeGreaterThan(20);
  await close();
}, 120_000);

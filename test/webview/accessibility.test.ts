/** axe-core over the panel in every theme: roles, names, contrast of the words. */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Harness, painted } from './support/page';
import type { ScenarioName } from './support/scenarios';
import { themes, type ThemeName } from './support/themes';

const axeScript = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Finding {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.stop());

async function findings(scenario: ScenarioName | null, theme: ThemeName, keys: readonly string[] = []): Promise<string[]> {
  const { page, close } = await harness.open({ scenario, theme, width: 1300, height: 760, scripts: [axeScript] });
  if (scenario !== null) {
    await painted(page);
    await page.locator('[data-row-id=p1]').click();
    await page.locator('canvas.lanes').focus();
    for (const key of keys) await page.keyboard.press(key);
  }
  await page.waitForTimeout(400);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: Finding[] }> } };
    return (await axe.run({ resultTypes: ['violations'] })).violations;
  });
  await close();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary?.split('\n')[1] ?? ''}`));
}

describe.each(Object.keys(themes) as ThemeName[])('in the theme %s', (theme) => {
  it.each([null, 'family', 'threading'] as const)('finds nothing in %s', async (scenario) => {
    expect(await findings(scenario, theme)).toEqual([]);
  });

  it.each([['the rows as a table', ['t']], ['the sheet of keys', ['?']], ['a selected span', ['ArrowDown', 'ArrowDown', '.']]] as const)('finds nothing with %s', async (_, keys) => {
    expect(await findings('threading', theme, keys)).toEqual([]);
  });
});

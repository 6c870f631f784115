/** The panel as a person sees it: its page inside the workbench, through the window's own debugging port. */
import type { FrameLocator, Locator } from 'playwright-core';
import { webviewFrame, workbenchPage } from '../../harness/window';

/**
 * VS Code 1.100 gives each webview a service worker of its own, but all of one origin here: a new one starts only when the
 * old one has given up the requests of a webview that was closed meanwhile, after 30 s. (Hosts with an origin per webview
 * don't know this wait.)
 */
const loaderDeadline = 45_000;

/** The page of the panel in sight. */
export async function panelFrame(): Promise<FrameLocator> {
  const page = await workbenchPage();
  const frame = webviewFrame(page);
  await frame.locator('#root > *').first().waitFor({ timeout: loaderDeadline });
  return frame;
}

export function rowHeaders(frame: FrameLocator, kind: string): Locator {
  return frame.locator(`.headers [data-kind="${kind}"]`);
}

/** Clicks into the lane beside a row's header, at a fraction of the lanes' width. */
export async function clickLane(frame: FrameLocator, header: Locator, fraction: number): Promise<void> {
  const row = await header.boundingBox();
  const lanes = await frame.locator('[data-testid="lanes"]').boundingBox();
  if (row === null || lanes === null) throw new Error('The row or its lane is not in sight.');
  const page = await workbenchPage();
  await page.mouse.click(lanes.x + lanes.width * fraction, row.y + row.height / 2);
}

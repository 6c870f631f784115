/**
 * For suites inside the extension host: the window that they run in, as a person sees it. The API cannot press a
 * button in a webview or take a picture, so the suite drives its own window through the browser's debugging port.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type FrameLocator, type Page } from 'playwright-core';

/** The machine may be busy with other things: what a test waits for may take its time, and a longer wait costs a test that passes nothing. */
const patience = 60_000;

let connection: Promise<Browser> | undefined;

/** The page of the workbench that this extension host belongs to. */
export async function workbenchPage(): Promise<Page> {
  const address = process.env.FORKSCOPE_TEST_CDP;
  if (address === undefined) {
    throw new Error('FORKSCOPE_TEST_CDP is not set: this suite was not started by the harness.');
  }
  const browser = await (connection ??= chromium.connectOverCDP(address));
  const pages = browser.contexts().flatMap((context) => context.pages());
  const page = pages.find((candidate) => /^(http:\/\/127\.0\.0\.1|vscode-file:).*(folder=|ew=|workbench)/.test(candidate.url()));
  if (page === undefined) {
    throw new Error(`No workbench among the pages: ${pages.map((candidate) => candidate.url()).join(', ')}`);
  }
  page.setDefaultTimeout(patience);
  return page;
}

/**
 * The document inside a webview. VS Code wraps it in two frames; `outer` picks the webview where several are open.
 * The product's own elements are then found with the usual locators.
 */
export function webviewFrame(page: Page, outer = 'iframe.webview.ready'): FrameLocator {
  return page.frameLocator(outer).frameLocator('iframe#active-frame');
}

/** Saves a picture of the window below the ignored folder `test/screenshots` and returns its path. */
export async function screenshot(name: string): Promise<string> {
  const folder = process.env.FORKSCOPE_TEST_SCREENSHOTS ?? join(process.cwd(), 'test', 'screenshots');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name.replace(/[^\w.-]+/g, '_').slice(0, 120)}.png`);
  await (await workbenchPage()).screenshot({ path });
  return path;
}

/** Lets go of the window; it stays open. */
export async function disconnect(): Promise<void> {
  const browser = await connection?.catch(() => undefined);
  connection = undefined;
  await browser?.close();
}

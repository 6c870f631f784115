/** A real VS Code in a browser, with the product from source and the bench's own extension beside it, for as long as something is measured. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from '../harness/bundle';
import { ensureNpmVscode } from '../harness/npmVscode';
import { startServer } from '../harness/server';
import { quietSettings } from '../harness/settings';
import { openWorkbench, startBrowser } from '../harness/workbench';
import { moveToCores } from './machine';

export interface WorkbenchBench {
  readonly scratch: string;
  readonly allCores: readonly number[];
  /** The opened folder. */
  readonly folder: string;
  /** Tells `pixel-extension` what to do. */
  readonly env: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The extension host has as little beside it as in a desktop's window: nothing is compressed on the way to the window, and nobody looks for ports to forward. */
  readonly likeDesktop?: boolean;
}

export async function inWorkbench({ scratch, allCores, folder, env, settings, likeDesktop = false }: WorkbenchBench, measure: (page: Page) => Promise<void>): Promise<void> {
  moveToCores(process.pid, allCores); // An editor that starts on one core takes minutes; what counts is measured where the bench says.
  const vscode = await ensureNpmVscode('1.139');
  const browser = await startBrowser({ profileFolder: join(scratch, 'browser') });
  try {
    const server = await startServer(vscode, {
      dataFolder: join(scratch, 'server'),
      moreExtensions: [join(__dirname, 'pixel-extension')],
      settings: quietSettings('dark', { 'forkscope.recordings.folder': join(scratch, 'recordings'), ...(likeDesktop ? { 'remote.autoForwardPorts': false, 'remote.autoForwardPortsSource': 'output' } : {}), ...settings }),
      uncompressed: likeDesktop,
      env: { ...env },
    });
    try {
      await measure(await openWorkbench(browser, { port: server.port, folder, developmentExtension: ROOT }));
    } catch (error) {
      await keepPicture(browser.context.pages()[0]);
      throw error;
    } finally {
      await server.stop();
    }
  } finally {
    await browser.stop();
  }
}

/** What the window showed when the measurement failed. */
async function keepPicture(page: Page | undefined): Promise<void> {
  const path = join(ROOT, 'test', 'screenshots', 'bench-pixel.png');
  await page?.screenshot({ path, timeout: 5000 }).then(() => console.log(`  picture: ${path}`), () => undefined);
}

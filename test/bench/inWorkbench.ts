/** A real VS Code in a browser, with the product from source and the bench's own extension beside it, for as long as something is measured. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from '../harness/root';
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
  /** The window has as little beside it as a desktop's: nothing is compressed on the way to it, nobody looks for ports to forward, and its messages are not told to the driver. */
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
      const page = await openWorkbench(browser, { port: server.port, folder, developmentExtension: ROOT });
      if (likeDesktop) await withoutNetworkNews(page);
      await measure(page);
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

/** The driver of the browser, inside. */
interface Driver {
  readonly _connection?: { toImpl?(page: Page): { delegate?: { _sessions?: Map<string, { _client: { send(method: string): Promise<unknown> } }> } } };
}

/**
 * The driver is told each message of the window's socket, by four processes one after the other: 4 % of a core at 25 pictures a second, which a
 * desktop's window does not have. There is no other way to its session than through its own fields.
 */
async function withoutNetworkNews(page: Page): Promise<void> {
  const sessions = (page as unknown as Driver)._connection?.toImpl?.(page).delegate?._sessions;
  if (sessions === undefined) throw new Error('the driver of the browser keeps its sessions elsewhere now: inWorkbench.ts looks for them in `_connection.toImpl(page).delegate._sessions`');
  for (const { _client } of sessions.values()) await _client.send('Network.disable');
}

/** What the window showed when the measurement failed. */
async function keepPicture(page: Page | undefined): Promise<void> {
  const path = join(ROOT, 'test', 'screenshots', 'bench-pixel.png');
  await page?.screenshot({ path, timeout: 5000 }).then(() => console.log(`  picture: ${path}`), () => undefined);
}

/**
 * The picture of Forkscope at work: for the README, and as the proof that `npm start` shows something. A picture of
 * an empty panel would be worse than none, so it is taken only after the panel has drawn.
 */
import { ensureNoError } from './notifications';
import { sleep, within } from './processes';
import { webviewFrame } from './window';
import { openWorkbench, startBrowser, type WorkbenchOptions } from './workbench';

const PANEL_DEADLINE = 120_000;

export interface PictureOptions {
  readonly file: string;
  readonly profileFolder: string;
  readonly width?: number;
  readonly height?: number;
  /** How long the panel may fill before the picture is taken. */
  readonly settleSeconds: number;
}

/** Opens the workbench headless, waits until the panel draws, and saves a picture of the window. */
export async function takePanelPicture(workbench: WorkbenchOptions, options: PictureOptions): Promise<void> {
  const browser = await startBrowser(options);
  const said: string[] = [];
  let clientsCame: () => void = () => undefined;
  const clients = new Promise<void>((resolve) => (clientsCame = resolve));
  try {
    const page = await openWorkbench(browser, workbench, {
      pageConsole: (text) => {
        said.push(text);
        if (text.includes('[demo]') && text.includes('clients talk')) {
          clientsCame();
        }
      },
    });
    try {
      await webviewFrame(page).locator('canvas').first().waitFor({ timeout: PANEL_DEADLINE });
      await within(clients, PANEL_DEADLINE, 'no clients');
    } catch {
      await page.screenshot({ path: options.file });
      const hints = said.filter((line) => /demo|forkscope/i.test(line)).slice(-10).join('\n');
      throw new Error(`The panel showed no traffic within ${PANEL_DEADLINE / 1000} s; ${options.file} shows the window.\n${hints}`);
    }
    await sleep(options.settleSeconds * 1000);
    await ensureNoError(page);
    await page.screenshot({ path: options.file });
    console.log(`Picture: ${options.file}`);
  } finally {
    await browser.stop();
  }
}

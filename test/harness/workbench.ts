/**
 * The workbench in a headless browser. VS Code's test driver expects two functions on the page: one gets what the
 * extension host says, the other the exit code of the tests. The browser's debugging port is open as well, so that
 * a suite *inside* the extension host can drive the very window it runs in.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { ensureChromium } from './chromium';
import { sleep, within } from './processes';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--force-color-profile=srgb',
  // A headless page counts as hidden now and then; a throttled timer would look like a hang.
  '--disable-background-timer-throttling', '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows',
];

export interface BrowserOptions {
  /** An empty folder for the browser's profile. */
  readonly profileFolder: string;
  readonly width?: number;
  readonly height?: number;
  /** The debugging port; 0, the default, picks a free one. */
  readonly debuggingPort?: number;
  /** The language the workbench asks for, as in `de` or `zh-cn`. */
  readonly locale?: string;
}

/** A running browser without a workbench yet. */
export interface RunningBrowser {
  readonly context: BrowserContext;
  /** `http://127.0.0.1:PORT`, for `chromium.connectOverCDP`. */
  readonly debuggingAddress: string;
  /** Resolves when the browser is gone. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface WorkbenchOptions {
  readonly port: number;
  readonly token?: string;
  readonly folder?: string;
  /** The extension that is loaded from source, beside the installed ones. */
  readonly developmentExtension?: string;
  readonly testsPath?: string;
  /** The display language, as in `zh-cn`. */
  readonly locale?: string;
  /** More pairs for VS Code's payload, like `['enableProposedApi', '']`. */
  readonly payload?: readonly (readonly [string, string])[];
}

/** What the workbench tells while it runs. */
export interface WorkbenchEvents {
  /** A line from the extension host's console. */
  log?(type: string, args: readonly unknown[]): void;
  /** The tests are over. */
  exit?(code: number): void;
  /** The page is beyond help. */
  crash?(reason: string): void;
  /** A line from the page's own console. */
  pageConsole?(text: string): void;
}

/** The address that opens a workbench. */
export function workbenchAddress(options: WorkbenchOptions): string {
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${options.port}${path}`;
  const payload: (readonly [string, string])[] = [
    ...(options.developmentExtension === undefined ? [] : [['extensionDevelopmentPath', remote(options.developmentExtension)] as const]),
    ...(options.testsPath === undefined ? [] : [['extensionTestsPath', remote(options.testsPath)] as const]),
    ...(options.payload ?? []),
  ];
  const address = new URL(`http://127.0.0.1:${options.port}/`);
  if (options.token !== undefined) {
    address.searchParams.set('tkn', options.token);
  }
  address.searchParams.set(options.folder === undefined ? 'ew' : 'folder', options.folder ?? 'true');
  if (payload.length > 0) {
    address.searchParams.set('payload', JSON.stringify(payload));
  }
  return address.href;
}

/** Starts the headless browser. */
export async function startBrowser(options: BrowserOptions): Promise<RunningBrowser> {
  mkdirSync(options.profileFolder, { recursive: true });
  const context = await chromium.launchPersistentContext(options.profileFolder, {
    executablePath: ensureChromium(),
    headless: true,
    args: [...FLAGS, `--remote-debugging-port=${options.debuggingPort ?? 0}`],
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    locale: options.locale ?? 'en-US',
    // We end the browser ourselves, after the server.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const ended = new Promise<void>((resolve) => context.once('close', () => resolve()));
  const port = await debuggingPort(options.profileFolder);
  return {
    context,
    debuggingAddress: `http://127.0.0.1:${port}`,
    ended,
    stop: () => within(context.close(), 5000, 'The browser does not close').catch(() => undefined),
  };
}

/** Opens a workbench in the browser's first page. */
export async function openWorkbench(browser: RunningBrowser, options: WorkbenchOptions, events: WorkbenchEvents = {}): Promise<Page> {
  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => events.log?.(type, args));
  await page.exposeFunction('codeAutomationExit', (code: number) => events.exit?.(code));
  page.on('crash', () => events.crash?.('the page crashed'));
  page.on('pageerror', (error) => events.pageConsole?.(`page error: ${error.message}`));
  page.on('console', (message) => events.pageConsole?.(message.text()));
  if (options.locale !== undefined) {
    await page.addInitScript(speak(options.locale.toLowerCase()));
  }
  await page.goto(workbenchAddress(options), { waitUntil: 'domcontentloaded', timeout: 30_000 });
  return page;
}

/**
 * A script for the page. VS Code's own texts in another language need a language pack, which npm has not; but the
 * language that it hands to extensions, for their manifest and their bundles, is this one variable.
 */
function speak(language: string): string {
  return `Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { get: () => ${JSON.stringify(language)}, set: () => {} });`;
}

/** Chromium writes the port that it chose into its profile. */
async function debuggingPort(profileFolder: string): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      const port = Number(readFileSync(join(profileFolder, 'DevToolsActivePort'), 'utf8').split('\n')[0]);
      if (port > 0) {
        return port;
      }
    } catch {
      // Not written yet.
    }
    await sleep(50);
  }
  throw new Error('Chromium did not open its debugging port.');
}

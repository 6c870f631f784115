/**
 * A page like the one VS Code makes: the same content policy, the theme's variables on the root element, the worker's URI on
 * the body, a fake host behind acquireVsCodeApi. Everything the policy blocks and everything the page throws fails the test.
 */
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { ensureChromium } from '../../harness/chromium';
import type { HostSettings } from './fakeHost';
import { themes, type ThemeName } from './themes';

const root = resolve(import.meta.dirname, '../../..');
const out = join(root, '.cache', 'test-webview');
const screenshots = join(root, 'test', 'screenshots');
const origin = 'https://webview.test';

let built: Promise<void> | undefined;

/** The webview as the build makes it, in a folder of the tests' own, and the fake host. */
function buildPage(): Promise<void> {
  built ??= build({
    entryPoints: {
      main: join(root, 'webview/main.tsx'),
      layoutWorker: join(root, 'webview/layout/worker.ts'),
      fakeHost: join(root, 'test/webview/support/fakeHost.ts'),
    },
    outdir: out, bundle: true, format: 'iife', platform: 'browser', target: 'es2022', jsx: 'automatic', jsxImportSource: 'preact', logLevel: 'warning',
  }).then(() => undefined);
  return built;
}

export interface OpenOptions extends Partial<HostSettings> {
  theme?: ThemeName;
  width?: number;
  height?: number;
  density?: number;
  reducedMotion?: boolean;
  /** More scripts to run in the page before its own. */
  scripts?: string[];
}

export interface OpenPage {
  page: Page;
  /** What went wrong in the page. */
  faults: string[];
  /** Another theme, as VS Code gives it to a page that is open; returns when it is painted. */
  wear(theme: ThemeName): Promise<void>;
  close(): Promise<void>;
}

export class Harness {
  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<Harness> {
    await buildPage();
    return new Harness(await chromium.launch({ executablePath: ensureChromium(), args: ['--no-sandbox', '--disable-gpu'] }));
  }

  async open(options: OpenOptions = {}): Promise<OpenPage> {
    const { theme = 'dark', width = 1100, height = 640, density = 1, reducedMotion = false } = options;
    const context = await this.browser.newContext({ viewport: { width, height }, deviceScaleFactor: density, reducedMotion: reducedMotion ? 'reduce' : 'no-preference' });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    const settings: HostSettings = { scenario: options.scenario ?? null, words: options.words ?? null, state: options.state ?? null, tileDelayMs: options.tileDelayMs ?? 5 };
    await page.addInitScript(`window.fakeHostSettings = ${JSON.stringify(settings)};`);
    await page.addInitScript({ path: join(out, 'fakeHost.js') });
    for (const path of options.scripts ?? []) await page.addInitScript({ path });
    await page.route(`${origin}/**`, async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === '') await route.fulfill({ contentType: 'text/html', body: html(theme) });
      else if (/^[\w.]+$/.test(name)) await route.fulfill({ contentType: name.endsWith('.css') ? 'text/css' : 'text/javascript', body: await readFile(join(out, name), 'utf8') });
      else await route.abort();
    });
    await page.goto(`${origin}/`);
    return { page, faults, wear: (next) => wear(page, next), close: () => context.close() };
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }
}

async function wear(page: Page, theme: ThemeName): Promise<void> {
  await page.evaluate(([variables, bodyClass]) => {
    document.querySelector('style')!.textContent = `html { ${variables} }`;
    document.body.className = bodyClass;
  }, [variablesOf(theme), themes[theme].bodyClass] as const);
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))));
  await nextFrames(page);
}

function variablesOf(theme: ThemeName): string {
  return Object.entries(themes[theme].variables).map(([name, value]) => `--vscode-${name}: ${value};`).join(' ');
}

function html(theme: ThemeName): string {
  const policy = `default-src 'none'; script-src 'nonce-n1'; style-src ${origin} 'nonce-n1'; worker-src blob:; connect-src ${origin}; font-src ${origin}; img-src data: ${origin}`;
  // VS Code sets the variables as a style attribute through its own script; here a nonced style does.
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Forkscope</title><meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="n1">html { ${variablesOf(theme)} }</style><link rel="stylesheet" href="${origin}/main.css"></head>
<body class="${themes[theme].bodyClass}" data-layout-worker="${origin}/layoutWorker.js"><div id="root"></div><script nonce="n1" src="${origin}/main.js"></script></body></html>`;
}

/** Waits until a tile of at least this present is on the canvas, and the picture has settled. */
export async function painted(page: Page, leastNowNs = 0): Promise<void> {
  await page.waitForFunction((least) => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.lanes');
    return canvas !== null && Number(canvas.dataset.drawnSequence ?? 0) > 0 && Number(canvas.dataset.drawnNow ?? 0) >= least;
  }, leastNowNs);
  await nextFrames(page);
}

function nextFrames(page: Page): Promise<unknown> {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Writes a picture to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `webview-${name}.png`) });
}

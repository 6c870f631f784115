/** A VS Code that can be reloaded, stopped and started again on the same data, driven from outside: tests inside it would end with it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { ROOT } from '../../harness/root';
import { ensureNpmVscode } from '../../harness/npmVscode';
import { freePort } from '../../harness/processes';
import { startServer, type RunningServer } from '../../harness/server';
import { quietSettings } from '../../harness/settings';
import { openWorkbench, startBrowser, type RunningBrowser } from '../../harness/workbench';

/** The machine may be busy: what passes never waits so long. */
const patience = 120_000;

export class Window {
  private browser: RunningBrowser | undefined;
  private server: RunningServer | undefined;
  private opened: Page | undefined;
  /** A page's storage belongs to its address: each start has the same. */
  private port: number | undefined;

  /** @param scratch keeps the user's data. @param folder is opened. */
  constructor(private readonly scratch: string, private readonly folder: string) {}

  get page(): Page {
    if (this.opened === undefined) throw new Error('VS Code does not run.');
    return this.opened;
  }

  /** The user's data: settings, logs, recordings. */
  get dataFolder(): string {
    return join(this.scratch, 'user');
  }

  async start(): Promise<void> {
    this.port ??= await freePort();
    const { dataFolder } = this;
    mkdirSync(dataFolder, { recursive: true });
    const vscode = await ensureNpmVscode('1.139');
    // As people have it: a terminal outlives a reload of its window.
    const settings = quietSettings('dark', { 'terminal.integrated.enablePersistentSessions': true });
    this.server = await startServer(vscode, { dataFolder, port: this.port, settings, moreExtensions: [join(ROOT, 'test', 'harness', 'debugpy-extension')] });
    this.browser = await startBrowser({ profileFolder: join(this.scratch, 'browser'), width: 1900, height: 1200 });
    this.opened = await openWorkbench(this.browser, { port: this.port, folder: this.folder, developmentExtension: ROOT });
    this.opened.setDefaultTimeout(patience);
    await this.workbench();
  }

  async stop(): Promise<void> {
    await this.browser?.stop();
    await this.server?.stop();
    this.browser = this.server = this.opened = undefined;
  }

  async reload(): Promise<void> {
    await this.page.evaluate(() => document.body.classList.add('before-reload'));
    await this.command('Developer: Reload Window');
    await this.page.locator('body:not(.before-reload) .monaco-workbench').first().waitFor();
    await this.workbench();
  }

  /** A file of the folder, as an editor. */
  async openFile(name: string): Promise<void> {
    await this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).dblclick();
  }

  /** A command of the palette. */
  async command(name: string): Promise<void> {
    const field = this.page.locator('.quick-input-widget:visible .quick-input-box input');
    const deadline = Date.now() + 2 * patience;
    // The workbench takes no key while it still begins, and knows an extension's commands only then.
    for (;;) {
      try {
        // In the panel Escape would mean something.
        if (await field.isVisible()) await field.press('Escape');
        await this.page.keyboard.press('F1');
        await field.waitFor({ timeout: 5000 });
        await field.fill(`>${name}`, { timeout: 3000 });
        await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click({ timeout: 5000 });
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  }

  /** The page of the panel that has such a row. */
  async panel(row: string): Promise<FrameLocator> {
    const webviews = this.page.locator('iframe.webview.ready');
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      for (let at = 0; at < (await webviews.count()); at++) {
        const frame = webviews.nth(at).contentFrame().frameLocator('iframe#active-frame');
        if ((await frame.locator('.headers .row-header', { hasText: row }).count().catch(() => 0)) > 0) return frame;
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error(`No panel with a row ${row}.`);
  }

  private async workbench(): Promise<void> {
    await this.page.locator('.monaco-workbench .statusbar-item').first().waitFor();
  }
}

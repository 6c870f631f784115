/**
 * What went wrong and nobody saw: the extension host's own log, the product's log, and the console of the window's page. Only what was written since the last look counts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Page } from 'playwright-core';

/** One entry of a log: a line with its time, and the lines of a stack below it. */
const entry = /^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \[)/m;
const bad = /^\S+ \S+ \[(error|critical)\]/;
/** What is not the product's, whoever runs in this window; each with what it is of. */
const ofOthers: readonly RegExp[] = [
  /node_modules\/playwright-core/, // The suite's own way to the window: an old library in the extension host.
  /EEXIST: file already exists, open '[^']*vscode\.lock'/, // VS Code's lock on a folder's data, where a window was reloaded.
  /Could not find pty \d+ on pty host/, // A terminal whose program ends while its size is being set.
  /\/ripgrep\/bin\/rg ENOENT|Timed out getting tasks from/, // npm's VS Code has no program for searching files.
  /Failed to load resource|net::ERR_|open-vsx|the page: \[?(mcp|chat)/i, // A server of tests without a net.
  /Server\[pid=\d+\] disconnected unexpectedly/, // debugpy's adapter, of a program that it ends to restart it.
];

export class EditorLogs {
  private readonly read = new Map<string, number>();
  private readonly said: string[] = [];

  /** @param userData the editor's folder of data, of this start alone. */
  constructor(private readonly userData: string) {}

  /** Hears the page from now on. */
  hear(page: Page): void {
    page.on('pageerror', ({ message, stack }) => this.said.push(`the page: ${stack ?? message}`));
    page.on('console', (message) => message.type() === 'error' && this.said.push(`the page: ${message.text()}`));
  }

  /** The logs of the extension host and of the product's channel, the newest last. */
  files(): { readonly host: readonly string[]; readonly product: readonly string[] } {
    const all = logsBelow(join(this.userData, 'data', 'logs')).concat(logsBelow(join(this.userData, 'logs'))).sort();
    return {
      host: all.filter((path) => /^(remote)?exthost\.log$/.test(basename(path))),
      product: all.filter((path) => basename(dirname(path)) === 'forkscope.forkscope'),
    };
  }

  /** Passes over what was written so far. */
  skip(): void {
    this.troubles();
  }

  /** Every error since the last look, an entry each. Throws where there is no log to look at. */
  troubles(): string[] {
    const { host, product } = this.files();
    if (host.length === 0 || product.length === 0) throw new Error(`No log of the extension host or of the product below ${this.userData}.`);
    const found = this.said.splice(0);
    for (const path of [...host, ...product]) {
      const text = readFileSync(path, 'utf8');
      const fresh = text.slice(this.read.get(path) ?? 0);
      this.read.set(path, text.length);
      found.push(...fresh.split(entry).filter((each) => bad.test(each)).map((each) => `${basename(path)}: ${each.trim()}`));
    }
    return found.filter((each) => !ofOthers.some((pattern) => pattern.test(each)));
  }
}

function logsBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.log')).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

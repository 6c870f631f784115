/**
 * An executable with the desktop's command line that is a server and a headless browser inside. Test tools start it
 * in place of a desktop VS Code, and the suite cannot tell the difference.
 *
 * It ends with the tests' exit code. Whatever goes wrong (a hang, a crash, a signal), it says so, ends with another
 * code than 0, and leaves no process and no folder behind.
 */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { readCommandLine, type DesktopArguments } from './commandLine';
import { HostOutput } from './hostOutput';
import { ensureNpmVscode, parseVersion } from './npmVscode';
import { startServer } from './server';
import { quietSettings } from './settings';
import { openWorkbench, startBrowser } from './workbench';

/** Exit codes beside the tests' own. */
const HANG = 124;
const CRASH = 125;

/** From the page's address to the suite's first word. */
const FIRST_SIGN = 90_000;
const DEFAULT_DEADLINE = 30 * 60_000;

interface Ending {
  readonly code: number;
  readonly reason?: string;
}

async function main(): Promise<number> {
  const args = readCommandLine(process.argv.slice(2));
  const vscode = await ensureNpmVscode(parseVersion(process.env.FORKSCOPE_TEST_VSCODE));
  const scratch = mkdtempSync(join(tmpdir(), 'forkscope-code-'));
  const cleanups: (() => Promise<void> | void)[] = [() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })];
  const ending = deferred<Ending>();
  const output = new HostOutput(process.env.FORKSCOPE_TEST_VERBOSE === '1');
  let page: Page | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => ending.settle({ code: signal === 'SIGINT' ? 130 : 143, reason: `stopped by ${signal}` }));
  }
  try {
    const outcome = await open(args);
    output.close(outcome.code !== 0);
    if (outcome.reason !== undefined) {
      const picture = outcome.code === HANG ? await lastPicture(page) : undefined;
      console.error(`[vscode ${vscode.fullVersion}] ${outcome.reason}${picture === undefined ? '' : ` (picture: ${picture})`}`);
    }
    return outcome.code;
  } finally {
    for (const clean of cleanups.reverse()) {
      await clean();
    }
  }

  /** Each thing that was started is noted before the next look at `ending`, so an early signal leaks nothing. */
  async function open(options: DesktopArguments): Promise<Ending> {
    const log = logger();
    const browser = await startBrowser({
      profileFolder: join(scratch, 'browser'),
      debuggingPort: options.debuggingPort,
      locale: options.locale,
      // Room for the panel's rows above the terminal: only those in sight exist.
      height: 1200,
    });
    cleanups.push(() => browser.stop());
    if (ending.settled()) {
      return ending.promise;
    }
    const dataFolder = options.userDataFolder === undefined ? join(scratch, 'server') : resolve(options.userDataFolder);
    mkdirSync(dataFolder, { recursive: true });
    const [developmentExtension, ...moreExtensions] = options.developmentExtensions.map((path) => resolve(path));
    const server = await startServer(vscode, {
      dataFolder,
      extensionsFolder: options.extensionsFolder === undefined ? undefined : resolve(options.extensionsFolder),
      moreExtensions,
      settings: readSettings(dataFolder),
      workspaceTrust: options.workspaceTrust,
      env: { FORKSCOPE_TEST_CDP: browser.debuggingAddress },
      log,
    });
    cleanups.push(() => server.stop());
    if (ending.settled()) {
      return ending.promise;
    }
    void browser.ended.then(() => ending.settle({ code: CRASH, reason: 'the browser ended before the tests did' }));
    void server.ended.then((how) => ending.settle({ code: CRASH, reason: `VS Code's server ${how} before the tests did` }));
    watchForHang();
    page = await openWorkbench(
      browser,
      {
        port: server.port,
        folder: options.folder === undefined ? undefined : resolve(options.folder),
        developmentExtension,
        locale: options.locale,
        testsPath: options.testsPath === undefined ? undefined : resolve(options.testsPath),
      },
      {
        log: (type, words) => output.take(type, words),
        // A dead extension host makes the workbench report success.
        exit: (code) => ending.settle(code === 0 && output.unfinished() ? { code: CRASH, reason: 'the extension host ended before the suite did' } : { code }),
        crash: (reason) => ending.settle({ code: CRASH, reason }),
        pageConsole: (text) => log(`page: ${text}\n`),
      },
    );
    return ending.promise;
  }

  function watchForHang(): void {
    const deadline = Number(process.env.FORKSCOPE_TEST_DEADLINE ?? '') || DEFAULT_DEADLINE;
    setTimeout(() => ending.settle({ code: HANG, reason: `no end after ${deadline / 1000} s: a test hangs` }), deadline).unref();
    if (args.testsPath !== undefined) {
      const silent = `no suite began within ${FIRST_SIGN / 1000} s: the extension host hangs, or the suite could not be loaded`;
      setTimeout(() => output.begun() || ending.settle({ code: HANG, reason: silent }), FIRST_SIGN).unref();
    }
  }
}

/** What the window showed when nobody waited any longer. */
async function lastPicture(page: Page | undefined): Promise<string | undefined> {
  const folder = process.env.FORKSCOPE_TEST_SCREENSHOTS;
  if (page === undefined || folder === undefined) {
    return undefined;
  }
  const path = join(folder, 'hang.png');
  return page.screenshot({ path, timeout: 5000 }).then(() => path, () => undefined);
}

/** Settings that the caller put into the user data folder, over the quiet ones. */
function readSettings(dataFolder: string): Record<string, unknown> {
  const places = [join(dataFolder, 'data', 'User', 'settings.json'), join(dataFolder, 'User', 'settings.json')];
  const found = places.find((path) => existsSync(path));
  return quietSettings('dark', found === undefined ? {} : (JSON.parse(readFileSync(found, 'utf8')) as Record<string, unknown>));
}

function logger(): (text: string) => void {
  const file = process.env.FORKSCOPE_TEST_LOG;
  return file === undefined || file === '' ? () => undefined : (text) => appendFileSync(file, text);
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  settle(value: T): void;
  settled(): boolean;
}

function deferred<T>(): Deferred<T> {
  let resolvePromise: (value: T) => void = () => undefined;
  let isSettled = false;
  const promise = new Promise<T>((done) => (resolvePromise = done));
  const settle = (value: T): void => {
    isSettled = true;
    resolvePromise(value);
  };
  return { promise, settle, settled: () => isSettled };
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`[vscode] ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);

/**
 * `npm start`: Forkscope at work in a real VS Code, on the sample programs, with a server being traced and clients
 * talking to it.
 *
 *     npm start                               the desktop `code` where there is one, else a workbench in the browser
 *     npm start -- --browser [--port N]       the workbench in the browser, whatever is installed
 *     npm start -- --screenshot FILE          open it headless, wait for the panel, take its picture, end
 *     further: --theme dark|light|hc-dark|hc-light  --vscode 1.139|1.100  --settle SECONDS  --size 1440x900
 *
 * In the browser it listens on 127.0.0.1 only, and the address holds a random token: a workbench has a terminal.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './root';
import { ensureNpmVscode, parseVersion } from './npmVscode';
import { takePanelPicture } from './panelPicture';
import { startServer } from './server';
import { quietSettings, type Theme } from './settings';
import { workbenchAddress, type WorkbenchOptions } from './workbench';

const FOLDER = join(ROOT, 'test', 'programs');
const DEMO = join(__dirname, 'demo-extension');

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      browser: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      screenshot: { type: 'string' },
      theme: { type: 'string', default: 'dark' },
      vscode: { type: 'string' },
      settle: { type: 'string', default: '6' },
      size: { type: 'string', default: '1440x900' },
    },
  });
  if (!existsSync(join(ROOT, 'dist', 'extension.js'))) {
    throw new Error('There is no dist/extension.js: run `npm run build` first.');
  }
  const desktop = values.browser || values.screenshot !== undefined ? undefined : findDesktopCommand();
  if (desktop !== undefined) {
    return openDesktop(desktop);
  }

  const stopped = stopSignal();
  const vscode = await ensureNpmVscode(parseVersion(values.vscode));
  const scratch = mkdtempSync(join(tmpdir(), 'forkscope-start-'));
  const token = randomBytes(16).toString('hex');
  try {
    const server = await startServer(vscode, {
      dataFolder: scratch,
      token,
      port: Number(values.port),
      moreExtensions: [DEMO],
      settings: quietSettings(values.theme as Theme),
    });
    try {
      const workbench: WorkbenchOptions = { port: server.port, token, folder: FOLDER, developmentExtension: ROOT };
      if (values.screenshot !== undefined) {
        const file = resolve(values.screenshot);
        mkdirSync(dirname(file), { recursive: true });
        const [width, height] = values.size.split('x').map(Number);
        const picture = takePanelPicture(workbench, { file, width, height, settleSeconds: Number(values.settle), profileFolder: join(scratch, 'browser') });
        return await Promise.race([picture.then(() => 0), stopped]);
      }
      console.log(`\nForkscope runs in VS Code ${vscode.fullVersion}. Open this address in a browser; Ctrl-C ends it:\n\n  ${workbenchAddress(workbench)}\n`);
      return await Promise.race([
        stopped,
        server.ended.then((how) => {
          throw new Error(`VS Code's server ${how}.`);
        }),
      ]);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Resolves with an exit code when the person, or a test, ends it. */
function stopSignal(): Promise<number> {
  return new Promise((settle) => {
    process.on('SIGINT', () => settle(0));
    process.on('SIGTERM', () => settle(143));
    process.on('SIGHUP', () => settle(129));
  });
}

function findDesktopCommand(): string | undefined {
  const names = process.platform === 'win32' ? ['code.cmd', 'code-insiders.cmd'] : ['code', 'code-insiders'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

function openDesktop(code: string): number {
  const args = ['--new-window', ...[ROOT, DEMO].map((path) => `--extensionDevelopmentPath=${path}`), FOLDER];
  console.log(`Forkscope opens in ${code}.`);
  const done = spawnSync(code, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  return done.status ?? 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);

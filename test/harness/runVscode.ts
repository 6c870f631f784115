/**
 * Runs a suite inside a real VS Code of a chosen version: a desktop one where there is one, else the npm one behind
 * a launcher with the desktop's command line. The suite is the same for both.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runTests, TestRunFailedError } from '@vscode/test-electron';
import { bundleSuite } from './bundle';
import { ROOT } from './root';
import { findDesktop, installVsixInDesktop, withDisplay } from './desktop';
import { ensureNpmVscode, fullVersion, type VscodeVersion } from './npmVscode';
import { freePort } from './processes';
import { readResults, type SuiteResults } from './results';
import { installVsix } from './server';
import { quietSettings, type Theme } from './settings';

export interface SuiteOptions {
  readonly version: VscodeVersion;
  /** The suite's entry: a compiled file, or an `index.ts`, which is compiled with the `*.test.ts` around it. */
  readonly extensionTestsPath: string;
  /** The extension (or extensions) to load from source. Default: the project. Ignored when `vsix` is given. */
  readonly extensionDevelopmentPath?: string | readonly string[];
  /** A folder of the project, of which a copy is opened: what a suite writes there no other window sees. Default: an empty one. */
  readonly workspace?: string;
  /** A packed extension to install in a fresh VS Code, instead of loading one from source. */
  readonly vsix?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly theme?: Theme;
  readonly locale?: string;
  /** Ask before a folder's code may run. Default: trust everything. */
  readonly workspaceTrust?: boolean;
  /** Added to the extension host's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The whole run must end within this many milliseconds. Default: half an hour. */
  readonly deadline?: number;
}

export interface SuiteRun extends SuiteResults {
  readonly version: string;
  readonly host: 'desktop' | 'npm';
  /** From the call to the end, the editor's start and stop included. */
  readonly totalMilliseconds: number;
}

const BLANK_EXTENSION = join(__dirname, 'blank-extension');

/** Runs one suite. Failing tests are counted in the result; only a run that never came to its end rejects. */
export async function runSuite(options: SuiteOptions): Promise<SuiteRun> {
  const began = Date.now();
  const label = `[vscode ${fullVersion(options.version)}]`;
  const scratch = mkdtempSync(join(tmpdir(), 'forkscope-run-'));
  const userData = join(scratch, 'user');
  const extensions = join(scratch, 'extensions');
  const results = join(scratch, 'results.json');
  const workspace = join(scratch, options.workspace === undefined ? 'workspace' : relative(ROOT, options.workspace));
  for (const folder of [join(userData, 'User'), extensions, workspace]) {
    mkdirSync(folder, { recursive: true });
  }
  if (options.workspace !== undefined) {
    cpSync(options.workspace, workspace, { recursive: true });
  }
  writeFileSync(join(userData, 'User', 'settings.json'), JSON.stringify(quietSettings(options.theme, options.settings)));
  try {
    // A desktop wants a language pack for another language; the npm one is told the language.
    const desktop = options.locale === undefined ? await findDesktop(options.version) : undefined;
    await installPacked(options, desktop, extensions, userData);
    const tests = options.extensionTestsPath.endsWith(".ts") ? await bundleSuite(options.extensionTestsPath, options.version) : options.extensionTestsPath;
    console.log(`${label} ${desktop === undefined ? 'from npm, headless' : 'desktop'}: ${options.vsix ?? 'from source'}`);
    const failure = await start(options, desktop, { userData, extensions, results, workspace, tests });
    const outcome = readResults(results);
    if (outcome === undefined || (outcome.running === null && failure !== undefined && outcome.failed === 0)) {
      throw new Error(`${label} the suite did not come to its end (${failure ?? 'it wrote no results'})`);
    }
    // What passed and failed until it was cut off is known.
    const cut = outcome.running === null ? [] : [{ title: outcome.running, message: `the suite was cut off in this test (${failure ?? 'it ended by itself'})` }];
    const totalMilliseconds = Date.now() - began;
    console.log(`${label} ${outcome.passed} passed, ${outcome.failed + cut.length} failed, ${outcome.skipped} skipped in ${(totalMilliseconds / 1000).toFixed(1)} s`);
    return { ...outcome, failed: outcome.failed + cut.length, failures: [...outcome.failures, ...cut], version: fullVersion(options.version), host: desktop === undefined ? 'npm' : 'desktop', totalMilliseconds };
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Places {
  readonly userData: string;
  readonly extensions: string;
  readonly results: string;
  readonly workspace: string;
  readonly tests: string;
}

/** Starts the editor and waits for its end; a bad end is returned as a sentence. */
async function start(options: SuiteOptions, desktop: string | undefined, places: Places): Promise<string | undefined> {
  const display = desktop === undefined ? { env: {}, stop: () => undefined } : await withDisplay();
  const port = desktop === undefined ? undefined : await freePort();
  try {
    await runTests({
      vscodeExecutablePath: desktop ?? join(__dirname, 'code'),
      extensionDevelopmentPath: developmentPaths(options),
      extensionTestsPath: places.tests,
      extensionTestsEnv: {
        ...options.env,
        ...display.env,
        FORKSCOPE_TEST_VSCODE: options.version,
        FORKSCOPE_TEST_RESULTS: places.results,
        FORKSCOPE_TEST_USER_DATA: places.userData,
        FORKSCOPE_TEST_COLOR: process.stdout.isTTY ? '1' : '0',
        FORKSCOPE_TEST_SCREENSHOTS: join(ROOT, 'test', 'screenshots', options.version),
        ...(options.deadline === undefined ? {} : { FORKSCOPE_TEST_DEADLINE: String(options.deadline) }),
        ...(port === undefined ? {} : { FORKSCOPE_TEST_CDP: `http://127.0.0.1:${port}` }),
      },
      launchArgs: [
        places.workspace,
        `--user-data-dir=${places.userData}`,
        `--extensions-dir=${places.extensions}`,
        ...(port === undefined ? [] : [`--remote-debugging-port=${port}`]),
        ...(options.locale === undefined ? [] : [`--locale=${options.locale}`]),
        ...(options.workspaceTrust === true ? ['--enable-workspace-trust'] : []),
      ],
    });
    return undefined;
  } catch (error) {
    if (error instanceof TestRunFailedError) {
      return `exit code ${error.code ?? error.signal ?? 'unknown'}`;
    }
    return error instanceof Error ? error.message : String(error);
  } finally {
    display.stop();
  }
}

function developmentPaths(options: SuiteOptions): string | string[] {
  if (options.vsix !== undefined) {
    return BLANK_EXTENSION;
  }
  const paths = options.extensionDevelopmentPath ?? ROOT;
  return typeof paths === 'string' ? paths : [...paths];
}

async function installPacked(options: SuiteOptions, desktop: string | undefined, extensions: string, userData: string): Promise<void> {
  if (desktop !== undefined) {
    if (options.vsix !== undefined) {
      installVsixInDesktop(desktop, options.vsix, extensions, userData);
    }
    return;
  }
  // Here rather than in the launcher, so that a long first install does not count as a hang.
  const vscode = await ensureNpmVscode(options.version);
  if (options.vsix !== undefined) {
    await installVsix(vscode, options.vsix, extensions, userData);
  }
}

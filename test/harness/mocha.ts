/**
 * Runs mocha inside the extension host, for a suite's `index.ts`:
 *
 *     export const run = (): Promise<void> => runMocha(testFiles(__dirname));
 *
 * Both ways of naming tests work (`suite`/`test` and `describe`/`it`), each file keeping to one of them.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { SUITE_BEGINS, SUITE_ENDS } from './hostOutput';
import { writeResults, type Failure } from './results';
import { disconnect, screenshot } from './window';

const DEFAULT_TIMEOUT = 20_000;

/** All compiled test files in a folder and below it, in a fixed order. */
export function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.c?js$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Runs the files' tests, writes the results for the program outside, and rejects when one fails or none ran. */
export async function runMocha(files: readonly string[], timeout = DEFAULT_TIMEOUT): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout, color: process.env.FORKSCOPE_TEST_COLOR === '1', reporter: 'spec', slow: 2000 });
  mocha.ui('tdd'); // Adds the other set of names; it takes none away.
  const wanted = process.env.FORKSCOPE_TEST_GREP;
  if (wanted !== undefined && wanted !== '') {
    mocha.grep(wanted);
  }
  for (const file of files) {
    mocha.addFile(file);
  }
  // As in the step of the unit tests: what fails twice fails; a retry is reported.
  mocha.retries(process.env.CI === undefined ? 0 : 1);
  const pictures = new Pictures();
  // Before the suites' own hooks tidy the window up: those of a suite run in the order in which they were made.
  const made: NodeJS.EventEmitter = mocha.suite;
  made.on('suite', (suite: Mocha.Suite) => suite.afterEach('a picture', () => pictures.told()));
  const began = Date.now();
  console.log(SUITE_BEGINS);
  const { stats, failures } = await runAll(mocha, pictures, (soFar, running) => {
    writeResults({
      running,
      passed: soFar.stats?.passes ?? 0,
      failed: soFar.failures.length,
      skipped: soFar.stats?.pending ?? 0,
      milliseconds: Date.now() - began,
      failures: soFar.failures,
      retries: soFar.retries,
    });
  });
  await disconnect().catch(() => undefined);
  console.log(SUITE_ENDS);
  if (failures.length > 0) {
    throw new Error(`${failures.length} failed`);
  }
  if ((stats?.passes ?? 0) === 0) {
    throw new Error('No test ran.');
  }
}

interface Outcome {
  readonly stats: Mocha.Stats | undefined;
  readonly failures: readonly Failure[];
  readonly retries: readonly Failure[];
}

/** A picture of the window at each failure. It is a help, not a test: where none can be had, the failure stands for itself. */
class Pictures {
  private readonly taken: Promise<string | undefined>[] = [];

  take(title: string): void {
    this.taken.push(screenshot(`failed-${title}`).catch(() => undefined));
  }

  async told(): Promise<void> {
    for (const path of await Promise.all(this.taken.splice(0))) if (path !== undefined) console.log(`      picture: ${path}`);
  }
}

/** @param write is told before each test, and at the end (`running` is null then): a suite that hangs leaves behind where. */
function runAll(mocha: Mocha, pictures: Pictures, write: (soFar: Outcome, running: string | null) => void): Promise<Outcome> {
  return new Promise((resolve) => {
    const failures: Failure[] = [];
    const retries: Failure[] = [];
    const outcome = (): Outcome => ({ stats: runner.stats, failures, retries });
    const failureOf = (test: Mocha.Runnable, error: unknown): Failure => ({
      title: test.titlePath().join(' › '),
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    const runner = mocha.run(() => {
      write(outcome(), null);
      resolve(outcome());
    });
    runner.on('test', (test) => write(outcome(), test.titlePath().join(' › ')));
    runner.on('fail', (test, error: unknown) => {
      pictures.take(test.fullTitle());
      failures.push(failureOf(test, error));
    });
    runner.on('retry', (test: Mocha.Test, error: unknown) => {
      pictures.take(test.fullTitle());
      retries.push(failureOf(test, error));
    });
  });
}

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
  const pictures = new Pictures();
  mocha.rootHooks({
    // The suites' own hooks have tidied the window up by now.
    afterEach: () => pictures.told(),
  });
  const began = Date.now();
  console.log(SUITE_BEGINS);
  const { stats, failures } = await runAll(mocha, pictures);
  writeResults({
    passed: stats?.passes ?? 0,
    failed: failures.length,
    skipped: stats?.pending ?? 0,
    milliseconds: Date.now() - began,
    failures,
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

function runAll(mocha: Mocha, pictures: Pictures): Promise<Outcome> {
  return new Promise((resolve) => {
    const failures: Failure[] = [];
    const runner = mocha.run(() => resolve({ stats: runner.stats, failures }));
    runner.on('fail', (test, error: unknown) => {
      pictures.take(test.fullTitle());
      failures.push({ title: test.fullTitle(), message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    });
  });
}

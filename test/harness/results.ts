/**
 * How a suite inside the extension host tells the program outside what happened: a JSON file, whose path is in
 * `FORKSCOPE_TEST_RESULTS`. The exit code alone could not tell "no test ran" from "all passed".
 */
import { readFileSync, writeFileSync } from 'node:fs';

export interface Failure {
  readonly title: string;
  readonly message: string;
}

export interface SuiteResults {
  /** The test that runs now; null once the suite has come to its end. */
  readonly running: string | null;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly milliseconds: number;
  readonly failures: readonly Failure[];
  /** What failed at first and was run again. */
  readonly retries: readonly Failure[];
}

const longestMessage = 400;
const colour = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

/** A failure in one line, for the end of a log: its message without the stack, and the outermost line of the stack that is a test's. */
export function failureLine(word: string, step: string, { title, message }: Failure): string {
  const lines = message.replaceAll(colour, '').split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const stack = lines.findIndex((line) => /^at .+:\d+:\d+\)?$/.test(line));
  const text = (stack < 0 ? lines : lines.slice(0, stack)).join(' ⏎ ');
  const place = stack < 0 ? undefined : lines.slice(stack).map((line) => /([\w.-]+\.(?:test\.)?(?:[cm]?[jt]sx?)):\d+/.exec(line)?.[0]).filter((at) => at?.includes('.test.') === true).at(-1);
  const short = text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
  return `${word}: ${step} › ${title}: ${short}${place === undefined ? '' : ` (${place})`}`;
}

/** Writes the results where the program outside looks for them; without such a place it does nothing. */
export function writeResults(results: SuiteResults): void {
  const path = process.env.FORKSCOPE_TEST_RESULTS;
  if (path !== undefined && path !== '') {
    writeFileSync(path, JSON.stringify(results));
  }
}

/** Reads results back; undefined when no test was begun. */
export function readResults(path: string): SuiteResults | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as SuiteResults;
  } catch {
    return undefined;
  }
}

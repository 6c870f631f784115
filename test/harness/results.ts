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
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly milliseconds: number;
  readonly failures: readonly Failure[];
}

/** Writes the results where the program outside looks for them; without such a place it does nothing. */
export function writeResults(results: SuiteResults): void {
  const path = process.env.FORKSCOPE_TEST_RESULTS;
  if (path !== undefined && path !== '') {
    writeFileSync(path, JSON.stringify(results));
  }
}

/** Reads results back; undefined when the suite never came to its end. */
export function readResults(path: string): SuiteResults | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as SuiteResults;
  } catch {
    return undefined;
  }
}

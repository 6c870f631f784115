/**
 * Reports of many small recordings, made one after the other by a thread that stays: to start the command line for each takes 0.2 s of a
 * processor, which is most of what a short case of the catalogue needs, and as much as a server's life in the trials that kill one. What the command line writes is the same
 * (test/engine/reportOutput.test.ts), and other suites ask it (debugpy.test.ts, badInput.test.ts, test/real). A thread of its own, because clients of other cases are driven meanwhile.
 */
import { buildSync } from 'esbuild';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Report } from '../../../src/protocol/report';
import { within } from './deadline';
import type { Answer, Question } from './reportWorker';

let started: Worker | undefined;
const waiting = new Map<string, (answer: Answer) => void>();

function start(): Worker {
  const built = buildSync({ entryPoints: [join(import.meta.dirname, 'reportWorker.ts')], bundle: true, platform: 'node', format: 'cjs', target: 'node20', write: false, logLevel: 'error' });
  const worker = new Worker(built.outputFiles[0]!.text, { eval: true });
  const fail = (failed: string): void => {
    started = undefined;
    for (const [path, answer] of waiting) answer({ path, failed });
  };
  worker.on('message', (answer: Answer) => waiting.get(answer.path)?.(answer));
  worker.on('error', (error) => fail(String(error)));
  worker.on('exit', () => fail('the thread that makes reports has ended'));
  worker.unref();
  return worker;
}

/** The report of a packed recording, as `forkscope report` makes it; waits below a millisecond are in it where they are asked for. */
export async function makeReport(path: string, ...options: '--all-waits'[]): Promise<Report> {
  const answered = new Promise<Answer>((resolve) => waiting.set(path, resolve));
  try {
    (started ??= start()).postMessage({ path, allWaits: options.includes('--all-waits') } satisfies Question);
    const answer = await within(20_000, `the report of ${path}`, answered);
    if ('failed' in answer) throw new Error(answer.failed);
    return JSON.parse(answer.json) as Report;
  } finally {
    waiting.delete(path);
  }
}

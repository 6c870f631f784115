/** The thread of `reporter.ts`. */
import { parentPort } from 'node:worker_threads';
import { reportOf } from '../../../src/engine/reportFile';

export interface Question {
  readonly path: string;
  /** Waits shorter than a millisecond too. */
  readonly allWaits: boolean;
}

export type Answer = { readonly path: string } & ({ readonly json: string } | { readonly failed: string });

parentPort!.on('message', ({ path, allWaits }: Question) => {
  void reportOf({ kind: 'file', path }, allWaits).then(
    ({ report }): Answer => ({ path, json: JSON.stringify(report) }),
    (error: unknown): Answer => ({ path, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  ).then((answer) => parentPort!.postMessage(answer));
});

/** The thread of `reporter.ts`. */
import { parentPort } from 'node:worker_threads';
import { reportOf } from '../../../src/engine/reportFile';

export type Answer = { readonly path: string } & ({ readonly json: string } | { readonly failed: string });

parentPort!.on('message', (path: string) => {
  void reportOf({ kind: 'file', path }, false).then(
    ({ report }): Answer => ({ path, json: JSON.stringify(report) }),
    (error: unknown): Answer => ({ path, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  ).then((answer) => parentPort!.postMessage(answer));
});

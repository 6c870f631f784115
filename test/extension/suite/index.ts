/**
 * The tests that run inside a VS Code, with the extension loaded from source: all of them on the newest.
 *
 * The oldest that is supported has to prove that the product works in it. A session of each debugger does so for debugging, and odd orders with a look into its logs: what the other debugging
 * suites ask of is the probes, the attendant and the adapters, which are the same beside any editor. What a person does within the panel's
 * page is the same page in the same Chromium: `trace`, `actions` and `restore` open it there, lead from it into the editor and back. What is the editor's own (the
 * sidebar's tree, ends of lines, terminals, tasks, messages) is run on both.
 */
import { basename } from 'node:path';
import { runMocha, testFiles } from '../../harness/mocha';

const debuggingOnOldest = ['debugThreading', 'debugNode', 'debugOdd'];
const withinPanel = ['alike', 'explore', 'keyboard', 'lanes', 'navigate', 'talking', 'why'];

function isOnOldest(file: string): boolean {
  const suite = basename(file).replace(/\.test\.c?js$/, '');
  return suite.startsWith('debug') ? debuggingOnOldest.includes(suite) : !withinPanel.includes(suite);
}

export const run = (): Promise<void> => runMocha(testFiles(__dirname).filter((file) => process.env.FORKSCOPE_TEST_VSCODE !== '1.100' || isOnOldest(file)));

/**
 * The tests that run inside a VS Code, with the extension loaded from source.
 *
 * On the oldest VS Code that is supported a session of each debugger proves that debugging works there. What the other debugging suites ask of is
 * the probes, the attendant and the adapters, which are the same beside any editor; and they are most of the time.
 */
import { runMocha, testFiles } from '../../harness/mocha';

const newestOnly = /[/\\]debug(Forking|Menu|Odd|Untraced|Ways)\.test\.c?js$/;

export const run = (): Promise<void> => runMocha(testFiles(__dirname).filter((file) => process.env.FORKSCOPE_TEST_VSCODE !== '1.100' || !newestOnly.test(file)));

/** The tests that run inside a VS Code, with the extension loaded from source. */
import { runMocha, testFiles } from '../../harness/mocha';

export const run = (): Promise<void> => runMocha(testFiles(__dirname));

/** The tests in a folder that nobody has trusted. */
import { runMocha, testFiles } from '../../harness/mocha';

export const run = (): Promise<void> => runMocha(testFiles(__dirname));

/** The tests of the packed extension, installed as a person would install it. */
import { runMocha, testFiles } from '../../harness/mocha';

export const run = (): Promise<void> => runMocha(testFiles(__dirname));

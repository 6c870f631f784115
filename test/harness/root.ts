/** Where the project is: alone in a file, so that who wants no more is not given a bundler. */
import { join } from 'node:path';

/** The project's folder. */
export const ROOT = join(__dirname, '..', '..');

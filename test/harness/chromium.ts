/**
 * The workbench needs a browser. People have one; a bare test machine has not, so on Debian as root it is
 * installed, and anywhere else the error says in one line what to do.
 */
import { delimiter, join } from 'node:path';
import { installPackages, isExecutable, mayInstall } from './apt';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge', 'chrome'];

const FIXED_PLACES = [
  '/usr/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/** The path of a Chromium-like browser. Installs Debian's when there is none and it may. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found !== undefined) {
    return found;
  }
  if (mayInstall()) {
    // The font is small and lets Chinese, Japanese and Korean text show; the test machine may have none.
    installPackages(['chromium', 'fonts-wqy-microhei']);
    const installed = findChromium();
    if (installed !== undefined) {
      return installed;
    }
  }
  throw new Error('No Chromium found: install one (Debian: apt-get install chromium), or set FORKSCOPE_TEST_CHROMIUM to its path.');
}

/** The path of a Chromium-like browser, or undefined. `FORKSCOPE_TEST_CHROMIUM` wins. */
export function findChromium(): string | undefined {
  const chosen = process.env.FORKSCOPE_TEST_CHROMIUM;
  if (chosen !== undefined && chosen !== '') {
    if (!isExecutable(chosen)) {
      throw new Error(`FORKSCOPE_TEST_CHROMIUM names ${chosen}, which cannot be run.`);
    }
    return chosen;
  }
  const onPath = NAMES.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)));
  return [...onPath, ...FIXED_PLACES].find(isExecutable);
}

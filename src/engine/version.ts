/** Forkscope's version, from the package.json that stands above the bundle (and above the sources, in tests). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const version = findVersion();

function findVersion(): string {
  for (const up of ['..', '../..']) {
    try {
      const manifest = JSON.parse(readFileSync(join(__dirname, up, 'package.json'), 'utf8')) as { name?: unknown; version?: unknown };
      if (manifest.name === 'forkscope' && typeof manifest.version === 'string') return manifest.version;
    } catch {
      // Not there: one folder up.
    }
  }
  return 'unknown';
}

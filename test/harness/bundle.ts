/**
 * An extension host runs JavaScript, suites are TypeScript. Each test file becomes a file of its own, so that mocha
 * loads them one by one and a stack names the file it came from.
 */
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import type { VscodeVersion } from './npmVscode';
import { ROOT } from './root';

/**
 * Compiles a suite (`index.ts` and the `*.test.ts` beside and below it) and returns the compiled index's path.
 *
 * @param version of the VS Code that it runs in: a run of the same suite in another one may be under way, and has a folder of its own.
 */
export async function bundleSuite(index: string, version: VscodeVersion): Promise<string> {
  const folder = dirname(index);
  const target = outputFolder(folder, version);
  const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
  rmSync(target, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: [index, ...tests.map((name) => join(folder, name))],
    outbase: folder,
    outdir: target,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return join(target, 'index.js');
}

/** Inside the project, so that `require` finds the project's packages. */
function outputFolder(folder: string, version: VscodeVersion): string {
  const inside = relative(ROOT, folder);
  return join(ROOT, 'dist', 'test', version, inside.startsWith('..') ? 'outside' : inside.replace(/^test[\\/]/, ''));
}

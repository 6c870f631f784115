/**
 * An extension host runs JavaScript, suites are TypeScript. Each test file becomes a file of its own, so that mocha
 * loads them one by one and a stack names the file it came from.
 */
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';

/** The project's folder. */
export const ROOT = join(__dirname, '..', '..');

const compiled = new Map<string, Promise<string>>();

/** Compiles a suite (`index.ts` and the `*.test.ts` beside and below it) and returns the compiled index's path. */
export function bundleSuite(index: string): Promise<string> {
  // Once per process: a second run of the suite, in another VS Code, may be under way.
  const known = compiled.get(index) ?? compile(index);
  compiled.set(index, known);
  return known;
}

async function compile(index: string): Promise<string> {
  const folder = dirname(index);
  const target = outputFolder(folder);
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
function outputFolder(folder: string): string {
  const inside = relative(ROOT, folder);
  return join(ROOT, 'dist', 'test', inside.startsWith('..') ? 'outside' : inside.replace(/^test[\\/]/, ''));
}

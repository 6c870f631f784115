// Builds everything that ships into dist/: the extension, the command line, the engine's workers, the webview and its layout
// worker, and the probes; writes the probes' generated constants first. --production drops source maps and minifies;
// --watch builds again on change.
import * as esbuild from 'esbuild';
import { cp, mkdir, readFile, readdir, rm, writeFile, chmod } from 'node:fs/promises';
import { existsSync } from 'node:fs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** Runs src/protocol/emit.ts and writes what it emits, only where it differs. */
async function emitConstants() {
  const bundle = await esbuild.build({ entryPoints: ['src/protocol/emit.ts'], bundle: true, format: 'esm', write: false });
  const code = Buffer.from(bundle.outputFiles[0].contents).toString('base64');
  const { emitPython, emitC } = await import(`data:text/javascript;base64,${code}`);
  await writeIfChanged('src/probes/python/forkscope_probe/_schema.py', emitPython());
  await writeIfChanged('src/probes/native/forkscope_schema.h', emitC());
}

async function writeIfChanged(file, text) {
  if (existsSync(file) && (await readFile(file, 'utf8')) === text) return;
  await mkdir(file.slice(0, file.lastIndexOf('/')), { recursive: true });
  await writeFile(file, text);
}

const common = {
  bundle: true,
  metafile: true,
  sourcemap: production ? false : 'linked',
  minify: production,
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
};
const node = { ...common, platform: 'node', target: 'node20', format: 'cjs' };
const browser = { ...common, platform: 'browser', target: 'es2022', format: 'iife', jsx: 'automatic', jsxImportSource: 'preact' };

const entries = [
  { ...node, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'] },
  { ...node, entryPoints: ['src/cli.ts'], outfile: 'dist/cli.js', banner: { js: '#!/usr/bin/env node' } },
  { ...node, entryPoints: ['src/engine/worker.ts'], outfile: 'dist/engine.js' },
  { ...node, entryPoints: ['src/engine/readingWorker.ts'], outfile: 'dist/reading.js' },
  // Loaded by whatever Node a traced program runs on; its stack traces must not be ours to explain. By the name in its last line a
  // debugger takes it for a part of Node's own, and does not step into it where it is to pass over those.
  { ...node, entryPoints: ['src/probes/node/recorder.ts'], outfile: 'dist/probes/node/recorder.cjs', target: 'node16', sourcemap: false, footer: { js: '//# sourceURL=node:internal/forkscope' } },
  { ...browser, entryPoints: ['webview/main.tsx'], outfile: 'dist/webview/main.js' },
  { ...browser, entryPoints: ['webview/layout/worker.ts'], outfile: 'dist/webview/layoutWorker.js' },
];

/** The probes are shipped as they are, without caches; copied over what is there, because a traced program may be loading it. */
async function copyProbes() {
  await cp('src/probes/python', 'dist/probes/python', {
    recursive: true,
    filter: (path) => !path.includes('__pycache__') && !path.endsWith('.pyc'),
  });
  await cp('src/probes/node/preload.cjs', 'dist/probes/node/preload.cjs');
}

/** The licence of every package of which something was bundled, in one file that ships. */
async function writeNotices(results) {
  const inputs = results.flatMap((result) => Object.keys(result.metafile.inputs));
  const packages = new Set(inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter((name) => name !== undefined));
  const notices = ['Forkscope contains parts of these packages, each under its own licence.'];
  for (const name of [...packages].sort()) {
    const folder = `node_modules/${name}`;
    const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence file to ship: add its text to the notices by hand`);
    notices.push(`${'─'.repeat(100)}\n${name} ${version} (${license})\n\n${(await readFile(`${folder}/${file}`, 'utf8')).trim()}`);
  }
  await writeFile('dist/NOTICES.txt', `${notices.join('\n\n')}\n`);
}

if (production) await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });
await emitConstants();
const present = entries.filter((entry) => existsSync(entry.entryPoints[0]));
if (watch) {
  for (const entry of present) await (await esbuild.context(entry)).watch();
  await copyProbes();
} else {
  const results = await Promise.all(present.map((entry) => esbuild.build(entry)));
  await Promise.all([copyProbes(), writeNotices(results)]);
  if (existsSync('dist/cli.js')) await chmod('dist/cli.js', 0o755);
}

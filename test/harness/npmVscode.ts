/**
 * Where VS Code's own download cannot be reached, a real VS Code still can: the npm package `code-server` carries
 * VS Code's server with its whole workbench. Only that part of the package is used, with the Node it was built
 * for (also from npm), so the machine's own Node does not matter.
 *
 * A plain install would compile modules that no test needs (Kerberos among them, which wants a system library), so
 * install scripts stay off and the few needed modules are built by hand.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot, withLock } from './cache';
import { npm, run, withoutNpm } from './npmCommand';

/** The VS Code versions that are tested: the oldest supported and the newest. */
export const VSCODE_VERSIONS = ['1.139', '1.100'] as const;
export type VscodeVersion = (typeof VSCODE_VERSIONS)[number];

/** An installed VS Code server. */
export interface NpmVscode {
  readonly version: VscodeVersion;
  /** The full version number, as in `vscode.version`. */
  readonly fullVersion: string;
  /** The program that runs the server. */
  readonly node: string;
  /** The folder of VS Code; `out/server-main.js` in it is the server. */
  readonly folder: string;
}

interface Recipe {
  readonly vscode: string;
  readonly codeServer: string;
  readonly node: string;
  /**
   * Terminals, the log files behind output channels, and the watch that ends an orphaned extension host. Newer
   * packages bring the first one built.
   */
  readonly build: readonly string[];
}

const RECIPES: Record<VscodeVersion, Recipe> = {
  '1.139': { vscode: '1.139.1', codeServer: '4.139.1', node: '24.21.0', build: ['@vscode/spdlog', '@vscode/native-watchdog'] },
  '1.100': { vscode: '1.100.3', codeServer: '4.100.3', node: '20.20.2', build: ['node-pty', '@vscode/spdlog', 'native-watchdog'] },
};

const NODE_GYP = '11.4.2';
/** Raise it when the steps below change, so that older caches are made anew. */
const RECIPE_NUMBER = 2;

/** The full version number behind a short one. */
export function fullVersion(version: VscodeVersion): string {
  return RECIPES[version].vscode;
}

/** Reads a version as people write it: `1.100`, `1.100.3`, `oldest`, `newest`; nothing means the newest. */
export function parseVersion(text: string | undefined): VscodeVersion {
  const wanted = text === undefined || text === '' || text === 'newest' ? VSCODE_VERSIONS[0] : text === 'oldest' ? VSCODE_VERSIONS.at(-1) : text;
  const found = VSCODE_VERSIONS.find((version) => version === wanted || RECIPES[version].vscode === wanted);
  if (found === undefined) {
    throw new Error(`No VS Code ${text ?? ''} here; choose one of ${VSCODE_VERSIONS.join(', ')}.`);
  }
  return found;
}

/** Makes sure that VS Code `version` is in the cache, installing it where it is not, and tells where. */
export async function ensureNpmVscode(version: VscodeVersion): Promise<NpmVscode> {
  const recipe = RECIPES[version];
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Error(`VS Code from npm runs on Linux x64 and arm64, not on ${process.platform} ${process.arch}: use a desktop VS Code here.`);
  }
  const home = join(cacheRoot(), `vscode-${recipe.vscode}-${process.arch}-r${RECIPE_NUMBER}`);
  const installed: NpmVscode = {
    version,
    fullVersion: recipe.vscode,
    node: join(home, 'node', 'bin', 'node'),
    folder: join(home, 'vscode'),
  };
  if (existsSync(join(home, 'complete'))) {
    return installed;
  }
  mkdirSync(cacheRoot(), { recursive: true });
  const waiting = (owner: string): void => console.log(`[vscode ${recipe.vscode}] waiting: process ${owner} is installing it`);
  await withLock(`${home}.lock`, waiting, async () => {
    if (!existsSync(join(home, 'complete'))) {
      await install(recipe, home);
    }
  });
  return installed;
}

async function install(recipe: Recipe, home: string): Promise<void> {
  const stage = `${home}.partial`;
  mkdirSync(stage, { recursive: true });
  await requireCompiler();
  const began = Date.now();
  const steps: readonly (readonly [string, () => Promise<void>])[] = [
    ['download', () => download(recipe, stage)],
    ['dependencies', () => dependencies(stage)],
    ['native modules', () => nativeModules(recipe, stage)],
    ['check', () => check(stage)],
  ];
  for (const [index, [name, step]] of steps.entries()) {
    // A step that was finished before a kill is not done again.
    const done = join(stage, `step-${index}`);
    if (existsSync(done)) {
      continue;
    }
    const start = Date.now();
    try {
      await step();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`VS Code ${recipe.vscode} could not be installed from npm (${name}): ${message}\nRun it again, or remove ${stage} first.`);
    }
    writeFileSync(done, '');
    console.log(`[vscode ${recipe.vscode}] ${index + 1}/${steps.length} ${name}: ${seconds(start)}`);
  }
  rmSync(join(stage, 'tools'), { recursive: true, force: true });
  writeFileSync(join(stage, 'complete'), `${new Date().toISOString()}\n`);
  rmSync(home, { recursive: true, force: true });
  renameSync(stage, home);
  console.log(`[vscode ${recipe.vscode}] installed in ${seconds(began)}: ${home}`);
}

async function download(recipe: Recipe, stage: string): Promise<void> {
  const packed = join(stage, 'packed');
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed);
  const nodePackage = `node-linux-${process.arch}`;
  await npm(['pack', `code-server@${recipe.codeServer}`, `${nodePackage}@${recipe.node}`, '--ignore-scripts', '--pack-destination', packed], stage);
  for (const archive of readdirSync(packed)) {
    const isNode = archive.startsWith(nodePackage);
    const target = join(stage, isNode ? 'node' : 'vscode');
    const wanted = isNode ? ['--strip-components=1', 'package/bin', 'package/include'] : ['--strip-components=3', 'package/lib/vscode'];
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target);
    await run('tar', ['-xzf', join(packed, archive), '-C', target, '--no-same-owner', ...wanted], stage, process.env);
  }
  rmSync(packed, { recursive: true });
}

async function dependencies(stage: string): Promise<void> {
  // The second folder holds what the built-in TypeScript and JavaScript support needs.
  for (const folder of [join(stage, 'vscode'), join(stage, 'vscode', 'extensions')]) {
    await npm(['install', '--omit=dev', '--ignore-scripts', '--no-save', '--prefix', folder], folder);
  }
}

async function nativeModules(recipe: Recipe, stage: string): Promise<void> {
  const tools = join(stage, 'tools');
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'package.json'), '{ "private": true }\n');
  await npm(['install', `node-gyp@${NODE_GYP}`, '--ignore-scripts', '--prefix', tools], tools);
  const gyp = join(tools, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const node = join(stage, 'node');
  // Unoptimised: it halves the compiler's time, and nobody feels it in a test.
  const env = { ...withoutNpm(), PATH: `${join(node, 'bin')}:${process.env.PATH ?? ''}`, JOBS: 'max', CXXFLAGS: '-O0' };
  for (const name of recipe.build) {
    const folder = join(stage, 'vscode', 'node_modules', name);
    await run(join(node, 'bin', 'node'), [gyp, 'rebuild', `--nodedir=${node}`], folder, env);
    rmSync(join(folder, 'build', 'Release', 'obj.target'), { recursive: true, force: true });
  }
}

async function check(stage: string): Promise<void> {
  const script = "require('node-pty').spawn('/bin/true', [], {}).onExit(() => process.exit(0)); require('@vscode/spdlog')";
  await run(join(stage, 'node', 'bin', 'node'), ['-e', script], join(stage, 'vscode'), withoutNpm());
}

async function requireCompiler(): Promise<void> {
  for (const tool of ['python3', 'make', 'g++', 'tar']) {
    try {
      await run(tool, ['--version'], '/', process.env);
    } catch {
      throw new Error(`${tool} is missing; VS Code's terminal module is built here (Debian: apt-get install python3 make g++ tar).`);
    }
  }
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

/** The Nodes that the probe is tested on: the one that runs the tests, and others of npm's, kept in the tests' cache. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '../../harness/cache';
import type { Python } from './pythons';

/** The oldest and the newest that are supported, and one between whose child_process has no channel. */
const versions = ['16.20.2', '18.20.8', '24.21.0'];

/** What runs a program of the catalogue, as the support files call it. */
export function findNodes(): Python[] {
  return [python(process.version.slice(1), process.execPath), ...versions.map((version) => python(version, installed(version)))];
}

function python(version: string, path: string): Python {
  return { version, path, minor: Number(version.split('.')[1]) };
}

function installed(version: string): string {
  const name = `node-linux-${process.arch}`;
  const home = join(cacheRoot(), `${name}-${version}`);
  const path = join(home, 'node_modules', name, 'bin', 'node');
  if (existsSync(path)) return path;
  const stage = `${home}.${String(process.pid)}`;
  mkdirSync(stage, { recursive: true });
  writeFileSync(join(stage, 'package.json'), '{ "private": true }\n');
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`], { cwd: stage, stdio: 'inherit' });
  try {
    renameSync(stage, home);
  } catch {
    rmSync(stage, { recursive: true, force: true }); // Another run was faster.
  }
  return path;
}

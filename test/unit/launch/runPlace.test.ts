/** What a run is called and where it writes; those that begin at once, in two windows or command lines, get different names. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimPlace, releasePlace, titleOfCommand, titleOfStem } from '../../../src/launch/runPlace';
import { splitCommand } from '../../../src/ui/splitCommand';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'forkscope-place-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const now = new Date(2026, 10, 20, 20, 30, 0);
const claim = (title: string): string => basename(claimPlace(base, title, now).file);

describe('claimPlace', () => {
  it('names the run after its title and the time, without what a file system minds', () => {
    expect(claim('server.py')).toBe('server-20261120-203000.forkscope');
    expect(claim('http.server')).toBe('http.server-20261120-203000.forkscope');
    expect(claim('../ a/b *.py')).toBe('a_b_-20261120-203000.forkscope');
    expect(claim('…')).toBe('run-20261120-203000.forkscope');
  });

  it('gives no name twice, neither one that is taken by a folder nor one of a file', () => {
    expect([claim('a'), claim('a')]).toEqual(['a-20261120-203000.forkscope', 'a-20261120-203000-2.forkscope']);
    writeFileSync(join(base, 'b-20261120-203000.forkscope'), '');
    expect(claim('b')).toBe('b-20261120-203000-2.forkscope');
    expect(readdirSync(base).filter((name) => name.endsWith('.run')).sort()).toEqual(['a-20261120-203000-2.run', 'a-20261120-203000.run', 'b-20261120-203000-2.run']);
  });

  it('fits into a name of a file however long the title is', () => {
    const place = claimPlace(base, '\u{1F600}é名'.repeat(100), now);
    expect(existsSync(place.folder)).toBe(true);
    writeFileSync(place.file, '');
  });

  it('is taken back only where nothing was written', () => {
    const [empty, used] = [claimPlace(base, 'a', now), claimPlace(base, 'a', now)];
    writeFileSync(join(used.folder, 'run.json'), '{}');
    releasePlace(empty);
    releasePlace(used);
    expect([empty, used].map(({ folder }) => existsSync(folder))).toEqual([false, true]);
  });
});

it.each([
  ['server-20261120-203000', 'server'],
  ['my-server-20261120-203000-12', 'my-server'],
  ['server', null],
])('the title of %s is %s', (stem, title) => expect(titleOfStem(stem)).toBe(title));

describe('titleOfCommand', () => {
  it.each([
    ['python3 -u srv/echo.py --port 1', 'echo.py'],
    ['/usr/bin/python3.12 -m http.server 80', 'http.server'],
    ['python3 -c "import sys; sys.exit(3)"', 'python3'],
    ['node -e 1', 'node'],
    ['gunicorn app:app -w 4', 'gunicorn'],
    ['./bin/server', 'server'],
    ['python3', 'python3'],
  ])('%s', (text, title) => {
    const split = splitCommand(text);
    expect(split.ok && titleOfCommand(split.words)).toBe(title);
  });
});

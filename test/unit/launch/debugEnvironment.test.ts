/** What a debugger's launch configuration becomes with the overlay, and what never changes. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canOverlay, envFileOf, withOverlay, type LaunchConfiguration, type Overlay, type Surroundings } from '../../../src/launch/debugEnvironment';
import { parseEnvFile } from '../../../src/launch/envFile';
import { nodeOptionsWith } from '../../../src/launch/environment';

const overlay: Overlay = { folder: '/runs/a.run', pythonProbe: '/ours/python', nodePreload: '/ours/preload.cjs' };
const nowhere: Surroundings = { environment: {}, envFile: null };
const types = ['debugpy', 'python', 'node', 'pwa-node'] as const;

function envOf(config: LaunchConfiguration): Record<string, unknown> {
  return config.env as Record<string, unknown>;
}

const word = fc.stringMatching(/^[\w/.=-]{1,12}$/);
const paths = fc.array(word.map((part) => `/${part}`), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(':'));
const options = fc.array(word.map((part) => `--${part}`), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' '));
const environment = fc.record({ PYTHONPATH: paths, NODE_OPTIONS: options, LD_PRELOAD: paths, HOME: word, PORT: fc.nat() }, { requiredKeys: [] });
const config = fc.record(
  { request: fc.constant('launch'), name: word, program: word, args: fc.array(word), env: fc.option(environment), console: word, __restart: fc.boolean() },
  { requiredKeys: ['request', 'name'] },
);
const around = fc.record({
  environment: fc.record({ PYTHONPATH: paths, NODE_OPTIONS: options }, { requiredKeys: [] }),
  envFile: fc.option(fc.record({ PYTHONPATH: paths, NODE_OPTIONS: options, OTHER: word }, { requiredKeys: [] }).map((set) => Object.entries(set).map(([name, value]) => `${name}=${value}\n`).join(''))),
});
const type = fc.constantFrom(...types);

describe('a launch configuration with the overlay', () => {
  it('is the very same object where it is off, attaches, is a child’s or of another type', () => {
    fc.assert(
      fc.property(type, config, around, (type, config, around) => {
        expect(withOverlay(type, config, null, around)).toBe(config);
        for (const other of ['node-terminal', 'extensionHost', 'chrome', 'cppdbg', '']) expect(withOverlay(other, config, overlay, around)).toBe(config);
        for (const change of [{ request: 'attach' }, { request: undefined }, { __pendingTargetId: '7' }, { subProcessId: 12 }, { env: 'A=1' }, { env: ['A=1'] }]) {
          const changed: LaunchConfiguration = { ...config, ...change };
          expect(canOverlay(type, changed)).toBe(false);
          expect(withOverlay(type, changed, overlay, around)).toBe(changed);
        }
      }),
    );
  });

  it('differs in env only, keeps every value of the user’s, and changes no more the second time', () => {
    fc.assert(
      fc.property(type, config, around, (type, config, around) => {
        const before = JSON.stringify(config);
        const traced = withOverlay(type, config, overlay, around);
        expect(JSON.stringify(config)).toBe(before);
        expect({ ...traced, env: config.env }).toEqual({ ...config, env: config.env });
        const user: Record<string, unknown> = config.env ?? {};
        const env = envOf(traced);
        expect(env).toEqual({ ...user, PYTHONPATH: env.PYTHONPATH, NODE_OPTIONS: env.NODE_OPTIONS, FORKSCOPE_RUN: overlay.folder });
        const file = parseEnvFile(around.envFile ?? '');
        const isNode = type === 'node' || type === 'pwa-node';
        const path = user.PYTHONPATH ?? file.get('PYTHONPATH') ?? around.environment.PYTHONPATH;
        expect(env.PYTHONPATH).toBe(path === undefined ? overlay.pythonProbe : `${overlay.pythonProbe}:${path as string}`);
        const given = user.NODE_OPTIONS ?? file.get('NODE_OPTIONS') ?? (isNode ? undefined : around.environment.NODE_OPTIONS);
        expect(env.NODE_OPTIONS).toBe(`${given === undefined ? '' : `${given as string} `}--require ${overlay.nodePreload!}`);
        expect(withOverlay(type, traced, overlay, around)).toBe(traced);
      }),
    );
  });

  it('has the token of a later run where it is resolved again, and no more of ours', () => {
    fc.assert(
      fc.property(type, config, around, (type, config, around) => {
        const later = { ...overlay, folder: '/runs/b.run' };
        expect(withOverlay(type, withOverlay(type, config, overlay, around), later, around)).toEqual(withOverlay(type, config, later, around));
      }),
    );
  });

  it('says nothing of Node where no preload is installed, and nothing of LD_PRELOAD ever', () => {
    const env = envOf(withOverlay('node', { request: 'launch', env: { LD_PRELOAD: '/lib/mine.so' } }, { ...overlay, nodePreload: null }, { environment: { NODE_OPTIONS: '-r x' }, envFile: null }));
    expect(env).toEqual({ LD_PRELOAD: '/lib/mine.so', PYTHONPATH: '/ours/python', FORKSCOPE_RUN: '/runs/a.run' });
  });

  it('takes a name that the user empties or takes away for empty', () => {
    const around = { environment: { PYTHONPATH: '/host' }, envFile: 'PYTHONPATH=/file' };
    for (const PYTHONPATH of ['', null]) expect(envOf(withOverlay('pwa-node', { request: 'launch', env: { PYTHONPATH } }, overlay, around)).PYTHONPATH).toBe('/ours/python');
    expect(envOf(withOverlay('debugpy', { request: 'launch', env: { PYTHONPATH: 7 } }, overlay, nowhere)).PYTHONPATH).toBe('/ours/python:7');
  });

  it('knows its file of variables', () => {
    expect([{ envFile: '/a/.env' }, { envFile: '' }, { envFile: null }, {}].map(envFileOf)).toEqual(['/a/.env', null, null, null]);
    const text = '\uFEFF# one\r\nA=1 # two\nexport B = \'x # y\'\nC="a\\nb"\nD=\nno line\nE=`"`\nF="over\ntwo"\nA=2\n';
    expect(Object.fromEntries(parseEnvFile(text))).toEqual({ A: '2', B: 'x # y', C: 'a\nb', D: '', E: '"', F: 'over\ntwo' });
  });
});

describe('NODE_OPTIONS', () => {
  it('loads a file whatever its path holds, as Node itself reads it', () => {
    const root = mkdtempSync(join(tmpdir(), 'forkscope-node-options-'));
    try {
      for (const name of ['plain', 'with a blank', 'with "quotes"', 'back\\slash', 'both \\ and "']) {
        mkdirSync(join(root, name));
        const preload = join(root, name, 'preload.cjs');
        writeFileSync(preload, 'globalThis.loaded = (globalThis.loaded ?? 0) + 1;');
        const NODE_OPTIONS = nodeOptionsWith(preload, nodeOptionsWith(preload, '--no-warnings'));
        const { stdout } = spawnSync(process.execPath, ['-p', 'globalThis.loaded'], { env: { ...process.env, NODE_OPTIONS }, encoding: 'utf8' });
        expect({ name, stdout }).toEqual({ name, stdout: '1\n' });
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

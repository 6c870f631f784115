/** Debian's servers and workers, which run on Debian's own interpreter. Installs them where it may, as npm test does with Chromium. */
import { spawnSync } from 'node:child_process';
import { ensureCommand, installPackages, mayInstall } from '../../harness/apt';

export const python = '/usr/bin/python3';

const modules: Readonly<Record<string, string>> = {
  gunicorn: 'gunicorn', gevent: 'python3-gevent', eventlet: 'python3-eventlet', uvicorn: 'python3-uvicorn', uvloop: 'python3-uvloop', celery: 'celery',
  redis: 'python3-redis', aiohttp: 'python3-aiohttp', tornado: 'python3-tornado', twisted: 'python3-twisted',
};

/** @throws where something is missing and can't be installed; the message names the packages. */
export function ensureServers(): void {
  const missing = absent();
  if (missing.length > 0) {
    const packages = missing.map((name) => modules[name]!);
    if (!mayInstall()) throw new Error(`${python} lacks ${missing.join(', ')}: install ${packages.join(' ')}.`);
    installPackages(packages);
    const still = absent();
    if (still.length > 0) throw new Error(`${python} can't import ${still.join(', ')}, although ${packages.join(' ')} are installed.`);
  }
  ensureCommand('redis-server', ['redis-server']);
}

function absent(): string[] {
  const code = 'import importlib.util, sys; print(*(name for name in sys.argv[1:] if importlib.util.find_spec(name) is None))';
  const done = spawnSync(python, ['-c', code, ...Object.keys(modules)], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${python} does not run: install python3.`);
  return done.stdout.split(/\s+/).filter((name) => name !== '');
}

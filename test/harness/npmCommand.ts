/**
 * npm hands its whole configuration to the scripts it runs, as environment variables: `npm test` of this project
 * would make an npm that we start believe it works on this project, with this project's flags. Only what says
 * *how to reach* the registry is passed on.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PASSED_ON = new Set(
  [
    'registry', 'cache', 'userconfig', 'globalconfig', 'proxy', 'https_proxy', 'noproxy', 'ca', 'cafile', 'cert', 'key',
    'strict_ssl', 'replace_registry_host', 'fetch_retries', 'fetch_timeout', 'maxsockets', 'prefer_offline', 'offline',
  ].map((name) => `npm_config_${name}`),
);

/** `environment` without what a surrounding npm run put there, but for the way to the registry. */
export function withoutNpm(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(environment)) {
    const lower = name.toLowerCase();
    const ofNpm = lower.startsWith('npm_') || lower === 'init_cwd' || lower === 'node_options';
    if (!ofNpm || PASSED_ON.has(lower)) {
      kept[name] = value;
    }
  }
  return kept;
}

/** Runs a command to its end; its output is kept quiet and shown only in the error. */
export function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', (error) => reject(new Error(`${command} cannot be started: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) {
        resolve(output);
      } else {
        const tail = (errors + output).trim().split('\n').slice(-15).join('\n');
        reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code} in ${cwd}:\n${tail}`));
      }
    });
  });
}

/** Runs npm, the one that runs this process where there is one, in `cwd`. */
export function npm(args: readonly string[], cwd: string): Promise<string> {
  const own = npmProgram();
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', '--engine-strict=false'];
  const all = [...args, ...quiet];
  return own === undefined ? run('npm', all, cwd, withoutNpm()) : run(process.execPath, [own, ...all], cwd, withoutNpm());
}

function npmProgram(): string | undefined {
  const candidates = [
    process.env.npm_execpath,
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  return candidates.find((path) => path !== undefined && path.endsWith("npm-cli.js") && existsSync(path));
}

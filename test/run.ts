/**
 * `npm test`: everything that can fail, in the order in which a person wants to know, ending with what failed and one line that counts.
 *
 * Each step counts its own tests; a step that could not run at all counts as one failed test and names what is missing.
 * Of a log often only the end is to be had, so every failed test stands there once more, with its message.
 * Installing a VS Code from npm takes minutes on a fresh machine and waits mostly for the network, so it starts at once
 * and is awaited where it is needed. `npm test -- unit` (or another step's name) runs that step, and before it the one that makes what it needs.
 */
import { fork, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureChromium } from './harness/chromium';
import { ensureDebugpy } from './harness/debugpy';
import { ensureNpmVscode, type VscodeVersion } from './harness/npmVscode';
import { failureLine, type Failure } from './harness/results';
import { runSuite, type SuiteOptions } from './harness/runVscode';

interface Count {
  passed: number;
  failed: number;
  failures?: readonly Failure[];
  /** Tests that passed at a second try. */
  retries?: readonly Failure[];
}

interface Step {
  name: string;
  /** The step that it goes on beside, after others beside that one. Neither may write what the other reads: each window has a folder of programs of its own. */
  beside?: string;
  /** The step that makes what this one runs. */
  needs?: 'build' | 'package';
  run(): Promise<Count>;
}

const root = resolve(__dirname, '..');
/** Whether windows go on beside each other, which leave a core half idle one by one: not unless somebody asks, until that is known to fail no test. */
const besideNewest = process.env.FORKSCOPE_TEST_BESIDE === '1' ? 'vscode-1.139' : undefined;
/** The first argument of a process that runs one step for another one. */
const alone = '--alone';
const vsix = join(root, 'dist', 'forkscope.vsix');
const programs = join(root, 'test', 'programs');
/** Its debugger for Python is a separate extension: without one, this stands in for it. */
const debugpyExtension = join(root, 'test', 'harness', 'debugpy-extension');

/** Runs a program with this terminal; resolves to its exit code. */
function run(command: string, commandArguments: string[]): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(command, commandArguments, { cwd: root, stdio: 'inherit' });
    child.on('error', fail);
    child.on('exit', (code, signal) => done(code ?? (signal === null ? 1 : 128)));
  });
}

/** A step that passes or fails as one. */
function command(name: string, program: string, ...programArguments: string[]): Step {
  return {
    name,
    run: async () => {
      const code = await run(program, programArguments);
      return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, failures: [{ title: name, message: `ended with ${code}, see above` }] };
    },
  };
}

const tool = (name: string): string => join(root, 'node_modules', '.bin', name);

/** The tests of some of the projects in vitest.config.mts. */
async function runVitest(...projects: string[]): Promise<Count> {
  ensureChromium();
  const results = join(root, '.cache', `vitest-${projects[0]}.json`);
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(results, { force: true });
  const code = await run(tool('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...projects.map((project) => `--project=${project}`)]);
  const counted = JSON.parse(readFileSync(results, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    testResults: { status: string; name: string; message: string; assertionResults: { status: string; fullName: string; failureMessages: string[] | null }[] }[];
  };
  // A file that fails to load has no tests; a test that is skipped has proved nothing.
  const broken = counted.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failures = counted.testResults.flatMap((file) => {
    const title = relative(root, file.name);
    if (broken.includes(file)) return [{ title, message: file.message }];
    return file.assertionResults
      .filter(({ status }) => status !== 'passed')
      .map(({ status, fullName, failureMessages }) => ({ title: `${title} › ${fullName}`, message: failureMessages?.[0] ?? status }));
  });
  const failed = counted.numFailedTests + counted.numPendingTests + broken.length;
  if (code === 0 || failed > 0) return { passed: counted.numPassedTests, failed, failures };
  return { passed: counted.numPassedTests, failed: 1, failures: [{ title: 'vitest', message: `ended with ${code} though no test failed, see above` }] };
}

function vscodeSuite(name: string, suite: string, version: VscodeVersion, more: Partial<SuiteOptions> = {}): Step {
  return {
    name,
    needs: more.vsix === undefined ? 'build' : 'package',
    async run() {
      const extensionTestsPath = join(root, 'test', 'extension', suite, 'index.ts');
      const { passed, failed, skipped, failures, retries } = await runSuite({ version, extensionTestsPath, workspace: programs, ...more });
      return { passed, failed: failed + skipped + (passed + failed + skipped === 0 ? 1 : 0), failures, retries };
    },
  };
}

function debuggingSuite(name: string, version: VscodeVersion): Step {
  const suite = vscodeSuite(name, 'suite', version, { extensionDevelopmentPath: [root, debugpyExtension] });
  return {
    ...suite,
    run() {
      ensureDebugpy();
      return suite.run();
    },
  };
}

const steps: Step[] = [
  command('build', process.execPath, 'esbuild.mjs'),
  command('types', tool('tsc'), '--build'),
  { ...command('lint', tool('eslint'), '.', '--max-warnings=0'), beside: 'types' },
  { name: 'unit', needs: 'build', run: () => runVitest('unit', 'programs') },
  command('package', 'npm', 'run', '--silent', 'package'),
  debuggingSuite('vscode-1.139', '1.139'),
  { ...debuggingSuite('vscode-1.100', '1.100'), beside: besideNewest },
  { name: 'reload-1.139', beside: besideNewest, needs: 'build', run: () => runVitest('reload') },
  { ...vscodeSuite('untrusted-1.139', 'untrusted', '1.139', { workspaceTrust: true }), beside: besideNewest },
  { ...vscodeSuite('vsix-1.139', 'packed', '1.139', { vsix }), beside: besideNewest },
];

/** A step that goes on beside another one, in a process of its own: two suites write to one terminal, so each of its lines begins with its name. */
function inOwnProcess(name: string): Promise<Count> {
  const child = fork(__filename, [alone, name], { cwd: root, silent: true });
  let count: Count | undefined;
  child.on('message', (message) => (count = message as Count));
  for (const [from, to] of [[child.stdout!, process.stdout], [child.stderr!, process.stderr]] as const) {
    createInterface({ input: from }).on('line', (line) => to.write(`${name} │ ${line}\n`));
  }
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => (count === undefined ? fail(new Error(`ended with ${signal ?? code}, see above`)) : done(count)));
  });
}

/** Runs one step for the process that started this one. */
async function runAlone(name: string): Promise<void> {
  const count = await steps.find((step) => step.name === name)!.run().catch(itself);
  process.send!(count, () => process.disconnect());
}

/** What counts for a step that could not run. */
function itself(error: unknown): Count {
  const message = error instanceof Error ? error.message : String(error);
  console.error(message);
  return { passed: 0, failed: 1, failures: [{ title: 'it did not come to its end', message }] };
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const named = steps.filter((step) => wanted.length === 0 || wanted.some((name) => step.name.startsWith(name)));
  const chosen = steps.filter((step) => named.includes(step) || named.some(({ needs }) => needs === step.name));
  if (chosen.length === 0) throw new Error(`No such step. There are: ${steps.map((step) => step.name).join(', ')}.`);
  const installs = chosen.some((step) => /^(vs|reload)/.test(step.name))
    ? ensureNpmVscode('1.139').then(() => ensureNpmVscode('1.100')).catch(() => undefined) // The suite that needs it says what is missing.
    : Promise.resolve();
  const total: Count = { passed: 0, failed: 0 };
  const lines: string[] = [];
  const told: string[] = [];
  const runStep = async (step: Step): Promise<void> => {
    const began = Date.now();
    const count = await step.run().catch(itself);
    total.passed += count.passed;
    total.failed += count.failed;
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    lines.push(`${count.failed === 0 ? 'ok  ' : 'FAIL'} ${step.name}: ${count.passed} passed, ${count.failed} failed in ${seconds} s`);
    for (const failure of count.failures ?? []) told.push(failureLine('FAILED', step.name, failure));
    // Also of one that failed again: the second try may fail for what the first one left.
    for (const failure of count.retries ?? []) told.push(failureLine('RETRIED', step.name, failure));
  };
  for (const step of chosen) {
    if (chosen.some(({ name }) => name === step.beside)) continue; // Begun with that one.
    const beside = chosen.filter((other) => other.beside === step.name);
    console.log(`\n── ${[step, ...beside].map(({ name }) => name).join(', ')} ──`);
    if (step.name === 'vscode-1.139') await installs;
    const others = async (): Promise<void> => {
      for (const other of beside) await runStep({ ...other, run: () => inOwnProcess(other.name) });
    };
    await Promise.all([runStep(step), others()]);
  }
  console.log(`\n${lines.join('\n')}\n`);
  if (told.length > 0) console.log(`${told.join('\n')}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

void (process.argv[2] === alone ? runAlone(process.argv[3]!) : main());

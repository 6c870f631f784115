/**
 * `npm run regression`: CPython's own regression tests under the recorder, against the same tests without it.
 *
 *     npm run regression                                    every module on 3.8, 3.11 and 3.13
 *     npm run regression -- --python 3.13 test_ssl test_os  some
 *     npm run regression -- --log FOLDER                    keeps what the runs printed
 *     npm run regression -- --timeout 600                   seconds for a module, on each side
 *
 * They are the sharpest guests there are: tests that look at the very functions we wrap. Not part of `npm test`: it takes
 * an hour and more. A row a module and interpreter, `N passed, N failed` at the end, and status 1 where any test ended otherwise
 * than untraced, but for those in known.ts, or where the probe turned itself off.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Pool } from '../probes/support/deadline';
import { findPythons, type Python } from '../probes/support/pythons';
import { compareModule, type Comparison, type Difference } from './compare';
import { reasonFor } from './known';
import { hasModule, hasTests, modulesOf } from './modules';

const usual = ['3.8', '3.11', '3.13'];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      python: { type: 'string', multiple: true },
      timeout: { type: 'string', default: '1200' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      log: { type: 'string' },
    },
  });
  const pool = new Pool(Number(values.jobs));
  const pythons = (values.python ?? usual).map(find);
  const rows = pythons.flatMap((python) => (positionals.length > 0 ? positionals : modulesOf(python)).map((module) => ({ python, module })));
  let [good, bad, absent] = [0, 0, 0];
  await Promise.all(
    rows.map(({ python, module }) =>
      pool.run(async () => {
        if (!hasModule(python, module)) {
          absent++;
          console.log(`absent ${python.version.padEnd(7)} ${module}`);
          return;
        }
        const comparison = await compareModule({ python, module, timeoutSeconds: Number(values.timeout) });
        if (values.log !== undefined) keep(values.log, python, module, comparison);
        if (isGood(comparison)) good++;
        else bad++;
        console.log(row(python, module, comparison));
      }),
    ),
  );
  console.log(`\n${good} passed, ${bad} failed${absent > 0 ? `, ${absent} absent` : ''}`);
  return bad === 0 && good > 0 ? 0 : 1;
}

/** The interpreter of that version that has the tests; pyenv's have, Debian's have not. */
function find(version: string): Python {
  const found = findPythons().find((python) => `${python.version}.`.startsWith(`${version}.`) && hasTests(python));
  if (found === undefined) throw new Error(`no CPython ${version} with its tests (the package test) was found: install it with pyenv`);
  return found;
}

/** A module that does not run at all proves nothing. */
function isGood({ plain, traced, differences }: Comparison): boolean {
  return differences.every(({ test }) => reasonFor(test) !== undefined) && traced.faults.length === 0 && plain.outcomes.size > 0;
}

function row(python: Python, module: string, comparison: Comparison): string {
  const { plain, traced, differences, unsteady } = comparison;
  const counts = (result: Comparison['plain']): string => {
    const all = [...result.outcomes.values()];
    const bad = all.filter((outcome) => outcome === 'failed' || outcome === 'error').length;
    return `${all.length} run, ${bad} bad, ${all.filter((outcome) => outcome.startsWith('skipped')).length} skipped, ${result.seconds.toFixed(0)} s`;
  };
  return [
    `${isGood(comparison) ? 'same  ' : 'DIFFER'} ${python.version.padEnd(7)} ${module.padEnd(32)} plain: ${counts(plain)}; traced: ${counts(traced)}`,
    ...differences.map((each) => `         ≠ ${told(each)}${known(each)}`),
    ...(plain.outcomes.size > 0 ? [] : [`         ! nothing ran: plain ${plain.verdict}: ${plain.output.trim().split('\n').at(-1) ?? ''}`]),
    ...traced.faults.map((fault) => `         ! the probe turned itself off in ${fault}`),
    ...unsteady.map((each) => `         ~ ${told(each)}`),
  ].join('\n');
}

function told({ test, plain, traced }: Difference): string {
  return `${test}: plain ${plain.join(' / ')}; traced ${traced.join(' / ')}`;
}

function known({ test }: Difference): string {
  const reason = reasonFor(test);
  return reason === undefined ? '' : ` (known: ${reason})`;
}

function keep(folder: string, python: Python, module: string, comparison: Comparison): void {
  mkdirSync(folder, { recursive: true });
  for (const side of ['plain', 'traced'] as const) {
    writeFileSync(join(folder, `${python.version}-${module}-${side}.txt`), comparison[side].output, 'latin1');
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);

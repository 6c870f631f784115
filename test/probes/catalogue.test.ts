/**
 * The catalogue of program shapes, on every CPython of the machine: each program is run untraced and under
 * `forkscope record` with the same traffic. The traced one must look the same from outside, to the byte, and its
 * report must hold the facts that stand beside the program in catalogueServers.ts, catalogueProcesses.ts and
 * the others named so.
 */

import { describe, expect, test } from 'vitest';
import { asyncioCases } from './catalogueAsyncio';
import { pythonsOf, type Case } from './catalogueCases';
import { crowdCases } from './catalogueCrowd';
import { coverageCases } from './catalogueCoverage';
import { holderCases } from './catalogueHolders';
import { lockCases } from './catalogueLocks';
import { endCases } from './catalogueEnds';
import { familyCases } from './catalogueFamily';
import { loopCases } from './catalogueLoops';
import { processCases } from './catalogueProcesses';
import { serverCases } from './catalogueServers';
import { sharingCases } from './catalogueSharing';
import { signalCases } from './catalogueSignals';
import { socketCases } from './catalogueSockets';
import { stateCases } from './catalogueStates';
import { checkReport } from './support/contract';
import { Pool } from './support/deadline';
import { Lookup } from './support/lookup';
import { findPythons } from './support/pythons';
import { runTraced, runUntraced } from './support/record';
import type { Ran } from './support/running';
import type { Traffic } from './support/traffic';

const pythons = findPythons();
/** Most of a run is waiting, so a few more than the cores can be under way. */
const pool = new Pool(3);
const timeout = 120_000;

test('there is a CPython 3.8 or newer', () => {
  expect(pythons, 'no CPython ≥ 3.8 found on the PATH, in pyenv or in /usr/bin: install python3').not.toEqual([]);
});

describe.each(pythons.map((python) => [python.version, python] as const))('CPython %s', (_, python) => {
  for (const each of [...serverCases, ...loopCases, ...processCases, ...socketCases, ...lockCases, ...familyCases, ...stateCases, ...sharingCases, ...asyncioCases, ...signalCases, ...coverageCases, ...endCases, ...holderCases, ...crowdCases]) {
    if (!pythonsOf(each, pythons).includes(python)) continue;
    test.concurrent(each.title, { timeout }, async () => pool.run(() => check(each)));
  }

  async function check(each: Case): Promise<void> {
    const untraced = await runUntraced(python, each);
    const traced = await runTraced(python, each);
    const look = new Lookup(traced.report, each.program);
    const seen = { look, traffic: traced.driven, python };

    const failures: string[] = [];
    const fact = (name: string, holds: () => void): void => {
      try {
        holds();
      } catch (error) {
        failures.push(`✗ ${name}\n${indent(error instanceof Error ? error.message : String(error))}`);
      }
    };
    fact('untraced, it does what it is there for', () => {
      expect(untraced.ran.status).toBe(each.status);
      expect(visible(untraced.ran).stdout).toContain(each.prints);
    });
    fact('traced, it prints the same and ends the same', () => expect(visible(traced.ran)).toEqual(visible(untraced.ran)));
    fact('traced, its clients are answered the same', () => expect(answers(traced.driven)).toEqual(answers(untraced.driven)));
    for (const [name, holds] of Object.entries(checkReport(traced, each))) {
      fact(name, holds);
    }
    fact('what is found in it is what is wrong with it', () => {
      const rules = new Set(look.report.findings.map((finding) => finding.rule));
      each.mayFind?.forEach((rule) => rules.delete(rule));
      expect([...rules].sort()).toEqual([...each.finds].sort());
    });
    for (const [name, holds] of Object.entries(each.facts)) {
      fact(name, () => holds(seen));
    }
    if (failures.length > 0) {
      throw new Error(`${failures.length} facts do not hold:\n${failures.join('\n')}`);
    }
  }
});

/** What is visible from outside; the port is the one thing that may differ. */
function visible(ran: Ran): Ran {
  return { ...ran, stdout: ran.stdout.replace(/^listening on 127\.0\.0\.1:\d+\n/, 'listening on 127.0.0.1:PORT\n') };
}

function answers(traffic: Traffic): string[] {
  return traffic.clients.map((client) => client.answers);
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}

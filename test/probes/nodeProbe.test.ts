/**
 * The Node probe on the oldest, the newest and two other Nodes: each program is run untraced and under `forkscope record` with the same
 * traffic. The traced one must look the same from outside, to the byte, and its report must hold the facts of catalogueNode.ts.
 */

import { describe, expect, test } from 'vitest';
import { nodeCases } from './catalogueNode';
import type { Case } from './catalogueCases';
import { Pool } from './support/deadline';
import { Lookup } from './support/lookup';
import { findNodes } from './support/nodes';
import type { Python } from './support/pythons';
import { runTraced, runUntraced } from './support/record';
import type { Ran } from './support/running';

const pool = new Pool(2);
const timeout = 120_000;

describe.each(findNodes().map((node) => [node.version, node] as const))('Node %s', (_, node) => {
  for (const each of nodeCases) test.concurrent(each.title, { timeout }, () => pool.run(() => check(node, each)));

  test.concurrent('an uncaught error, exit codes and what a program can see of its surroundings', { timeout }, () => pool.run(() => invisible(node)));
});

async function check(node: Python, each: Case): Promise<void> {
  const untraced = await runUntraced(node, each);
  const traced = await runTraced(node, each);
  const look = new Lookup(traced.report, each.program);
  expect(untraced.ran.status).toBe(each.status);
  expect(untraced.ran.stdout).toContain(each.prints);
  expect(visible(traced.ran)).toEqual(visible(untraced.ran));
  expect(answers(traced.driven)).toEqual(answers(untraced.driven));
  const rules = new Set(look.report.findings.map((finding) => finding.rule));
  each.mayFind?.forEach((rule) => rules.delete(rule));
  expect([...rules]).toEqual([...each.finds]);
  for (const holds of Object.values(each.facts)) holds({ look, traffic: traced.driven, python: node });
}

/** The port is the one thing that may differ. */
function visible(ran: Ran): Ran {
  return { ...ran, stdout: ran.stdout.replace(/:\d+\n/, ':PORT\n') };
}

function answers(driven: unknown): unknown {
  const { clients, answers: own } = driven as { clients: readonly { answers: string }[]; answers?: unknown };
  return own ?? clients.map((client) => client.answers);
}

async function invisible(node: Python): Promise<void> {
  const scenario = { program: '../probes/node/looks_around.js', args: [], drive: () => Promise.resolve({ clients: [] }) };
  const untraced = await runUntraced(node, scenario);
  const traced = await runTraced(node, scenario);
  expect(untraced.ran.status).toBe(7);
  expect(untraced.ran.stderr).toContain('thrown in a listener');
  expect(traced.ran).toEqual(untraced.ran);
  expect(traced.report.processes[0]).toMatchObject({ exit: { code: 7, signal: null }, coverage: expect.arrayContaining(['node']) as unknown });
  expect(traced.report.findings.filter(({ rule }) => rule === 'recorder-off')).toEqual([]);
}

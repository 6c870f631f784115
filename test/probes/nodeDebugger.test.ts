/**
 * A debugger beside the Node probe, on each Node: the program debugs itself from a second thread, over the same inspector as js-debug. What it is
 * held for is told by the thread that was held, with the line; and the debugger sees and does the same as without the probe.
 */

import { describe, expect, test } from 'vitest';
import { programPath } from './support/programs';
import { Pool } from './support/deadline';
import { findNodes } from './support/nodes';
import { runTraced, runUntraced } from './support/record';
import { readFileSync } from 'node:fs';

const pool = new Pool(2);
const timeout = 120_000;
const program = '../probes/node/debugs_itself.js';
const scenario = { program, args: [], options: ['--inspect=127.0.0.1:0'], drive: () => Promise.resolve(null) };

describe.each(findNodes().map((node) => [node.version, node] as const))('Node %s', (_, node) => {
  test.concurrent('tells from when to when a debugger held its thread, and where', { timeout }, () => pool.run(async () => {
    const untraced = await runUntraced(node, scenario);
    const traced = await runTraced(node, scenario);
    expect(untraced.ran.stdout).toContain('ANSWERED');
    expect([traced.ran.status, traced.ran.stdout]).toEqual([untraced.ran.status, untraced.ran.stdout]);
    const { marks, processes, findings } = traced.report;
    expect(marks.map(({ thread, at, exact, all }) => ({ thread, line: at?.line, exact, all }))).toEqual(
      ['// stops here', '// and here'].map((text) => ({ thread: processes[0]!.threads[0]!.id, line: lineOf(text), exact: true, all: false })),
    );
    // So long it was held at least, by its own clock.
    for (const { fromNs, toNs } of marks) expect((toNs ?? NaN) - fromNs).toBeGreaterThan(240e6);
    expect(findings).toEqual([]);
  }));

  test.concurrent('tells of no stop where no debugger was asked for', { timeout }, () => pool.run(async () => {
    const { report, ran } = await runTraced(node, { ...scenario, args: ['alone'], options: [] });
    expect(ran.stdout).toContain('ANSWERED');
    expect(report.marks).toEqual([]);
  }));
});

function lineOf(text: string): number {
  return readFileSync(programPath(program), 'utf8').split('\n').findIndex((line) => line.includes(text)) + 1;
}

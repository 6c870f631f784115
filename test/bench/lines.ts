/**
 * What the ends of lines cost in VS Code: a file with 200 lines at each of which a thread stands, five waits a second each, so that every
 * update says something else of every line.
 *
 * On and off in turn, 5 s each: the difference is what they cost the extension host's thread and the window's page, by update.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { sleep } from '../harness/processes';
import { inWorkbench } from './inWorkbench';
import { median, quantile } from './statistics';

const busyLines = 200;
const turns = 10;

interface Turn {
  readonly turn: number;
  readonly phase: 'begin' | 'end';
  readonly lines?: number;
  /** ms of each update in the extension host. */
  readonly took?: readonly number[];
  readonly cpuMs?: number;
}

export async function benchLines(_python: string, scratch: string, allCores: readonly number[]): Promise<void> {
  const [program, log] = [join(scratch, 'busy_lines.py'), join(scratch, 'lines.log')];
  writeFileSync(program, busyProgram());
  writeFileSync(log, '');
  const env = { FORKSCOPE_BENCH_PROGRAM: program, FORKSCOPE_BENCH_LINES: log };
  await inWorkbench({ scratch, allCores, folder: scratch, env, settings: { 'forkscope.panel.openOnTrace': false } }, (page) => measure(page, log));
}

/** A thread per line; the lines stand one below the other. */
function busyProgram(): string {
  const waits = Array.from({ length: busyLines }, (_, at) => `    while at == ${at}: time.sleep(0.2)`);
  return ['import threading, time', '', '', 'def stand(at):', ...waits, '', '', `for at in range(${busyLines}): threading.Thread(target=stand, args=(at,)).start()`, ''].join('\n');
}

async function measure(page: Page, log: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const pageMs = new Map<string, number>();
  for (;;) {
    const told = turnsOf(log);
    for (const { turn, phase } of told) {
      const key = `${turn} ${phase}`;
      if (!pageMs.has(key)) pageMs.set(key, await threadMs(session));
    }
    const ends = told.filter(({ phase }) => phase === 'end');
    if (ends.length >= turns + 2) {
      report(ends.slice(2), (turn) => (pageMs.get(`${turn} end`) ?? 0) - (pageMs.get(`${turn} begin`) ?? 0));
      return;
    }
    await sleep(20);
  }
}

const turnsOf = (log: string): Turn[] => readFileSync(log, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Turn);

/** Processor time of the page's main thread so far, ms. */
async function threadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? 0) * 1000;
}

function report(ends: readonly Turn[], pageMs: (turn: number) => number): void {
  const [on, off] = [ends.filter(({ turn }) => turn % 2 === 0), ends.filter(({ turn }) => turn % 2 === 1)];
  const took = on.flatMap((turn) => turn.took ?? []);
  const updates = took.length / on.length;
  const [hostOn, hostOff] = [median(on.map(({ cpuMs = 0 }) => cpuMs)), median(off.map(({ cpuMs = 0 }) => cpuMs))];
  const [pageOn, pageOff] = [median(on.map(({ turn }) => pageMs(turn))), median(off.map(({ turn }) => pageMs(turn)))];
  console.log(`  ${on[0]?.lines ?? 0} lines in sight or around marked, ${(updates / 5).toFixed(1)} updates a second (none while off: ${off.every(({ lines }) => lines === 0)})`);
  console.log(`  one update, drawing in the extension host: p50 ${quantile(took, 0.5).toFixed(2)} ms, p95 ${quantile(took, 0.95).toFixed(2)} ms`);
  console.log(`  the extension host's thread: ${((hostOn - hostOff) / updates).toFixed(2)} ms an update, all included (on ${hostOn.toFixed(0)} ms, off ${hostOff.toFixed(0)} ms in 5 s)`);
  console.log(`  the window's page: ${((pageOn - pageOff) / updates).toFixed(2)} ms an update (on ${pageOn.toFixed(0)} ms, off ${pageOff.toFixed(0)} ms in 5 s)`);
}

/** One real server plain and traced, under the same load: the same answers, the same end, and a recording that is right. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Report, ReportProcess } from '../../../src/protocol/report';
import { faultsOf } from '../../engine/support/faults';
import { recorded } from '../../engine/support/program';
import { readReport } from '../../probes/support/record';
import { load, type Load } from './load';
import { Server } from './server';

export const programs = fileURLToPath(new URL('../programs/', import.meta.url));

export interface Traced<T> {
  readonly driven: T;
  readonly status: number;
  readonly report: Report;
}

/** Runs a command traced; `drive` makes the traffic and ends it. */
export async function traced<T>(command: readonly string[], drive: (server: Server, folder: string) => Promise<T>, env: Readonly<Record<string, string>> = {}): Promise<Traced<T>> {
  return inFolder(async (folder) => {
    const file = join(folder, 'run.forkscope');
    const { driven, status } = await run(recorded(file, command), folder, drive, env);
    const faults = await faultsOf(file);
    expect(faults, 'the probe turned itself off').toEqual([]);
    return { driven, status, report: await readReport(file) };
  });
}

export async function plain<T>(command: readonly string[], drive: (server: Server, folder: string) => Promise<T>, env: Readonly<Record<string, string>> = {}): Promise<{ driven: T; status: number }> {
  return inFolder((folder) => run(command, folder, drive, env));
}

async function run<T>(command: readonly string[], folder: string, drive: (server: Server, folder: string) => Promise<T>, env: Readonly<Record<string, string>>): Promise<{ driven: T; status: number }> {
  const server = new Server(command, programs, env);
  try {
    const driven = await drive(server, folder);
    return { driven, status: await server.ended() };
  } finally {
    server.stop();
  }
}

async function inFolder<T>(job: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'forkscope-real-'));
  try {
    return await job(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Both ways under load, ended by SIGTERM when `ready` was said `workers` times; the answers are held equal. */
export async function compareUnderLoad(command: readonly string[], where: { port: RegExp; ready?: RegExp; workers?: number }): Promise<Traced<Load>> {
  const drive = async (server: Server): Promise<Load> => {
    const port = Number(await server.said(where.port));
    if (where.ready !== undefined) await server.said(where.ready, where.workers ?? 1);
    const driven = await load(port);
    await server.end();
    return driven;
  };
  const untraced = await plain(command, drive);
  const seen = await traced(command, drive);
  expect(seen.driven.answers).toEqual(untraced.driven.answers);
  expect(seen.driven.answers.filter((line) => !line.includes(' 200 '))).toEqual([]);
  expect(seen.status).toBe(untraced.status);
  expect(seen.report.recording).toMatchObject({ complete: true, lostEvents: 0 });
  return seen;
}

/** Every connection of the clients is there once, with every byte, and each has its owner among these processes. */
export function expectConnections({ report, driven }: Traced<Load>, owners: readonly ReportProcess[]): void {
  const ids = new Set(owners.map((process) => process.id));
  const wrong: string[] = [];
  for (const [port, { sent, received }] of driven.bytes) {
    const found = report.connections.filter((each) => each.role === 'server' && each.peer === `127.0.0.1:${port}`);
    const [one] = found;
    if (one === undefined || found.length > 1) wrong.push(`client ${port}: ${found.length} connections`);
    else if (one.bytesIn !== sent || one.bytesOut !== received) wrong.push(`client ${port}: ${one.bytesIn} of ${sent} in, ${one.bytesOut} of ${received} out`);
    else if (!ids.has(one.owners.at(-1)?.process ?? '')) wrong.push(`client ${port}: owned by ${one.owners.at(-1)?.process}`);
    else if (one.closedNs === null) wrong.push(`client ${port}: never closed`);
  }
  expect(wrong).toEqual([]);
  const clients = report.connections.filter((each) => each.role === 'server');
  expect(clients).toHaveLength(driven.bytes.size);
}

export function rootOf(report: Report): ReportProcess {
  const roots = report.processes.filter((process) => process.parent === null);
  expect(roots).toHaveLength(1);
  return roots[0]!;
}

export function childrenOf(report: Report, parent: ReportProcess): ReportProcess[] {
  return report.processes.filter((process) => process.parent === parent.id);
}

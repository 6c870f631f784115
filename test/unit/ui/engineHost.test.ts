/** A crash of the engine costs nobody his run: what was open is opened again, and a recording that always crashes it is given up. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineError, RecordingSource } from '../../../src/protocol/engine';
import type { RowsUpdate } from '../../../src/protocol/rows';
import { headOf, type PackedRows } from '../../../src/protocol/rowsText';
import { EngineHost, type RunSink } from '../../../src/ui/engineHost';

/** Opens everything, sends rows that name the path, once more after it was closed; crashes when asked for details, and when a path says so. */
const engine = `
const { parentPort } = require('node:worker_threads');
let runs = 0;
parentPort.on('message', ({ id, name, ask }) => {
  if (name === 'open') {
    if (ask.source.path === '/crash') throw new Error('that recording');
    if (ask.source.path === '/missing') return parentPort.postMessage({ type: 'failed', id, error: { code: 'recording-missing', message: 'gone', values: ['/missing'] } });
    const run = ++runs;
    parentPort.postMessage({ type: 'rows', run, update: { info: { title: ask.source.path }, reset: true, rows: [], removed: [] } });
    parentPort.postMessage({ type: 'answer', id, answer: { run } });
  } else if (name === 'close') {
    parentPort.postMessage({ type: 'changed', run: ask.run, nowNs: 1 });
    parentPort.postMessage({ type: 'answer', id, answer: null });
  } else if (name === 'query') throw new Error('crash');
  else parentPort.postMessage({ type: 'answer', id, answer: { name, run: ask.run } });
});`;

class Sink implements RunSink {
  readonly titles: string[] = [];
  readonly problems: EngineError[] = [];
  onRows(rows: RowsUpdate | PackedRows): void {
    this.titles.push('body' in rows ? headOf(rows).title : rows.info.title);
  }
  onChanged(): void {
    // Not of interest here.
  }
  onNews(): void {
    // Nobody follows here.
  }

  onFindings(): void {
    // Nor here.
  }
  onBroken(error: EngineError): void {
    this.problems.push(error);
  }
}

const file = (path: string): RecordingSource => ({ kind: 'file', path });
const log: string[] = [];
const note = (message: string): void => void log.push(message);

describe('EngineHost', () => {
  let folder: string;
  let host: EngineHost;

  beforeEach(() => {
    log.length = 0;
    folder = mkdtempSync(join(tmpdir(), 'forkscope-engine-'));
    writeFileSync(join(folder, 'engine.js'), engine);
    host = new EngineHost(join(folder, 'engine.js'), { info: note, warn: note, error: note });
  });

  afterEach(() => {
    host.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('delivers rows that come before the answer to open', async () => {
    const sink = new Sink();
    await host.open(file('/a'), sink);
    expect(sink.titles).toEqual(['/a']);
  });

  it('hands an error of open to its caller', async () => {
    await expect(host.open(file('/missing'), new Sink())).rejects.toMatchObject({ code: 'recording-missing', values: ['/missing'] });
  });

  it('opens again what was open when the engine crashed, where it stands now', async () => {
    const [a, b] = [new Sink(), new Sink()];
    const run = await host.open(file('/a'), a);
    const other = await host.open({ kind: 'folder', path: '/b.run' }, b);
    other.moved(file('/b'));
    await expect(run.request('query', { query: { name: 'details', ask: { row: 'p1', atNs: 0 } } })).rejects.toMatchObject({ code: 'engine-stopped' });
    await expect.poll(() => [a.titles, b.titles]).toEqual([['/a', '/a'], ['/b.run', '/b']]);
    await expect.poll(() => run.request('report', { allWaits: false }).catch(() => null)).toMatchObject({ name: 'report' });
    expect(log.join()).toContain('started again, and 2 open recordings');
  });

  it('does not open a closed run again', async () => {
    const [a, b] = [new Sink(), new Sink()];
    const closed = await host.open(file('/a'), a);
    closed.dispose();
    const run = await host.open(file('/b'), b);
    await run.request('query', { query: { name: 'details', ask: { row: 'p1', atNs: 0 } } }).catch(() => undefined);
    await expect.poll(() => b.titles).toEqual(['/b', '/b']);
    expect(a.titles).toEqual(['/a']);
  });

  it('gives up after a few crashes, and serves the next recording all the same', async () => {
    const sink = new Sink();
    const run = await host.open(file('/a'), sink);
    for (let crash = 0; crash < 4; crash++) {
      await expect.poll(() => sink.titles.length).toBe(crash + 1);
      await expect.poll(() => run.request('report', { allWaits: false }).then(() => true, () => false)).toBe(true);
      await run.request('query', { query: { name: 'details', ask: { row: 'p1', atNs: 0 } } }).catch(() => undefined);
    }
    await expect.poll(() => sink.problems.map(({ code }) => code)).toEqual(['engine-stopped']);
    const next = new Sink();
    await host.open(file('/next'), next);
    expect(next.titles).toEqual(['/next']);
  });

  it('rejects the opening of a recording that crashes the engine', async () => {
    const other = new Sink();
    await host.open(file('/a'), other);
    await expect(host.open(file('/crash'), new Sink())).rejects.toMatchObject({ code: 'engine-stopped' });
    await expect.poll(() => other.titles).toEqual(['/a', '/a']);
  });

  it('says of a run that was given up why it was, and keeps no messages for it', async () => {
    const sink = new Sink();
    const run = await host.open(file('/a'), sink);
    run.moved(file('/missing'));
    await run.request('query', { query: { name: 'details', ask: { row: 'p1', atNs: 0 } } }).catch(() => undefined);
    await expect.poll(() => sink.problems).toMatchObject([{ code: 'recording-missing' }]);
    await expect(run.request('report', { allWaits: false })).rejects.toMatchObject({ code: 'recording-missing', message: 'gone', values: ['/missing'] });
    const next = await host.open(file('/b'), new Sink());
    next.dispose();
    const last = await host.open(file('/c'), new Sink());
    expect(await last.request('report', { allWaits: false })).toMatchObject({ name: 'report' });
    expect((host as unknown as { early: unknown[] }).early).toEqual([]);
  });
});

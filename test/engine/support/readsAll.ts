/** A program of its own: has the engine of dist/ read the recording that it is given, and looks at it meanwhile and afterwards as the panel does. */
import { setTimeout as delay } from 'node:timers/promises';
import { EngineClient } from '../../../src/engine/client';
import { OpenedRun } from '../../bench/big/measured';

const width = 1200;
const lanes = 60;
const everyMs = 50;
/** Afterwards, each half as long a stretch as the one before. */
const zooms = 12;

async function main(path: string, worker: string): Promise<void> {
  const engine = new EngineClient(worker);
  const opened = await OpenedRun.open(engine, { kind: 'file', path });
  let sequence = 0;
  const look = async (part: number): Promise<void> => {
    await opened.tile({ sequence: ++sequence, fromNs: 0, toNs: part * (opened.info?.nowNs ?? 1), width, rows: opened.order().slice(0, lanes) });
    await engine.request('query', { run: opened.run, query: { name: 'overview', ask: { width } } });
  };
  while (opened.info?.state !== 'ended' || opened.info.indexing !== undefined) {
    await look(1);
    await delay(everyMs);
  }
  for (let zoom = 0; zoom < zooms; zoom++) await look(1 / 2 ** zoom);
  console.log(`read ${String(opened.info.events)} events`);
  engine.dispose();
}

const [path = '', worker = ''] = process.argv.slice(2);
void main(path, worker);

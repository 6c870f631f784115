/**
 * The kernel observer alone in a process: node observed.ts FOLDER SECONDS|end COMMAND… Prints as JSON what it cost and saw.
 * Counting begins two seconds after the program is ready, when its code is compiled.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Observer } from '../../src/engine/observer';
import { tokenVariable } from '../../src/protocol/files';
import { readObserved } from '../engine/support/observed';

const warmUpMs = 2000;

async function main(): Promise<void> {
  const [scratch = '', until = '', ...command] = process.argv.slice(2);
  const folder = mkdtempSync(join(scratch, 'run-'));
  const observer = new Observer(folder, process.hrtime.bigint());
  const child = spawn(command[0]!, command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, [tokenVariable]: folder } });
  observer.rootStarted(child.pid!, command);
  const ended = once(child, 'exit');
  if (until === 'end') await ended;
  else if ((await Promise.race([once(child.stdout, 'data'), ended.then(() => null)])) === null) throw new Error(`${command.join(' ')} has ended`);
  if (until !== 'end') await delay(warmUpMs);
  const from = process.hrtime.bigint();
  const before = process.cpuUsage();
  if (until !== 'end') await delay(Number(until) * 1000);
  const { user, system } = process.cpuUsage(before);
  const elapsedNs = Number(process.hrtime.bigint() - from);
  observer.stop(false);
  child.kill('SIGKILL');
  const records = readObserved(folder);
  const counts = new Map<number, number>();
  for (const { kind, time, thread } of records) {
    if (kind === 'threadSample' && time >= Number(from)) counts.set(Number(thread), (counts.get(Number(thread)) ?? 0) + 1);
  }
  const samples = [...counts.values()].reduce((sum, count) => sum + count, 0);
  // A thread that has moved but once or twice was woken by something else.
  const moving = [...counts.values()].filter((count) => count > 2);
  console.log(
    JSON.stringify({
      share: ((user + system) * 1000) / elapsedNs,
      samples: samples / (elapsedNs / 1e9),
      perThread: moving.length === 0 ? 0 : moving.reduce((sum, count) => sum + count, 0) / moving.length / (elapsedNs / 1e9),
      births: new Set(records.filter(({ kind }) => kind === 'processSeen').map((row) => row.process)).size,
      zombies: records.filter(({ kind }) => kind === 'zombieSeen').length,
    }),
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

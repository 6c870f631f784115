/** A recording that holds records of kinds that this version does not know is shown, and never passes for whole. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeClock } from '../../src/engine/clock';
import { openRecording, packRecording } from '../../src/engine/files';
import { ObserverLog } from '../../src/engine/observerLog';
import { tellRootStarted } from '../../src/engine/observerRecords';
import { Session } from '../../src/engine/session';
import type { RecordingSource } from '../../src/protocol/engine';
import type { RunInfo } from '../../src/protocol/rows';
import { cli } from './support/program';

const unknownKind = 250;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forkscope-newer-'));
});
const opened: Session[] = [];
afterEach(() => {
  for (const session of opened.splice(0)) session.dispose();
  rmSync(folder, { recursive: true, force: true });
});

it.each(['folder', 'file'] as const)('as a %s', async (kind) => {
  const run = join(folder, 'server.run');
  mkdirSync(run);
  const log = new ObserverLog(run, 1n);
  tellRootStarted(log, 101, 'python3\0server.py');
  for (let count = 0; count < 3; count++) log.add(unknownKind, () => undefined);
  log.close();
  writeFileSync(join(run, 'run.json'), JSON.stringify({ format: 1, startedNs: '0', command: ['python3', 'server.py'], complete: true }));
  const source: RecordingSource = { kind, path: kind === 'folder' ? run : join(folder, 'server.forkscope') };
  if (kind === 'file') await packRecording({ kind: 'folder', path: run }, source.path);

  const sentence = `${source.path} was made by a newer version of Forkscope: 3 records of kinds that this one does not know were skipped, the rest is shown. Update Forkscope to see all of it.`;
  const shown = spawnSync(process.execPath, [cli, 'report', source.path, '--json'], { encoding: 'utf8' });
  expect([shown.status, shown.stderr]).toEqual([0, `forkscope: ${sentence}\n`]);
  expect(JSON.parse(shown.stdout)).toMatchObject({ recording: { complete: false, problems: [sentence] }, processes: [{ pid: 101 }] });

  const problems = await new Promise<RunInfo['problems']>((resolve, reject) => {
    const listener = { rows: ({ info }: { info: RunInfo }) => info.state === 'ended' && info.events > 0 && resolve(info.problems), changed: () => undefined, failed: reject };
    void openRecording(source).then((reader) => {
      opened.push(new Session(reader, nodeClock, listener, openRecording));
    }, reject);
  });
  expect(problems).toEqual([{ code: 'recording-newer', message: sentence, values: [source.path] }]);
});

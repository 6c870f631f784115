/** A server of very many short connections: what is closed is let go, but not before nobody can ask for it any more. */
import { expect, test } from 'vitest';
import { Ingest } from '../../../src/model/ingest';
import { World } from '../../../src/model/world';
import { serverStart } from './support/servers';
import { batchOf } from './support/encode';
import { encodeTable } from './support/story';

function worldOf(table: string): World {
  const { encoder, records } = encodeTable(table);
  const world = new World();
  const ingest = new Ingest(world);
  const batch = batchOf(records);
  for (const record of batch.order) ingest.take(batch, record, encoder.owners[batch.owners[record]!]!);
  return world;
}

const start = `${serverStart}
  2 102 . image command=client parent=1`;
const address = (at: number): string => `127.0.0.${String(1 + Math.floor(at / 20_000))}:${String(30_000 + (at % 20_000))}`;
/** A tenth of a second each, so that ten thousand take a quarter of an hour. */
const repeat = (count: number, lines: (at: number, ms: number) => string, stepMs = 100): string =>
  Array.from({ length: count }, (_, at) => lines(at, (at + 1) * stepMs)).join('\n');

/** Both ends are traced. */
const both = (count: number, stepMs?: number): string => repeat(count, (at, ms) => `
  ${String(ms)}..${String(ms + 1)} 102 . connect descriptor=3 address=127.0.0.1:9999
  ${String(ms + 1.1)} 102 . endpoints descriptor=3 local=${address(at)} peer=127.0.0.1:9999
  ${String(ms)}..${String(ms + 2)} 101 . accept descriptor=3 result=4
  ${String(ms + 2.1)} 101 . endpoints descriptor=4 local=127.0.0.1:9999 peer=${address(at)}
  ${String(ms + 5)} 102 . close descriptor=3
  ${String(ms + 6)} 101 . close descriptor=4`, stepMs);

/** To a server that nobody traces, on its descriptor 8. */
const outwards = (count: number): string => repeat(count, (at, ms) => `
  ${String(ms)}..${String(ms + 1)} 102 . connect descriptor=8 address=10.0.0.9:5432
  ${String(ms + 1.1)} 102 . endpoints descriptor=8 local=${address(at)} peer=10.0.0.9:5432
  ${String(ms + 5)} 102 . close descriptor=8`);

test('entries do not grow with the connections that were', () => {
  const alone = worldOf(start + outwards(10_000));
  expect(alone.connections).toHaveLength(10_000);
  // Those of half a minute are 300; twice as many wait for their turn to be looked at; and so few as 1024 are never looked at.
  expect(alone.byAddresses.size).toBeLessThan(1500);
  const joined = worldOf(start + both(3000));
  expect(joined.connections).toHaveLength(6000);
  expect(joined.connections.every(({ otherEnd, closedNs }) => otherEnd !== null && closedNs !== null)).toBe(true);
  expect(joined.byAddresses.size).toBeLessThan(2000);
});

test('a client that closes in the queue is known to the accept that comes minutes later', () => {
  const world = worldOf(`${start}
    10..11 102 . connect descriptor=9 address=127.0.0.1:9999
    11.1 102 . endpoints descriptor=9 local=127.9.9.9:50001 peer=127.0.0.1:9999
    12 102 . close descriptor=9
    ${outwards(3000)}
    300200..300201 101 . accept descriptor=3 result=7
    300201.1 101 . endpoints descriptor=7 local=127.0.0.1:9999 peer=127.9.9.9:50001
  `);
  const [client] = world.connections;
  expect(client?.otherEnd).toMatchObject({ role: 'server', peer: '127.9.9.9:50001' });
});

test('a look at the kernel that is told late makes no client of one that has gone', () => {
  const world = worldOf(`${start}
    ${both(2000, 10)}
    ${repeat(2000, (at, ms) => `${String(ms + 15_000)} kernel . queuedClient local=127.0.0.1:9999 peer=${address(at)} since=${String(ms - 1)}`, 10)}
  `);
  expect(world.connections).toHaveLength(4000);
});

test('what is open stays known, however much comes and goes', () => {
  const world = worldOf(`${start}
    ${repeat(2000, (at) => `
      3..4 101 . accept descriptor=3 result=${String(1000 + at)}
      4.1 101 . endpoints descriptor=${String(1000 + at)} local=127.0.0.1:9999 peer=127.7.0.1:${String(1000 + at)}`)}
    ${outwards(4000)}
    400200 103 . image command=heir parent=1
    400201 103 . endpoints descriptor=5 local=127.0.0.1:9999 peer=127.7.0.1:1000
  `);
  // Nothing new: the descriptor leads to the first of the two thousand.
  expect(world.connections).toHaveLength(6000);
  expect(world.byAddresses.size).toBeLessThan(4500);
});

test('of sockets that are passed around those are known that may be on their way', () => {
  const pairs = (count: number, stepMs: number): string => repeat(count, (at, ms) => `
    ${String(ms)} 102 . socketPair left=8 right=9 family=1 type=1 leftInode=${String(1000 + 2 * at)} rightInode=${String(1001 + 2 * at)}
    ${String(ms + 1)} 102 . close descriptor=8
    ${String(ms + 1)} 102 . close descriptor=9`, stepMs);
  // Two a second for ten minutes, and twice as many that wait for their turn.
  expect(worldOf(start + pairs(4000, 1000)).socketsByInode.size).toBeLessThan(3000);
  const passed = worldOf(`${start}
    5..6 101 . accept descriptor=3 result=4
    6.1 101 . endpoints descriptor=4 local=127.0.0.1:9999 peer=127.9.9.9:50001
    6.2 101 . socketSeen descriptor=4 inode=77
    7 101 . close descriptor=4
    ${pairs(2000, 100)}
    200200 102 . socketSeen descriptor=5 inode=77
    200201..200202 102 . receive descriptor=5 result=3
  `);
  expect(passed.connections.find(({ peer }) => peer === '127.9.9.9:50001')).toMatchObject({ closedNs: null, bytesIn: 3 });
});

/** Why something waits, from link to link. */
import { describe, expect, test } from 'vitest';
import { causeChain } from '../../../src/lanes/causeChain';
import { iterative, serverStart } from '../model/support/servers';
import { ms, Story } from '../model/support/story';

/** `t1 receive 21–200 bytes c1, serves c1 @20` */
function chain(table: string, row: string, atMs: number, nowMs = 1000): string[] {
  const { links, more } = causeChain(Story.of(table).model, { row, atNs: ms(atMs) }, ms(nowMs));
  const lines = links.map(({ row: id, state, beginNs, endNs, why, on, serves, site, backTo }) =>
    `${id} ${state} ${beginNs / 1e6}–${endNs === null ? '' : endNs / 1e6} ${why}${on === null ? '' : ` ${on.id}`}${serves === null ? '' : `, serves ${serves.id}`}${site === null ? '' : ` @${site.line}`}${backTo === null ? '' : ` back to ${backTo}`}`,
  );
  return more ? [...lines, 'more'] : lines;
}

const threads = `
  0  101  .    image        command="python3 main.py" parent=1
  1  101  201  threadBegin  name=one startedBy=101
  2  101  202  threadBegin  name=two startedBy=101
  3  101  203  threadBegin  name=three startedBy=101
`;

describe('the chain of causes', () => {
  test('leads from a client in the queue to the thread that accepts, the line it stands at, and the client that sends nothing', () => {
    expect(chain(iterative, 'c2', 60)).toEqual([
      'c2 queued 50–303 queued @20',
      't1 receive 21–200 bytes c1, serves c1 @20',
      'c1 receiveWait 21–200 silent @20',
    ]);
  });

  test('is the same from any moment of what was asked for', () => {
    expect(chain(iterative, 'c2', 299)).toEqual(chain(iterative, 'c2', 51));
  });

  test('goes on in the other process where the client is traced', () => {
    const client = `
      ${iterative.replace(/^ *320 [\s\S]*/m, '')}
      3        102  .  image      command="python3 client.py" parent=1
      4..19    102  .  connect    descriptor=3 result=0 address=127.0.0.1:9999
      19.5     102  .  endpoints  descriptor=3 local=127.0.0.1:50001 peer=127.0.0.1:9999
      25..190  102  .  sleep      site=client.py:7
      191..192 102  .  send       descriptor=3 result=10 site=client.py:8`;
    expect(chain(client, 'c3', 60)).toEqual(['c3 queued 50–303 queued @20', 't1 receive 21–200 bytes c2, serves c2 @20', 'c2 receiveWait 21–200 otherEnd @20', 't2 sleep 25–190 itself @7']);
  });

  test('leads over locks, and says where it comes back to', () => {
    const locks = `${threads}
      10..  101  203  lock  how=1 object=8 holder=201 hints=2 site=main.py:3
      11..  101  201  lock  how=1 object=9 holder=202 hints=2 site=main.py:4
      12..  101  202  lock  how=1 object=8 holder=201 hints=2 site=main.py:9
      50..300 101 . sleep`;
    expect(chain(locks, 't4', 20)).toEqual([
      't4 lock 10– heldLock lock:1 @3',
      't2 lock 11– heldLock lock:2 @4',
      't3 lock 12– heldLock lock:1 @9 back to 1',
    ]);
    expect(chain(`${threads} 10.. 101 201 lock how=1 object=8 holder=201 hints=2 site=main.py:4\n 50..300 101 . sleep`, 't2', 20)).toEqual(['t2 lock 10– ownLock lock:1 @4 back to 0']);
  });

  test('leads over joins to what the joined thread does most meanwhile, and ends where somebody sleeps or works', () => {
    const joins = `${threads}
      10..400 101 .   joinThread thread=201 result=1 site=main.py:7
      12..14  101 201 sleep site=main.py:20
      20..380 101 201 sleep site=main.py:21
      399     101 201 threadEnd`;
    expect(chain(joins, 't1', 11)).toEqual(['t1 join 10–400 ended @7', 't2 sleep 20–380 itself @21']);
    const works = joins.replace('20..380 101 201', '380..381 101 201');
    expect(chain(works, 't1', 11)).toEqual(['t1 join 10–400 ended @7', 't2 active 14–380 itself @21']);
  });

  test('says who woke a thread that nobody held back', () => {
    const woken = `${threads}
      10..  101 201 lock how=3 object=8 holder=0 site=main.py:3
      90    101 202 wake how=3 object=8 count=1 site=main.py:9
      10..91 101 201 lock how=3 object=8 result=1 site=main.py:3
      20..80 101 202 sleep site=main.py:8`;
    expect(chain(woken, 't2', 20)).toEqual([expect.stringMatching(/^t2 \w+ 10–91 woken lock:1 @3$/), 't3 sleep 20–80 itself @8']);
  });

  test('stops after eight links', () => {
    const begins = Array.from({ length: 12 }, (_, at) => `1 101 ${201 + at} threadBegin name=n${at} startedBy=101`);
    const waits = Array.from({ length: 11 }, (_, at) => `${10 + at}.. 101 ${201 + at} lock how=1 object=${20 + at} holder=${202 + at} hints=2`);
    const found = chain(`0 101 . image command="python3 main.py" parent=1\n${begins.join('\n')}\n${waits.join('\n')}\n 50..300 101 . sleep`, 't2', 30);
    expect(found).toHaveLength(9);
    expect(found.at(-1)).toBe('more');
  });

  test('is empty before a row begins and for a row that is none', () => {
    expect(chain(iterative, 'c2', 5)).toEqual([]);
    expect(chain(serverStart, 'x9', 5)).toEqual([]);
    expect(chain(serverStart, 'l1', 5)).toEqual([]);
  });
});

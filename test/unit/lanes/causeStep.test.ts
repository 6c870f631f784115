/** The tooltip's cause is the chain's first step, whatever moment of the wait is looked at. */
import { expect, test } from 'vitest';
import { causeChain } from '../../../src/lanes/causeChain';
import { describe as detailsOf } from '../../../src/lanes/details';
import { findThing } from '../../../src/lanes/things';
import { forkPerConnection, iterative, keepsSocket, threadPerConnection } from '../model/support/servers';
import { ms, Story } from '../model/support/story';

const threads = `
  0  101  .    image        command="python3 main.py" parent=1
  1  101  201  threadBegin  name=one startedBy=101
  2  101  202  threadBegin  name=two startedBy=101`;

/** The third client stands in the queue while the first is served for long, then the second for a moment. */
const queue = `
  ${iterative.replace(/^ *320 [\s\S]*/m, '')}
  314..315 101  .  accept     descriptor=3 result=4 sinceEstablished=240 site=server.py:12:main
  315.1    101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50003
  316..320 101  .  receive    descriptor=4 result=0 site=server.py:20:serve
  321      101  .  close      descriptor=4`;

const locks = `${threads}
  10..300 101 201 lock  how=1 object=8 holder=202 result=1 site=main.py:3
  12..280 101 202 sleep site=main.py:9
  281     101 201 threadEnd`;

const future = `${threads}
  4..     101 201 lock   how=10 object=7 holder=202 site=main.py:11
  6..90   101 202 sleep  site=main.py:21
  100..   101 .   sleep`;

test('of one who looks at a queue while its last client before is served, the one that kept it longest is named', () => {
  const { model } = Story.of(queue);
  for (const at of [80, 250, 307, 312]) {
    const { cause, causeSite } = detailsOf(model, { row: 'c3', atNs: ms(at) }, ms(400));
    expect([cause?.thread, cause?.connection, causeSite?.line], `at ${at}`).toEqual(['t1', 'c1', 20]);
  }
});

test('who waits for a result is told who works on it', () => {
  const { model } = Story.of(future);
  expect(detailsOf(model, { row: 't2', atNs: ms(20) }, ms(150))).toMatchObject({ cause: { thread: 't3' }, causeSite: { line: 21 } });
  expect(causeChain(model, { row: 't2', atNs: ms(20) }, ms(150)).links.map(({ row, why }) => `${row} ${why}`)).toEqual(['t2 worksOn', 't3 itself']);
});

test.each(Object.entries({ iterative, queue, locks, future, threadPerConnection, forkPerConnection, keepsSocket }))('%s: at no moment do they name different ones', (name, table) => {
  const { model } = Story.of(table);
  const ids = ['t', 'c', 'k', 'p'].flatMap((letter) => [1, 2, 3, 4].map((number) => `${letter}${number}`)).filter((id) => findThing(model, id) !== undefined);
  let causes = 0;
  for (const row of ids) {
    for (let at = 0; at < 400; at += 7) {
      const { cause, causeSite } = detailsOf(model, { row, atNs: ms(at) }, ms(400));
      if (cause === null) continue;
      causes++;
      const { links } = causeChain(model, { row, atNs: ms(at) }, ms(400));
      const next = links[links[0]?.backTo ?? 1];
      expect([cause.thread, cause.connection, causeSite], `${row} at ${at}`).toEqual([next?.row, next?.serves?.id ?? null, next?.site ?? null]);
    }
  }
  if (['iterative', 'queue', 'locks', 'future'].includes(name)) expect(causes).toBeGreaterThan(0);
});

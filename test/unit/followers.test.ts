/** Who follows the present of a run is told of news at once, waits where there is none, and never waits for ever. */
import { expect, it } from 'vitest';
import { Followers, type Followed } from '../../src/engine/followers';
import { Model } from '../../src/model/model';
import type { TileRequest } from '../../src/protocol/tile';
import { batchOf } from './model/support/encode';
import { encodeTable } from './model/support/story';

const { encoder, records } = encodeTable('0 101 . image command="python3 main.py"\n20 101 . sleep\n40 101 . sleep\n60 101 . sleep');

function following(): { followers: Followers; model: Model; ask: (request: Partial<TileRequest>, panel?: number) => { answers: Followed[] }; happen: () => void; wait: (ms: number) => Promise<void>; now: () => number; news: Followed[] } {
  const time = { ms: 1000 };
  const news: Followed[] = [];
  const followers = new Followers(() => time.ms, (panel, each) => {
    if (panel === 1) news.push(each);
  });
  const model = new Model(encoder, encoder.owners);
  const left = [...records];
  const happen = (): void => model.ingest(batchOf([left.shift()!]));
  happen();
  const now = (): number => Math.max(0, model.latestNs - model.originNs);
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return {
    followers, model, happen, now, news,
    ask(request, panel = 1) {
      const got = { answers: [] as Followed[] };
      const answer = followers.ask(panel, { sequence: 1, fromNs: 0, toNs: 1e9, width: 100, rows: ['t1'], ...request }, model, now());
      if (answer instanceof Promise) void answer.then((each) => got.answers.push(each));
      else got.answers.push(answer);
      return got;
    },
    async wait(ms) {
      time.ms += ms;
      followers.tell(model, now());
      await settle();
    },
  };
}

it('gets the whole at once, then waits until something has happened, and gets that', async () => {
  const { ask, happen, wait } = following();
  expect(ask({}).answers).toMatchObject([{ sequence: 1, rows: ['t1'] }]);
  const next = ask({ sequence: 2, base: 1 });
  await wait(100);
  expect(next.answers).toEqual([]);
  happen();
  await wait(16);
  expect(next.answers).toMatchObject([{ sequence: 2, base: 1 }]);
});

it('gets at once what another window, another scale or a new row lacks', () => {
  const { ask } = following();
  ask({});
  expect(ask({ sequence: 2, base: 1, rows: ['t1', 'p1'] }).answers).toMatchObject([{ base: 1 }]);
  expect(ask({ sequence: 3, base: 2, toNs: 1e8 }).answers).toMatchObject([{ sequence: 3 }]);
  // All arrows are not in what was sent.
  expect(ask({ sequence: 3, base: 3, toNs: 1e8, arrows: true }).answers[0]).not.toHaveProperty('base');
  expect(ask({ sequence: 3, base: 3, toNs: 1e8 }).answers[0]).not.toHaveProperty('base');
  // Before the first event there is nothing.
  expect(ask({ sequence: 4, base: 3, fromNs: -5, toNs: 1e8 }).answers).toEqual([]);
  expect(ask({ sequence: 5, base: 77 }).answers[0]).not.toHaveProperty('base');
});

it('gets more of it without asking, as often as it wishes, until so much is under way to it as it said', async () => {
  const { ask, happen, wait, news } = following();
  ask({});
  happen();
  const first = ask({ sequence: 2, base: 1, patches: 3, everyMs: 40 });
  await wait(40);
  expect(first.answers).toMatchObject([{ sequence: 2, base: 1 }]);
  happen();
  await wait(10);
  expect(news).toEqual([]);
  await wait(30);
  expect(news).toMatchObject([{ sequence: 3, base: 2 }]);
  // The rows are those that it has.
  expect(news[0]).not.toHaveProperty('rows');
  await wait(1000);
  expect(news).toMatchObject([{ sequence: 3 }, { sequence: 4, base: 3 }]);
  happen();
  await wait(2000);
  expect(news).toHaveLength(2);
});

it('goes on where it is told what has come, and what was under way is joined before', async () => {
  const { ask, happen, wait, news, followers } = following();
  ask({});
  happen();
  ask({ sequence: 2, base: 1, patches: 4, everyMs: 40 });
  await wait(40);
  happen();
  await wait(40);
  // It has had the first of both.
  const next = ask({ sequence: 6, base: 2, patches: 2, everyMs: 50 });
  happen();
  await wait(40);
  expect([next.answers, news]).toMatchObject([[{ sequence: 6, base: 3 }], [{ sequence: 3, base: 2 }]]);
  expect(followers.everyMs).toBe(50);
  // All anew is asked for again.
  followers.forget();
  await wait(1);
  expect(news.at(-1)).toMatchObject({ sequence: 7 });
  expect(news.at(-1)).not.toHaveProperty('base');
  expect(followers.everyMs).toBe(40);
});

it('hears after a second that nothing has happened', async () => {
  const { ask, wait } = following();
  ask({});
  const next = ask({ sequence: 2, base: 1 });
  await wait(999);
  expect(next.answers).toEqual([]);
  await wait(1);
  expect(next.answers).toMatchObject([{ sequence: 2, base: 1 }]);
});

it('has one question: the next one takes the place of it, another panel\'s does not', async () => {
  const { ask, wait, followers } = following();
  ask({});
  ask({}, 2);
  const first = ask({ sequence: 2, base: 1 });
  const other = ask({ sequence: 2, base: 1 }, 2);
  const second = ask({ sequence: 3, base: 1 });
  await wait(1);
  expect([first.answers, second.answers, other.answers]).toEqual([[null], [], []]);
  followers.dispose();
  await wait(1);
  expect([second.answers, other.answers]).toEqual([[null], [null]]);
});

it('gets everything anew where the model was built again', async () => {
  const { ask, wait, followers } = following();
  ask({});
  const next = ask({ sequence: 2, base: 1 });
  followers.forget();
  await wait(1);
  expect(next.answers).toMatchObject([{ sequence: 2 }]);
  expect(next.answers[0]).not.toHaveProperty('base');
});

it('gets no news while the last answer is still under way to it, but once another window, and all anew where an answer was lost', async () => {
  const { ask, happen, wait } = following();
  ask({});
  happen();
  expect(ask({ sequence: 2, base: 1, rows: ['t1', 'p1'] }).answers).toMatchObject([{ base: 1 }]);
  happen();
  const behind = ask({ sequence: 3, base: 1, rows: ['t1', 'p1'] });
  await wait(100);
  expect(behind.answers).toEqual([]);
  // Two are under way now, and joined in their order.
  expect(ask({ sequence: 4, base: 1, rows: ['t1'], toNs: 1e8 }).answers).toMatchObject([{ sequence: 4 }]);
  const further = ask({ sequence: 5, base: 1, rows: ['t1'], toNs: 2e9 });
  await wait(100);
  expect(further.answers).toEqual([]);
  happen();
  const caughtUp = ask({ sequence: 6, base: 4, rows: ['t1'], toNs: 1e8 });
  await wait(16);
  expect(further.answers).toEqual([null]);
  expect(caughtUp.answers).toMatchObject([{ base: 4 }]);
  const lost = ask({ sequence: 7, base: 4, rows: ['t1'], toNs: 1e8 });
  await wait(1000);
  expect(lost.answers).toMatchObject([{ base: 6 }]);
});

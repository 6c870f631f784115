/** What is written piece by piece is what JSON.stringify writes at once, and each thing is made only when its turn comes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LazyList } from '../../src/base/lazyList';
import { jsonPieces } from '../../src/export/jsonPieces';

/** Arrays become lazy lists, at any depth, in objects and in arrays alike. */
function lazily(value: unknown): unknown {
  if (Array.isArray(value)) return new LazyList(() => value.map(lazily).values());
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, lazily(each)]));
}

test('pieces are the text of JSON.stringify, whatever is lazy', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value, null, 2);
      expect([...jsonPieces(value)].join('')).toBe(text);
      expect([...jsonPieces(lazily(value))].join('')).toBe(text);
    }),
  );
});

test('what has no value is left out, and empty lists and odd texts are as they should be', () => {
  const value = { none: undefined, empty: [], object: {}, text: 'a\n"b\u2028', list: [[], {}, null] };
  expect([...jsonPieces({ ...value, empty: lazily([]), list: lazily(value.list) })].join('')).toBe(JSON.stringify(value, null, 2));
});

test('a thing is made when its turn comes, and again for who goes over the list again', () => {
  let made = 0;
  const list = new LazyList(function* () {
    for (let at = 0; at < 1000; at++) {
      made++;
      yield { at, inner: new LazyList(() => [at].values()) };
    }
  });
  const pieces = jsonPieces({ list });
  let text = '';
  while (!text.includes('"at": 9,')) text += pieces.next().value as string;
  expect(made).toBe(10);
  expect([...list]).toHaveLength(1000);
});

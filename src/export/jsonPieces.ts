/**
 * JSON of any length, piece by piece: what `JSON.stringify(value, null, 2)` gives, byte for byte, without its limit (a string of
 * half a gigabyte) and without the value standing in memory. An object that holds a lazy list is written key by key, the list
 * thing by thing; anything else as one piece.
 */
import { LazyList } from '../base/lazyList';

const step = '  ';

/** @param value plain data and lazy lists. @param indent what every line but the first begins with. */
export function* jsonPieces(value: unknown, indent = ''): Generator<string, void, undefined> {
  if (value instanceof LazyList) yield* listPieces(value, indent);
  else if (holdsList(value)) yield* objectPieces(value, indent);
  else yield JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
}

function* listPieces(list: Iterable<unknown>, indent: string): Generator<string, void, undefined> {
  let before = '[';
  for (const thing of list) {
    yield `${before}\n${indent}${step}`;
    yield* jsonPieces(thing, indent + step);
    before = ',';
  }
  yield before === '[' ? '[]' : `\n${indent}]`;
}

function* objectPieces(object: object, indent: string): Generator<string, void, undefined> {
  let before = '{';
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    yield `${before}\n${indent}${step}${JSON.stringify(key)}: `;
    yield* jsonPieces(value, indent + step);
    before = ',';
  }
  yield `\n${indent}}`;
}

function holdsList(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).some((each) => each instanceof LazyList);
}

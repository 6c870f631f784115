import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinCommand, splitCommand } from '../../../src/ui/splitCommand';

const words = (text: string): string[] | string => {
  const split = splitCommand(text);
  return split.ok ? split.words : split.problem;
};

describe('splitCommand', () => {
  it.each<[string, string[] | string]>([
    ['python3 server.py --port 9999', ['python3', 'server.py', '--port', '9999']],
    ['  python3\tserver.py\n', ['python3', 'server.py']],
    [`python3 "my server.py"`, ['python3', 'my server.py']],
    [`python3 'it is "fine"'`, ['python3', 'it is "fine"']],
    [`a"b c"d'e f'`, ['ab cde f']],
    [`--name="x y"`, ['--name=x y']],
    [`python3 -c ''`, ['python3', '-c', '']],
    ['my\\ server.py', ['my server.py']],
    [`"a \\" b \\\\ c \\n"`, ['a " b \\ c \\n']],
    [`'a \\ b'`, ['a \\ b']],
    ['one \\\n two', ['one', 'two']],
    ['$HOME *.py ~ a|b', ['$HOME', '*.py', '~', 'a|b']],
    ['trailing\\', ['trailing\\']],
    ['', 'empty'],
    ['   ', 'empty'],
    [`python3 "open`, 'open-quote'],
    [`python3 'open`, 'open-quote'],
  ])('%j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('splits what joinCommand joined into the same words', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (list) => {
        expect(words(joinCommand(list))).toEqual(list);
      }),
    );
  });

  it('leaves plain words readable', () => {
    expect(joinCommand(['python3', 'a/server.py', '--port=1', 'two words', "it's"])).toBe(`python3 a/server.py --port=1 'two words' 'it'\\''s'`);
  });
});

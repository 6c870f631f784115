import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { longest, longestFirst } from '../harness/longestFirst.mjs';

const root = join(import.meta.dirname, '..', '..');

describe('the order of test files', () => {
  it('names files that are there', () => {
    expect(longest.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });

  it('begins with the longest and leaves the others as they were', () => {
    const files = ['/r/test/unit/b.test.ts', `/r/${longest[1]}`, '/r/test/unit/a.test.ts', `/r/${longest[0]}`].map((moduleId) => ({ moduleId }));
    expect(longestFirst(files).map(({ moduleId }) => moduleId)).toEqual([`/r/${longest[0]}`, `/r/${longest[1]}`, '/r/test/unit/b.test.ts', '/r/test/unit/a.test.ts']);
  });
});

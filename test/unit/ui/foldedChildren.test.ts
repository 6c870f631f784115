import { describe, expect, it } from 'vitest';
import type { Row, ThreadRow } from '../../../src/protocol/rows';
import { foldedChildren, isFolded } from '../../../src/ui/foldedChildren';

const thread = (number: number, more: Partial<ThreadRow> = {}): Row => ({
  kind: 'thread', id: `t${number}`, parent: 'p1', label: `Thread-${number}`, startNs: number, endNs: null, state: 'active', stateSinceNs: 0,
  site: null, tid: number, main: false, daemon: false, target: null, ...more,
});
const none = (): boolean => false;
const outline = (children: Row[], limit: number, hasLiving: (row: Row) => boolean = none): unknown[] => {
  const { entries, hidden } = foldedChildren(children, limit, hasLiving);
  return [...entries.map((entry) => (isFolded(entry) ? `${entry.rows.length} ${entry.kind === 'native' ? 'native' : 'ended'}` : entry.id)), hidden];
};

describe('the children of a row in the sidebar', () => {
  const ended = Array.from({ length: 60 }, (_, at) => thread(at + 100, { endNs: 1 }));

  it('are all listed where few have ended', () => {
    expect(outline([thread(1), ...ended.slice(0, 40)], 5)).toEqual(['t1', ...ended.slice(0, 40).map(({ id }) => id), 0]);
  });

  it('fold where many have, but for the newest', () => {
    expect(outline([thread(1), thread(2), ...ended], 5)).toEqual(['t1', 't2', '40 ended', ...ended.slice(40).map(({ id }) => id), 0]);
  });

  it('do not fold while something below them lives, nor the main thread', () => {
    const seen = outline([thread(1), thread(2, { main: true, endNs: 3 }), ...ended], 5, ({ id }) => id === 't103');
    expect(seen.slice(0, 4)).toEqual(['t1', 't2', 't103', '39 ended']);
  });

  it('fold where they are threads that run no JavaScript, whether they live or not', () => {
    const native = [thread(7, { native: true }), thread(8, { native: true }), thread(9, { native: true, endNs: 3 })];
    expect(outline([thread(1), ...native], 5)).toEqual(['t1', '3 native', 0]);
    expect(outline([thread(1), native[0]!], 5)).toEqual(['t1', 't7', 0]);
  });

  it('are listed up to a limit where thousands live', () => {
    expect(outline([thread(1), thread(2), thread(3), thread(4)], 3)).toEqual(['t1', 't2', 't3', 1]);
  });
});

/** Rows give way to the picture that is under way, and to nothing else. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RowsAfterPicture } from '../../webview/rowsAfterPicture';

const pictureMs = 40;
let frames: (() => void)[];
let taken: string[];
let rows: RowsAfterPicture;

/** A frame, and what is asked for once its picture is made. */
function frame(): void {
  for (const run of frames.splice(0)) run();
  vi.advanceTimersByTime(1);
}

function add(name: string): void {
  rows.add(() => taken.push(name));
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  frames = [];
  taken = [];
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
  vi.stubGlobal('cancelAnimationFrame', (number: number) => frames.splice(number - 1, 1));
  rows = new RowsAfterPicture();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('are taken at once where no pictures come', () => {
  add('first');
  expect(taken).toEqual(['first']);
  rows.pictured();
  vi.advanceTimersByTime(1000);
  add('second');
  expect(taken).toEqual(['first', 'second']);
});

it('wait until the next picture is painted, and keep their order', () => {
  rows.pictured();
  frame();
  vi.advanceTimersByTime(pictureMs / 2);
  add('first');
  add('second');
  rows.pictured();
  expect(taken).toEqual([]);
  frame();
  expect(taken).toEqual(['first', 'second']);
  vi.advanceTimersByTime(1000);
  expect(taken).toHaveLength(2);
});

it('do not wait for a picture that does not come, or is not painted', () => {
  rows.pictured();
  add('first');
  vi.advanceTimersByTime(100);
  expect(taken).toEqual(['first']);
  rows.pictured();
  add('second');
  rows.pictured();
  vi.advanceTimersByTime(100);
  expect(taken).toEqual(['first', 'second']);
});

it('come before anything else that may be about them', () => {
  rows.pictured();
  add('first');
  rows.pictured();
  rows.release();
  expect(taken).toEqual(['first']);
  frame();
  vi.advanceTimersByTime(1000);
  expect(taken).toEqual(['first']);
});

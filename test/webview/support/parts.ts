/** Every part of the panel that can be opened, one after the other in one page: for who looks at them, by eye or by rule. */
import type { Page } from 'playwright-core';
import type { CauseLink } from '../../../src/protocol/causeChain';
import type { FindingItem } from '../../../src/protocol/findings';
import type { NotesRequest } from '../../../src/protocol/notes';
import { say } from '../../../src/protocol/phrase';
import './fakeHost.types';

export interface Part {
  readonly name: string;
  /** What has changed by it. */
  readonly root: string;
  open(page: Page): Promise<unknown>;
  close(page: Page): Promise<unknown>;
}

const link = (row: string, label: string, more: Partial<CauseLink>): CauseLink => ({
  row, label, process: null, atNs: 1.6e9, state: 'receive', beginNs: 1e9, endNs: 2.4e9, why: 'itself', on: null, serves: null, site: null, backTo: null, ...more,
});

/** Of the recording `iterative`. */
const chain: CauseLink[] = [
  link('c2', '127.0.0.1:50716', { why: 'queued', state: 'queued', beginNs: 1e9, endNs: 2.902e9 }),
  link('t1', 'MainThread', { why: 'bytes', on: { id: 'c1', label: '127.0.0.1:50710' }, site: { file: '/srv/echo_server.py', line: 31, function: 'handle' }, beginNs: 0.702e9, endNs: 2.5e9 }),
  link('c1', '127.0.0.1:50710', { why: 'silent', state: 'receiveWait', beginNs: 0.702e9, endNs: 2.5e9 }),
];

const findings: FindingItem[] = [
  { id: 'starved', rule: 'starved-client', severity: 'warning', title: say`A client waited ${'1.2 s'} to be accepted`, detail: say`no message`, subjects: ['c2'], fromNs: 0, toNs: null, at: { file: '/srv/echo_server.py', line: 31, function: 'handle' } },
  { id: 'fact', rule: 'parallel', severity: 'info', title: say`${say`${'2'} processes`} computed at the same time`, detail: say`no message`, subjects: ['p1'], fromNs: 0, toNs: null, at: null },
];

/** The engine's part of all this. */
export async function answerAll(page: Page): Promise<void> {
  await page.evaluate((links) => {
    const { answers } = window.fakeHost;
    answers.causeChain = ({ row }) => ({ links: row === 'c2' ? links : [], more: false });
    answers.find = ({ text }) => ({ rows: ['t1'], count: text === '' ? 0 : 1, row: Uint32Array.of(0).buffer, at: Float64Array.of(1.5e9).buffer, more: false });
    answers.quiet = () => ({ rows: [] });
    answers.sameObject = ({ rows }) => ({
      object: 'lock:3', label: null, waits: 14, threads: 5, atLeast: false, holder: { row: 't1', label: 'MainThread' }, count: 1,
      spanRow: Uint32Array.of(Math.max(0, rows.indexOf('t1'))).buffer, begin: Float64Array.of(9e8).buffer, end: Float64Array.of(2.1e9).buffer,
    });
    answers.totals = () => {
      const lines = ['t1', 'c1', 'c2'].flatMap((_, at) => [[at, 1, 3e8 * (at + 1), 12 + at, 5e7, 9e8], [at, 20, 1e8 * (at + 2), 4, 8e7, 1.2e9]]);
      const column = (index: number): number[] => lines.map((line) => line[index]!);
      return {
        rows: ['t1', 'c1', 'c2'], count: lines.length, after: null, row: Uint32Array.from(column(0)).buffer, state: Uint8Array.from(column(1)).buffer, total: Float64Array.from(column(2)).buffer,
        spans: Uint32Array.from(column(3)).buffer, longest: Float64Array.from(column(4)).buffer, longestAt: Float64Array.from(column(5)).buffer,
      };
    };
    let notes: { id: string; atNs: number; row: string | null; label: string | null; text: string; writtenAt: string }[] = [];
    answers.notes = ({ change }: NotesRequest) => {
      if (change !== null) notes = notes.filter(({ id }) => id !== (change.type === 'put' ? change.note.id : change.id));
      if (change?.type === 'put') notes = [...notes, change.note];
      return { notes, problem: null };
    };
  }, chain);
}

/** By key, with the lanes focused. */
async function press(page: Page, ...keys: string[]): Promise<void> {
  await page.locator('canvas.lanes').focus();
  for (const key of keys) await page.keyboard.press(key);
}

async function note(page: Page, text: string): Promise<void> {
  await press(page, 'n');
  await page.getByTestId('note-text').fill(text);
  await page.keyboard.press('Enter');
}

const select = (page: Page, row: string): Promise<void> => page.locator(`.headers [data-row-id=${row}]`).click();
const grouping = (page: Page, value: string): Promise<unknown> => page.locator('select.grouping').selectOption(value);

/** Of the recording `iterative`, with `answerAll`; after each the panel is as before. */
export const parts: readonly Part[] = [
  {
    name: 'details with a chain', root: '.details',
    async open(page) {
      await select(page, 'c2');
      if (await page.locator('.details').count() === 0) await press(page, 'i');
      await page.getByTestId('cause-1').waitFor();
    },
    close: (page) => press(page, 'Escape'),
  },
  { name: 'table of rows', root: '.rows-table', open: (page) => press(page, 't'), close: (page) => press(page, 't') },
  { name: 'sheet of keys', root: '.key-sheet', open: (page) => press(page, '?'), close: (page) => page.keyboard.press('Escape') },
  { name: 'grouped by listener', root: '.timeline', open: (page) => grouping(page, 'listener'), close: (page) => grouping(page, 'process') },
  { name: 'grouped by client', root: '.timeline', open: (page) => grouping(page, 'client'), close: (page) => grouping(page, 'process') },
  {
    name: 'search', root: '.search',
    async open(page) {
      await press(page, '/');
      await page.keyboard.type('127.0.0.1');
      await page.keyboard.press('Enter');
    },
    close: (page) => page.keyboard.press('Escape'),
  },
  {
    name: 'filter', root: '.filter-bar',
    async open(page) {
      await press(page, 'Shift+F');
      await page.keyboard.type('kind:connection 507');
      await page.getByTestId('rows-hidden').waitFor();
    },
    close: (page) => page.keyboard.press('Escape'),
  },
  {
    name: 'filter without a match', root: '.stage',
    async open(page) {
      await press(page, 'Shift+F');
      await page.keyboard.type('nowhere');
      await page.locator('.filter-none').waitFor();
    },
    close: (page) => page.keyboard.press('Escape'),
  },
  {
    name: 'editor of a note', root: '.note-editor',
    async open(page) {
      await press(page, 'n');
      await page.getByTestId('note-text').fill('Here it waits.');
    },
    close: (page) => page.keyboard.press('Escape'),
  },
  {
    name: 'notes', root: '.notes',
    async open(page) {
      await note(page, 'Here the second client waits.');
      await press(page, 'd', 'd');
      await note(page, 'And here a note that is rather long, since somebody explains in it what the server ought to do instead of waiting for one client.');
      await press(page, 'Shift+N');
      await page.locator('.notes-text').first().waitFor();
    },
    async close(page) {
      await press(page, 'Shift+N');
      await press(page, 'f');
    },
  },
  {
    name: 'totals of a range', root: '.totals',
    async open(page) {
      await press(page, '[');
      await page.locator('.totals-state').first().click();
      await page.locator('.totals-row').first().waitFor();
    },
    close: (page) => press(page, 'Escape'),
  },
  {
    name: 'same object', root: '.stage',
    async open(page) {
      await select(page, 't1');
      await press(page, 'o');
      await page.getByTestId('same-object').waitFor();
    },
    close: (page) => press(page, 'o'),
  },
  {
    name: 'pins', root: '.timeline',
    async open(page) {
      for (const row of ['t1', 'c2']) {
        await select(page, row);
        await press(page, 'p');
      }
      await page.locator('[data-pinned-id=c2]').waitFor();
    },
    async close(page) {
      for (const row of ['t1', 'c2']) {
        await select(page, row);
        await press(page, 'p');
      }
    },
  },
  { name: 'minimap by key', root: '.minimap', open: (page) => page.getByTestId('minimap-frame').focus(), close: (page) => press(page) },
  {
    name: 'tooltip', root: '.tooltip',
    async open(page) {
      const header = (await page.locator('.headers [data-row-id=c2]').boundingBox())!;
      const canvas = (await page.locator('canvas.lanes').boundingBox())!;
      await page.mouse.move(canvas.x + canvas.width * 0.5, header.y + 11);
      await page.locator('.tooltip dl').waitFor();
    },
    close: (page) => page.mouse.move(5, 5),
  },
  {
    name: 'findings', root: '.findings',
    async open(page) {
      await page.evaluate((items) => window.fakeHost.post({ type: 'findings', update: { items, hidden: 3, failed: [] } }), findings);
      await page.getByTestId('findings').click();
    },
    async close(page) {
      await page.keyboard.press('Escape');
      await page.evaluate(() => window.fakeHost.post({ type: 'findings', update: { items: [], hidden: 0, failed: [] } }));
    },
  },
  {
    name: 'a problem', root: '.banner',
    async open(page) {
      await page.evaluate(() => window.fakeHost.post({ type: 'problem', message: 'The recording /srv/a.forkscope cannot be read: it is cut off.', error: null }));
      await page.getByTestId('problem').waitFor();
    },
    close: (page) => page.getByTestId('problem').getByRole('button', { name: 'Close' }).click(),
  },
  {
    name: 'a recording that is read', root: '.indexing',
    async open(page) {
      await page.evaluate(() => window.fakeHost.indexing({ share: 0.42, cancelled: false }));
      await page.getByTestId('indexing').waitFor();
    },
    close: (page) => page.evaluate(() => window.fakeHost.indexing(undefined)),
  },
  {
    name: 'a lost picture', root: '[data-testid=trouble]',
    async open(page) {
      await page.evaluate(() => document.querySelector('canvas.lanes')!.dispatchEvent(new Event('contextlost')));
      await page.getByTestId('trouble').waitFor();
    },
    async close(page) {
      await page.getByTestId('trouble').getByRole('button').first().click();
      await page.getByTestId('trouble').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'replay', root: '.panel',
    async open(page) {
      await page.evaluate(() => window.fakeHost.endRun());
      await page.getByTestId('replay').waitFor();
      const canvas = (await page.locator('canvas.lanes').boundingBox())!;
      await page.mouse.move(canvas.x + canvas.width * 0.5, canvas.y + 60);
      await press(page, 'k', 'k');
      await page.getByTestId('replay-bar').waitFor();
    },
    close: (page) => press(page, 'Shift+K'),
  },
];

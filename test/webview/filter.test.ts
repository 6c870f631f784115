/** The filter and the notes, by mouse and keys in a real browser. */
import { describe, expect, it } from 'vitest';
import type { NotesRequest } from '../../src/protocol/notes';
import { pageTests } from './support/drive';
import { painted, screenshot } from './support/page';
import './support/fakeHost.types';

const { open } = pageTests();

describe('the filter', () => {
  it('leaves what matches below what it hangs under, counts the rest, and is remembered', async () => {
    const page = await open({ scenario: 'threading' });
    const all = await page.locator('.row-header').count();
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('Shift+F');
    await page.keyboard.type('kind:connection port:50418');
    await expect.poll(() => page.locator('.row-header').count()).toBe(3);
    expect(await page.locator('.row-header').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-kind')))).toEqual(['process', 'thread', 'connection']);
    // Lanes of numbers are no rows of the program: they are hidden too, and not counted.
    expect(await page.locator('[data-testid=rows-hidden]').innerText()).toBe('10 rows hidden');
    await screenshot(page, 'filter-dark');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('lanes');
    expect(await page.locator('.row-header').count()).toBe(3);
    await expect.poll(() => page.evaluate(() => window.fakeHost.state?.features.filter)).toEqual({ text: 'kind:connection port:50418', hideQuiet: false });
    await page.locator('[data-testid=rows-hidden]').click();
    await expect.poll(() => page.locator('.row-header').count()).toBe(all);
  });

  it('says that no row is left, and is left by Escape', async () => {
    const page = await open({ scenario: 'threading' });
    const all = await page.locator('.row-header').count();
    await page.locator('[data-testid=open-filter]').click();
    await page.keyboard.type('open nowhere');
    await expect.poll(() => page.locator('.filter-none').count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.row-header').count()).toBe(all);
    expect(await page.locator('.filter-bar').count()).toBe(0);
  });

  it('hides lanes on which nothing happens', async () => {
    const page = await open({ scenario: 'threading' });
    await page.evaluate(() => (window.fakeHost.answers.quiet = () => ({ rows: ['t1', 'c1', 't2'] })));
    await page.locator('[data-testid=open-filter]').click();
    await page.locator('[data-testid=hide-quiet]').click();
    await expect.poll(() => page.locator('[data-row-id=t1]').count()).toBe(0);
    expect(await page.locator('[data-kind=listener]').count()).toBe(0);
    expect(await page.locator('[data-row-id=t3]').count()).toBe(1);
    await page.locator('[data-testid=hide-quiet]').click();
    await expect.poll(() => page.locator('[data-row-id=t1]').count()).toBe(1);
  });
});

describe('a note', () => {
  it('is written by key, flagged, listed, changed and deleted', async () => {
    const page = await open({ scenario: 'threading' });
    await page.evaluate(() => {
      let kept: { id: string; atNs: number; row: string | null; label: string | null; text: string; writtenAt: string }[] = [];
      window.fakeHost.answers.notes = ({ change }: NotesRequest) => {
        if (change !== null) kept = kept.filter(({ id }) => id !== (change.type === 'put' ? change.note.id : change.id));
        if (change?.type === 'put') kept.push(change.note);
        return { notes: kept, problem: null };
      };
    });
    await page.locator('[data-row-id=t2]').click();
    await page.keyboard.press('n');
    await page.keyboard.type('Here it waits, n and o and e.');
    await screenshot(page, 'note-editor-dark');
    await page.keyboard.press('Enter');
    expect(await page.locator('.note-editor').count()).toBe(0);
    await page.keyboard.press('Shift+N');
    await expect.poll(() => page.locator('.notes-text').allInnerTexts()).toEqual(['Here it waits, n and o and e.']);
    expect(await page.locator('.notes-row').innerText()).toContain(await page.locator('[data-row-id=t2] .label').first().innerText());
    await painted(page);
    await screenshot(page, 'notes-dark');
    // The flag is its handle.
    const axis = (await page.locator('canvas.axis').boundingBox())!;
    await page.mouse.click(axis.x + axis.width / 2 + 5, axis.y + 9);
    await expect.poll(() => page.locator('[data-testid=note-text]').inputValue()).toBe('Here it waits, n and o and e.');
    await page.locator('[data-testid=note-text]').fill('Changed.');
    await page.locator('[data-testid=note-save]').click();
    await expect.poll(() => page.locator('.notes-text').allInnerTexts()).toEqual(['Changed.']);
    await page.getByLabel('Delete note 1').click();
    await expect.poll(() => page.locator('.notes-entry').count()).toBe(0);
  });

  it('that can\'t be kept says so in a sentence and stays in the list', async () => {
    const page = await open({ scenario: 'threading' });
    await page.evaluate(() => {
      window.fakeHost.answers.notes = ({ change }: NotesRequest) => ({ notes: change?.type === 'put' ? [change.note] : [], problem: change === null ? null : { fault: 'readOnly' as const, path: '/srv/a.forkscope' } });
    });
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('n');
    await page.keyboard.type('Lost?');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('[data-testid=notes-problem]').innerText()).toContain('/srv/a.forkscope is read-only');
    await page.keyboard.press('Shift+N');
    expect(await page.locator('.notes-text').allInnerTexts()).toEqual(['Lost?']);
  });
});

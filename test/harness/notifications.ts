/** A picture or a test must not pass while VS Code shows an error message in the corner. */
import type { Page } from 'playwright-core';

/** Rejects with the text of the error notifications that the window shows. */
export async function ensureNoError(page: Page): Promise<void> {
  const errors = page.locator('.notifications-toasts .notification-list-item:has(.codicon-error)');
  const texts = await errors.locator('.notification-list-item-message').allInnerTexts();
  if (texts.length > 0) {
    throw new Error(`VS Code shows an error: ${texts.join(' | ')}`);
  }
}

/** Notifications as a person reads them. */
import * as vscode from 'vscode';
import { workbenchPage } from '../../harness/window';
import { untilEffect } from './panel';
import { eventually } from './product';

/** Waits for a notification that says `text`; resolves with its buttons. */
export async function problem(text: RegExp): Promise<string[]> {
  const page = await workbenchPage();
  const item = page.locator('.notifications-center .notification-list-item').filter({ hasText: text }).first();
  // A workbench under test keeps its toasts to itself; the list shows them.
  await eventually(`a notification like ${String(text)}`, async () => {
    await vscode.commands.executeCommand('notifications.showList');
    return (await item.count()) > 0;
  });
  await vscode.commands.executeCommand('notifications.focusFirstToast').then(undefined, () => undefined);
  return (await item.locator('.notification-list-item-buttons-container a').allInnerTexts()).map((title) => title.trim());
}

/** Answers the notification that says `text` with one of its buttons. */
export async function answer(text: RegExp, button: string): Promise<void> {
  await problem(text);
  const page = await workbenchPage();
  const item = page.locator('.notifications-center .notification-list-item').filter({ hasText: text }).first();
  await untilEffect(`an answer ${button}`, async () => {
    if ((await item.count()) > 0) await item.locator('.notification-list-item-buttons-container a', { hasText: button }).click({ timeout: 5000 });
  }, async () => (await item.count()) === 0);
}

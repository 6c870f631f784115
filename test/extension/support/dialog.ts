/** VS Code's own save dialog, by keyboard: `files.simpleDialog.enable` (test/harness/settings.ts) makes it a field in the window everywhere. */
import { readFileSync } from 'node:fs';
import { workbenchPage } from '../../harness/window';
import { untilEffect } from './panel';
import { eventually } from './product';

/** Answers the save dialog that offers a file named `offered` with a path, and resolves with what was saved there. */
export async function saveAs(offered: string, path: string): Promise<Buffer> {
  const page = await workbenchPage();
  const field = page.locator('.quick-input-widget:visible .quick-input-box input');
  // The dialog fills its field in itself, a moment after it has come.
  await eventually(`a dialog that offers ${offered}`, async () => (await field.count()) === 1 && (await field.inputValue()).endsWith(`/${offered}`));
  await eventually('the path in the dialog', async () => {
    await field.fill(path);
    return (await field.inputValue()) === path;
  });
  // Enter means nothing while the dialog still looks at the folder.
  await untilEffect(`a dialog that closes with ${path}`, async () => {
    if (await field.isVisible()) await field.press('Enter');
  }, async () => !(await field.isVisible()));
  return eventually(`the file ${path}`, () => {
    const content = readFileSync(path);
    return content.length > 0 && content;
  });
}

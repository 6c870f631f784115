/** The ends of the editor's lines as a person sees them. */
import type { Locator, Page } from 'playwright-core';
import type * as vscode from 'vscode';
import { eventually } from './product';

/** A line of the editor as it is drawn. */
export async function drawnLine(page: Page, document: vscode.TextDocument, line: number): Promise<Locator> {
  const bare = (text: string): string => text.replace(/\W/g, '');
  const text = bare(document.lineAt(line - 1).text);
  const lines = page.locator('.editor-group-container .view-line');
  return eventually(`line ${line} in sight`, async () => {
    const all = await lines.allInnerTexts();
    // Spaces are drawn as others than those that were typed, and a debugger puts its signs into the line.
    const at = all.findIndex((shown) => bare(shown) === text);
    return at >= 0 && lines.nth(at);
  });
}

/** What stands behind the end of a line: the text of what style rules put there. */
export async function endOf(page: Page, document: vscode.TextDocument, line: number): Promise<string> {
  const drawn = await drawnLine(page, document, line);
  return drawn.evaluate((element) => {
    const view = element.ownerDocument.defaultView!;
    const texts = [...element.querySelectorAll('span')].map((span) => view.getComputedStyle(span, '::after').content).filter((content) => content !== 'none' && content !== 'normal');
    return texts.map((content) => content.replace(/^"|"$/g, '').replace(/\u00a0/g, ' ')).join('');
  });
}

/** Lines of the editors in sight that are marked. */
export function gutterMarks(page: Page): Promise<number> {
  return page.locator('.margin-view-overlays .cgmr, .glyph-margin-widgets .cgmr').evaluateAll((elements) =>
    elements.filter((element) => (element.ownerDocument.defaultView?.getComputedStyle(element).backgroundImage ?? '').includes('standing-')).length,
  );
}

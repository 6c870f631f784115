/** The panel as a person sees it: its page inside the workbench, through the window's own debugging port. */
import type { FrameLocator, Locator } from 'playwright-core';
import { webviewFrame, workbenchPage } from '../../harness/window';
import { eventually } from './product';

/**
 * VS Code 1.100 gives each webview a service worker of its own, but all of one origin here: a new one starts only when the
 * old one has given up the requests of a webview that was closed meanwhile, after 30 s. (Hosts with an origin per webview
 * don't know this wait.)
 */
const loaderDeadline = 90_000;

/** The page of the panel in sight: the one webview that there is. */
export async function panelFrame(): Promise<FrameLocator> {
  const page = await workbenchPage();
  const frame = webviewFrame(page);
  // One that is being closed may stand beside it for a moment.
  await eventually('the panel\'s page', async () => (await page.locator('iframe.webview.ready').count()) === 1 && (await frame.locator('#root > *').count()) > 0, loaderDeadline);
  return frame;
}

export function rowHeaders(frame: FrameLocator, kind: string): Locator {
  return frame.locator(`.headers [data-kind="${kind}"]`);
}

/** An attribute of the first element that is found now; undefined where there is none, for which `getAttribute` would wait. */
export function attribute(of: Locator, name: string): Promise<string | null | undefined> {
  return of.evaluateAll((elements, wanted) => elements[0]?.getAttribute(wanted), name);
}

/** A place in an element as it is now, as shares of its width and height, in the window's pixels. */
export async function at(frame: FrameLocator, selector: string, x: number, y: number): Promise<{ x: number; y: number }> {
  const box = await frame.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} is not in sight.`);
  return { x: box.x + box.width * x, y: box.y + box.height * y };
}

/** Follow-ups of an act that had no effect are told apart from an act that never arrived: after so long it is done once more. */
const effectMs = 8_000;

/**
 * Does what can be done again without harm until it has the effect: what is clicked may move, be covered, or be drawn anew between the
 * look for its place and the press.
 */
export async function untilEffect<T>(what: string, act: () => Promise<void>, effect: () => T | Promise<T>, withinMs = 60_000): Promise<Exclude<T, false | undefined>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const left = Math.max(deadline - Date.now(), 1000);
    try {
      await act();
      return await eventually(what, effect, Math.min(effectMs, left));
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** Clicks into the lane beside a row's header, at a fraction of the lanes' width, until that has the effect. */
export async function clickLane<T>(frame: FrameLocator, header: Locator, fraction: number, what: string, effect: () => T | Promise<T>): Promise<Exclude<T, false | undefined>> {
  return untilEffect(what, async () => {
    const lanes = frame.locator('canvas.lanes');
    const [row, box] = [await header.boundingBox(), await lanes.boundingBox()];
    if (row === null || box === null) throw new Error('The row or its lane is not in sight.');
    await lanes.click({ position: { x: box.width * fraction, y: row.y + row.height / 2 - box.y } });
  }, effect);
}

/** How many keys the page has been given so far. */
function keysHeard(frame: FrameLocator): Promise<number> {
  return frame.locator('body').evaluate((body) => {
    const view = body.ownerDocument.defaultView as unknown as Window & { keysHeard?: number };
    if (view.keysHeard === undefined) {
      view.keysHeard = 0;
      view.addEventListener('keydown', () => (view.keysHeard = (view.keysHeard ?? 0) + 1), true);
    }
    return view.keysHeard;
  });
}

/**
 * Presses a key in the panel once, with the focus on an element of it (null: where it is). The workbench may take the focus at any time
 * (an editor opens, a terminal comes), so a key that the page was not given is pressed again; one that it was given never is.
 */
export async function press(frame: FrameLocator, on: Locator | string | null, key: string): Promise<void> {
  const { keyboard } = await workbenchPage();
  const target = typeof on === 'string' ? frame.locator(on) : on;
  const before = await keysHeard(frame);
  await eventually(`the key ${key} in the panel`, async () => {
    await target?.focus();
    await keyboard.press(key);
    return eventually('it', async () => (await keysHeard(frame)) > before, 1000);
  });
}

/** Types into a text field of the panel; what stood there is replaced. */
export async function type(field: Locator, text: string): Promise<void> {
  await eventually(`“${text}” in the field`, async () => {
    await field.fill('');
    await field.pressSequentially(text);
    return (await field.inputValue()) === text;
  });
}

/** Drags with the mouse between two places, looked up where they are now. */
export async function drag(from: () => Promise<{ x: number; y: number }>, to: () => Promise<{ x: number; y: number }>): Promise<void> {
  const { mouse } = await workbenchPage();
  const [start, end] = [await from(), await to()];
  await mouse.move(start.x, start.y);
  await mouse.down();
  await mouse.move(end.x, end.y, { steps: 5 });
  await mouse.up();
}

/** The lanes stay where they are from now on: those of a live run move under the hand. */
export async function holdStill(frame: FrameLocator): Promise<void> {
  const live = frame.getByTestId('live');
  if ((await live.count()) === 0 || (await live.getAttribute('aria-pressed')) !== 'true') return;
  await frame.getByTestId('fit').click();
  await eventually('lanes that stand still', async () => (await attribute(live, 'aria-pressed')) !== 'true');
}

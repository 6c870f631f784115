/** The bench's window on the panel: a real Chromium on a PanelServer's page, with the recorder of its frames. */
import { join } from 'node:path';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { ensureChromium } from '../../harness/chromium';
import { categories, frameWork, type Counted } from './frameTimes';

/** One frame: in which phase, the refresh that it is for (ms), how long until its picture was handed over, whether something moved (1) or the lanes were painted (2), and when its first callback ran (ms). */
type Frame = readonly [phase: string, at: number, lasted: number, moved: 0 | 1 | 2, began: number];

/** Of the frames that count: others had nothing to show. */
export interface PhaseFrames {
  readonly phase: string;
  /** From the refresh that it is for to that of the next frame, whether that one counts or not, ms: more than one refresh, and some were missed. */
  readonly apart: readonly number[];
  /** The same from first callback to first callback: what is late without missing a refresh is seen here, and so is all that kept the thread from beginning. */
  readonly begun: readonly number[];
  /** The page's own callbacks, style, layout and paint, ms of wall time. */
  readonly lasted: readonly number[];
  /** All that the main thread did for each, ms of processor time. */
  readonly work: readonly number[];
  /** The same without the pixels of canvases. */
  readonly own: readonly number[];
}

export interface BridgeCost {
  busyMs: number;
  answers: number;
  bytes: number;
  /** Of each tile the phase in which it was asked for, and ms until it was there. */
  roundTrips: (readonly [phase: string, ms: number])[];
}

/** CSS pixels. */
const size = { width: 1200, height: 800 };
/** Device pixels per CSS pixel: a screen as most are, and a dense one of four times the pixels. */
export const densities = [1, 2];
/** Long on purpose: on a machine that is used by others a figure that comes late is better than none. */
const paintWithinMs = 180_000;

export class PanelPage {
  readonly faults: string[] = [];
  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    private readonly session: CDPSession,
  ) {
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(message.text());
    });
  }

  /** @param density device pixels per CSS pixel. */
  static async open(url: string, density: number): Promise<PanelPage> {
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: ['--no-sandbox', '--disable-gpu', '--js-flags=--expose-gc'] });
    const context = await browser.newContext({ viewport: size, deviceScaleFactor: density });
    const page = await context.newPage();
    await page.addInitScript({ path: join(__dirname, 'frameRecorder.js') });
    await page.addInitScript({ path: join(__dirname, 'hostBridge.js') });
    const panel = new PanelPage(browser, page, await context.newCDPSession(page));
    await panel.session.send('Performance.enable');
    await page.goto(url);
    return panel;
  }

  /** Evaluates an expression; made from text, because what the bench's own compiler adds to a function is not there. */
  evaluate<T>(expression: string): Promise<T> {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    return this.page.evaluate(new Function(`return ${expression}`) as () => T);
  }

  /** The page's clock when a tile's picture was first painted; from its navigation on, ms. */
  async firstPaint(): Promise<number> {
    for (const until = performance.now() + paintWithinMs; performance.now() < until; ) {
      await this.page.waitForTimeout(50);
      const at = await this.evaluate<number | null>('window.forkscopeFrames.firstPaint');
      if (at !== null) return at;
    }
    throw new Error(`the panel painted nothing${this.faults.length > 0 ? `: ${this.faults[0]!}` : ''}`);
  }

  /** Runs a part of the tour and gives its frames. */
  async phase(phase: string, act: () => Promise<void>, which: Counted = 'painted'): Promise<PhaseFrames> {
    await this.browser.startTracing(this.page, { categories });
    await this.evaluate(`window.forkscopeFrames.mark(${JSON.stringify(phase)})`);
    await act();
    await this.evaluate(`window.forkscopeFrames.mark('between')`);
    const work = frameWork(await this.browser.stopTracing(), which);
    return { ...(await this.framesOf(phase, which)), work: work.map((frame) => frame.work), own: work.map((frame) => frame.work - frame.pixels) };
  }

  async framesOf(phase: string, which: Counted): Promise<PhaseFrames> {
    const all = await this.evaluate<Frame[]>('window.forkscopeFrames.list');
    const least = which === 'painted' ? 2 : 1;
    const counted = all.flatMap(([of, at, lasted, moved, began], index) => (of === phase && moved >= least && index + 1 < all.length ? [{ apart: all[index + 1]![1] - at, begun: all[index + 1]![4] - began, lasted }] : []));
    return { phase, work: [], own: [], apart: counted.map(({ apart }) => apart), begun: counted.map(({ begun }) => begun), lasted: counted.map(({ lasted }) => lasted) };
  }

  bridgeCost(): Promise<BridgeCost> {
    return this.evaluate('window.forkscopeBridge');
  }

  /** Bytes after a collection: the script heap, and the buffers that it holds. */
  async heap(): Promise<{ script: number; buffers: number }> {
    await this.session.send('HeapProfiler.collectGarbage');
    const usage = (await this.session.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number };
    return { script: usage.usedSize, buffers: usage.backingStorageSize ?? Number.NaN };
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

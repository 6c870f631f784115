/** The bench's window on the panel: a real Chromium on a PanelServer's page, with the recorder of its frames. */
import { join } from 'node:path';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { ensureChromium } from '../../harness/chromium';
import { categories, frameWork } from './frameTimes';

/** One frame: in which phase, when it began (ms), and how long until its picture was handed over. */
type Frame = readonly [phase: string, at: number, lasted: number];

export interface PhaseFrames {
  readonly phase: string;
  /** Between two frames, ms. */
  readonly apart: readonly number[];
  /** The page's own callbacks, style, layout and paint, ms of wall time. */
  readonly lasted: readonly number[];
  /** All that the main thread did for each frame (that painted the lanes), ms of processor time. */
  readonly work: readonly number[];
}

export interface BridgeCost {
  busyMs: number;
  answers: number;
  bytes: number;
  roundTrips: number[];
}

/** CSS pixels, twice as many device pixels: 2,400 across. */
const size = { width: 1200, height: 800 };
const density = 2;
const paintWithinMs = 60_000;

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

  static async open(url: string): Promise<PanelPage> {
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
  async phase(phase: string, act: () => Promise<void>, which: 'all' | 'painted' = 'painted'): Promise<PhaseFrames> {
    await this.browser.startTracing(this.page, { categories });
    await this.evaluate(`window.forkscopeFrames.mark(${JSON.stringify(phase)})`);
    await act();
    await this.evaluate(`window.forkscopeFrames.mark('between')`);
    const work = frameWork(await this.browser.stopTracing(), which);
    return { ...(await this.framesOf(phase)), work };
  }

  async framesOf(phase: string): Promise<PhaseFrames> {
    const frames = (await this.evaluate<Frame[]>('window.forkscopeFrames.list')).filter(([of]) => of === phase);
    return {
      phase, work: [],
      apart: frames.slice(1).map(([, at], index) => at - frames[index]![1]),
      lasted: frames.map(([, , lasted]) => lasted),
    };
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
